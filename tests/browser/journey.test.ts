// A first evening with Miauflix, in a browser: set up in three steps, films
// appear, one plays, is left in the middle and goes on elsewhere.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { signInByForm, visit } from "../world/browser.ts";
import { layFilms, movieFile } from "../world/films.ts";
import { place, subtitleText } from "../world/media.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
await layFilms(world);
await place("front.mp4", path.join(world.films, "Long Road (2017).mp4"), 90);
// Long enough to be looked at while it plays.
await place("vp9.webm", movieFile(world, "webm"), 30);
const email = "ada@example.org";
const visitor = await visit(world);
const { page } = visitor;

async function assertSound(what: string): Promise<void> {
  assert.deepEqual(await visitor.barriers(), [], `axe on ${what}`);
  assert.ok((await visitor.shift()) < 0.001, `nothing moves on ${what}: ${await visitor.shift()}`);
  assert.deepEqual(visitor.complaints, [], what);
}

/** Waits until the picture moves at or behind this second. */
async function playing(on: Page, from: number): Promise<number> {
  const state = await on.waitForFunction((at) => {
    const video = document.querySelector("video");
    if (!video || video.paused || video.seeking || video.videoWidth === 0) return false;
    if (video.currentTime < at) return false;
    return { time: video.currentTime };
  }, from);
  return ((await state.jsonValue()) as { time: number }).time;
}

/** Stops the film where it is. */
async function paused(on: Page): Promise<void> {
  await on.keyboard.press("k");
  await on.waitForFunction(() => document.querySelector("video")?.paused);
}

/** Where the long film was left, as the server knows. */
async function position(): Promise<number> {
  const { progress } = await world.admin.read(`/api/movies/${await world.movieId("Long Road")}`);
  return progress?.position ?? 0;
}

/** Whether the picture holds more than one colour, which black does not. */
function hasPicture(on: Page): Promise<boolean> {
  return on.evaluate(() => {
    const video = document.querySelector("video") as HTMLVideoElement;
    const canvas = document.createElement("canvas");
    canvas.width = 32;
    canvas.height = 18;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.drawImage(video, 0, 0, 32, 18);
    const { data } = context.getImageData(0, 0, 32, 18);
    return new Set(Array.from({ length: data.length / 4 }, (_, i) => data[i * 4])).size > 8;
  });
}

test("set-up: who runs this server", async () => {
  await page.goto("/");
  await page.getByRole("heading", { name: "Who runs this server?" }).waitFor();
  await assertSound("the first step");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Go on" }).click();
});

