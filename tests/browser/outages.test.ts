// One part of the whole is away while the others are there: what is seen then, that
// nothing is lost, and that it comes back by itself.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { followLink, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movieFile, movies, showFilms } from "../world/films.ts";
import { misfits } from "../world/fit.ts";
import { place, placeLong } from "../world/media.ts";
import { torrentOf } from "../world/torrent.ts";
import { glimpse, playing } from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const seconds = 300;
await placeLong(path.join(world.films, "Wide River (2018).mp4"), seconds, 150_000);
await place("front.mp4", path.join(world.films, "Gone Away (2011).mp4"));
await showFilms(world);
await world.pictured();
const uma = "uma@example.org";
world.addPerson(uma);
const film = await world.movieId(movies.front);
const long = await world.movieId("Wide River");
const gone = await world.movieId("Gone Away");

async function visited(email = "admin@example.org"): Promise<Visit> {
  const visitor = await visit(world);
  await signInByForm(visitor.page, email, password);
  await card(visitor.page, movies.front).waitFor();
  return visitor;
}

const card = (page: Page, name: string) => page.locator(".home .card", { hasText: name }).first();
const line = (page: Page, text: string) =>
  page.locator(".connection [role=status]").getByText(text);
const title = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 });

/** Sockets that nobody finds until the result is called. */
function hide(name: string): () => void {
  const socket = path.join(world.state, "run", name);
  renameSync(socket, `${socket}.away`);
  return () => renameSync(`${socket}.away`, socket);
}

/** Ends miaud; its supervisor sleeps until the result is called. Handlers that run
 * already stay. */
function endMiaud(): () => void {
  const supervisor = world.process("miauctl").pid;
  process.kill(supervisor, "SIGSTOP");
  process.kill(world.process("miaud").pid, "SIGKILL");
  return () => process.kill(supervisor, "SIGCONT");
}

/** Notes by a mark on the page whether it was loaded anew. */
async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  return () => page.evaluate(() => "isSame" in window);
}

test("only miaud is away: films are found and play, what needs it says so and comes back", async () => {
  const { page, barriers, close } = await visited();
  // What answers afterwards has been asked before.
  await followLink(page, `/watch/movie-${film}`);
  await playing(page, 0.2);
  await followLink(page, "/downloads");
  await title(page, "Downloads").waitFor();
  await followLink(page, "/library");
  await page.getByRole("button", { name: "Scan now" }).waitFor();
  const comeBack = endMiaud();
  try {
    const refused = await glimpse(page, "body", "The scan did not begin.");
    await page.getByRole("button", { name: "Scan now" }).click();
    await refused();
    await page.goto("/downloads");
    await title(page, "Something went wrong").waitFor();
    await page.getByText("The media service is not").waitFor();
    assert.deepEqual(await barriers(), []);
    assert.deepEqual(await misfits(page), []);
    const isSame = await mark(page);
    await followLink(page, `/movie/${film}`);
    await title(page, movies.front).waitFor();
    await followLink(page, `/watch/movie-${film}`);
    await playing(page, 0.2);
    await followLink(page, "/downloads");
    await title(page, "Something went wrong").waitFor();
    comeBack();
    await title(page, "Downloads").waitFor();
    assert.ok(await isSame());
  } finally {
    comeBack();
  }
  await close();
});

test("only the handlers are away: a line says so, the page stays, all comes back", async () => {
  const { page, barriers, close } = await visited();
  const isSame = await mark(page);
  await followLink(page, "/account");
  await page.getByLabel("Name").fill("Ada Half");
  const comeBack = hide("cgi");
  try {
    await page.getByRole("button", { name: "Save" }).click();
    await line(page, "The server cannot be reached").waitFor();
    assert.equal(await page.getByLabel("Name").inputValue(), "Ada Half");
    await followLink(page, `/movie/${film}`);
    await title(page, "The server cannot be reached").waitFor();
    assert.deepEqual(await barriers(), []);
    assert.deepEqual(await misfits(page), []);
  } finally {
    comeBack();
  }
  await title(page, movies.front).waitFor();
  await line(page, "Connected again").waitFor();
  await page.goBack();
  assert.equal(await page.getByLabel("Name").inputValue(), "Ada Half");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  assert.ok(await isSame());
  await close();
});