test("set-up: where the films are", async () => {
  await page.getByRole("heading", { name: "Where are your films?" }).waitFor();
  await assertSound("the second step");
  await page.getByRole("button", { name: "Add a folder" }).click();
  const dialog = page.getByRole("dialog", { name: "Choose a folder" });
  await dialog.getByLabel("Folder on the server").fill("/nowhere/at/all");
  await dialog.getByRole("button", { name: "Add this folder" }).click();
  await dialog
    .getByText(/cannot|no such|not/i)
    .first()
    .waitFor();
  await dialog.getByLabel("Folder on the server").fill(world.films);
  await dialog.getByRole("button", { name: "Add this folder" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(world.films).waitFor();
  // The refused folder above is a 422, which browsers write to the console.
  visitor.complaints.length = 0;
  await page.getByRole("button", { name: "Go on" }).click();
});

test("set-up: what may be contacted outside; then the films are there", async () => {
  await page.getByRole("heading", { name: "What may be contacted outside?" }).waitFor();
  await assertSound("the third step");
  await page.getByRole("button", { name: "To the films" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page
    .getByRole("link", { name: /Long Road/ })
    .first()
    .waitFor();
  world.admin = await world.visitor().signIn(email, password);
  await world.scanned();
  await page.reload();
  await page
    .getByRole("link", { name: /Long Road/ })
    .first()
    .waitFor();
  await assertSound("home");
});

test("an MP4 plays, seeks by keys, and is left in the middle", async () => {
  await page
    .getByRole("link", { name: /Long Road/ })
    .first()
    .click();
  await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
  await assertSound("a film's page");
  await page
    .getByRole("link", { name: /^(Play|Resume)/ })
    .first()
    .click();
  await playing(page, 0.5);
  assert.ok(await hasPicture(page));
  await page.keyboard.press("ArrowRight");
  await playing(page, 10);
  await page.keyboard.press("5");
  await playing(page, 45);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await playing(page, 46);
  await paused(page);
  await assertSound("the player");
  await until("the position on the server", async () => (await position()) >= 46);
});

test("after a reload it goes on where it was", async () => {
  await page.reload();
  const time = await playing(page, 40);
  assert.ok(time < 75, `at ${time}`);
  await paused(page);
  const at = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  await until("the position on the server", async () => Math.abs((await position()) - at) < 0.01);
});

test("another device resumes there", async () => {
  const other = await visit(world, { width: 390, height: 844 });
  await signInByForm(other.page, email, password);
  const at = await position();
  const words = `Resume at ${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
  await other.page.goto(`/movie/${await world.movieId("Long Road")}`);
  const resume = other.page.getByRole("link", { name: words });
  await resume.waitFor();
  assert.deepEqual(await other.barriers(), []);
  await resume.click();
  await playing(other.page, 40);
  assert.deepEqual(other.complaints, []);
  await other.close();
});

test("a WebM plays", async () => {
  await page.goto(`/watch/movie-${await world.movieId("Web Weave")}`);
  await playing(page, 0.5);
  assert.ok(await hasPicture(page));
  await assertSound("the player with WebM");
});

test("subtitles beside the file are shown", async () => {
  await page.goto(`/watch/movie-${await world.movieId("First Light")}`);
  await playing(page, 0.1);
  // A short film, which would end on a slow machine.
  await paused(page);
  await page.getByRole("button", { name: "Subtitles" }).click();
  await page.getByRole("menuitemradio", { name: /English/ }).click();
  await page.evaluate(() => {
    const video = document.querySelector("video");
    if (video) video.currentTime = 1;
  });
  const line = page.locator(".captions p");
  await line.getByText("The first line of the film.").waitFor();
  const shifted = await visitor.shift();
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    // Held paused the controls show: the line stands above every one of them.
    const heights = await page.evaluate(() => {
      const box = (e: Element | null) => (e as Element).getBoundingClientRect();
      const parts = document.querySelectorAll(".controls :is(button, input, .player-time)");
      const lifted = box(document.querySelector(".captions p span"));
      // On a phone those that are pressed most stand in the middle of the picture.
      const low = Array.from(parts).filter((e) => e.closest(".play-group") === null);
      const seen = low.map(box).filter((b) => b.height > 0);
      const controls = Math.min(...seen.map((b) => b.top));
      const picture = box(document.querySelector("video")).height;
      const frame = document.querySelector<HTMLElement>(".player");
      if (frame) frame.dataset.idle = "true";
      const sunk = box(document.querySelector(".captions p span"));
      if (frame) frame.dataset.idle = "false";
      const after = box(document.querySelector("video")).height;
      return { lifted: lifted.bottom, low: sunk.bottom, controls, picture, after };
    });
    const told = `${width}: ${JSON.stringify(heights)}`;
    assert.ok(heights.controls > height / 2, told);
    assert.ok(heights.lifted <= heights.controls, told);
    assert.ok(heights.low > heights.controls && heights.low <= height, told);
    assert.equal(heights.after, heights.picture, told);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.ok((await visitor.shift()) - shifted < 0.001, "nothing else moves");
});

test("what this browser does not play as it is plays here all the same, or elsewhere", async () => {
  await page.goto(`/movie/movie-0`.replace("movie-0", String(await world.movieId("Second Sound"))));
  await page.getByRole("link", { name: /^Play$/ }).waitFor();
  assert.equal(await page.getByText("cannot play").count(), 0);
  await page.getByRole("button", { name: /mpv or VLC/ }).click();
  const field = page.getByLabel("Address of the stream");
  const address = await until("an address", async () => (await field.inputValue()) || undefined);
  assert.match(address, new RegExp(`^${world.origin}/api/stream/[A-Za-z0-9_-]{43}$`));
  const { pathname } = new URL(address);
  assert.equal((await world.visitor().get(pathname)).status, 200);
  await page.keyboard.press("Escape");
  await assertSound("the way to another player");
});

test("a show goes on with the next episode", async () => {
  await page.goto(`/show/${await world.showId("Harbour Tales")}`);
  await page
    .getByRole("link", { name: /Arrival/ })
    .first()
    .waitFor();
  await assertSound("a show's page");
  await page
    .getByRole("link", { name: /^Play S1 ?E1/ })
    .first()
    .click();
  await playing(page, 0.5);
  await page.waitForURL(/\/watch\/show-\d+\/1\/2$/);
  await playing(page, 0.1);
});

test("a film that has gone says so and offers what to do", async () => {
  const id = await world.movieId("Tail End");
  rmSync(movieFile(world, "tail"));
  await page.goto(`/watch/movie-${id}`);
  await page
    .getByText(/gone|no source|no longer|not there|cannot be played/i)
    .first()
    .waitFor();
  visitor.complaints.length = 0;
  writeFileSync(path.join(world.films, "note.en.srt"), subtitleText());
});

test("signing out leads to the door", async () => {
  await page.goto("/account");
  await assertSound("the account");
  await page.getByRole("button", { name: /^Sign out$/ }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await assertSound("the sign-in");
  const { cookies } = await visitor.context.storageState();
  assert.deepEqual(
    cookies.filter((c) => c.name.startsWith("__miauflix")),
    [],
  );
});