test("only the news are away: a line says so, and nothing that happened meanwhile is missing", async () => {
  const { page, context, close } = await visited();
  const isSame = await mark(page);
  await context.route("**/api/events**", (route) => route.abort());
  process.kill(world.process("events.fcgi").pid, "SIGKILL");
  await line(page, "No news from the server").waitFor();
  await place("front.mp4", path.join(world.films, "Missed Once (2012).mp4"));
  await world.rescan();
  await context.unroute("**/api/events**");
  await card(page, "Missed Once").waitFor();
  await line(page, "No news from the server").waitFor({ state: "detached" });
  assert.ok(await isSame());
  await close();
});

test("the device has no network from early on: that is said, and ends with it", async () => {
  const { page, context, barriers, close } = await visit(world);
  // What looks for the way back has not come yet.
  const isLate = /assets\/later-/;
  await page.route(isLate, (route) => route.abort());
  const refused = page.waitForEvent("requestfailed", (request) => isLate.test(request.url()));
  await signInByForm(page, "admin@example.org", password);
  await card(page, movies.front).waitFor();
  const isSame = await mark(page);
  await refused;
  await context.setOffline(true);
  await page.unroute(isLate);
  await line(page, "This device is offline").waitFor();
  await card(page, movies.front).waitFor();
  await followLink(page, `/movie/${film}`);
  await title(page, "This device is offline").waitFor();
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  await context.setOffline(false);
  await title(page, movies.front).waitFor();
  await line(page, "Connected again").waitFor();
  assert.ok(await isSame());
  await close();
});

test("a person at an administrator's address is told that it is not for them", async () => {
  const { page, barriers, close } = await visited(uma);
  for (const name of ["library", "downloads", "settings"]) {
    await page.goto(`/${name}`);
    await title(page, "Not for this account").waitFor();
    await page.getByText("Only an administrator may open this.").waitFor();
    assert.deepEqual(await barriers(), []);
    assert.deepEqual(await misfits(page), []);
  }
  await page.getByRole("link", { name: "To the start" }).click();
  await card(page, movies.front).waitFor();
  await close();
});

test("a title without a source says so, and leads on when somebody plays it all the same", async () => {
  const { page, barriers, close } = await visited();
  await followLink(page, `/movie/${gone}`);
  await page.getByRole("link", { name: "Play" }).waitFor();
  rmSync(movieFile(world, "front").replace(/[^/]+$/, "Gone Away (2011).mp4"));
  await world.rescan();
  await page.getByRole("link", { name: "Play" }).waitFor({ state: "detached" });
  await followLink(page, `/watch/movie-${gone}`);
  await title(page, "This cannot be played now").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  await page.getByRole("link", { name: "To the title" }).click();
  await title(page, "Gone Away").waitFor();
  await close();
});

test("a swarm in which nobody is: the player says why it waits, then what to do", async () => {
  const set = (name: string, value: string) =>
    assert.equal(world.ctl("config", "set", name, value).code, 0);
  set("net.consent", "true");
  set("stream.stallLimit", "2");
  const torrent = torrentOf("Nobody Home (2020).mkv", randomBytes(300_000));
  await world.admin.send("/api/downloads", { torrent });
  const { page, barriers, close } = await visited();
  await card(page, "Nobody Home").waitFor();
  await followLink(page, `/watch/movie-${await world.movieId("Nobody Home")}`);
  await page.getByText("Looking for somebody who has this film").first().waitFor();
  // Enough of that.
  set("net.peerLimit", "1");
  await page.getByRole("alert").waitFor();
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await page.keyboard.press("Escape");
  await title(page, "Nobody Home").waitFor();
  await close();
});

test("somebody ends the session in mid-film: it plays on, and wholly so after signing in over it", async () => {
  const { page, close } = await visited(uma);
  const isSame = await mark(page);
  await followLink(page, `/watch/movie-${long}`);
  await playing(page, 0.2);
  await page.evaluate(() => Object.assign(document.querySelector("video") ?? {}, { id: "same" }));
  const args = ["user", "passwd", uma, "--password-file", "-"];
  assert.equal(world.ctlWith({ input: `${password}\n` }, ...args).code, 0);
  const sheet = page.getByRole("dialog", { name: "Sign in again" });
  await sheet.waitFor();
  const at = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  await playing(page, at + 0.2);
  await page.keyboard.press("Escape");
  // What is there is not all: the rest is refused until somebody has signed in.
  await page.keyboard.press("8");
  await page.getByRole("button", { name: /session has ended/ }).click();
  await sheet.getByLabel(/e-mail/i).fill(uma);
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Sign in", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
  await playing(page, 0.8 * seconds);
  assert.ok(await page.evaluate(() => document.querySelector("video#same") !== null));
  assert.ok(await isSame());
  await close();
});
