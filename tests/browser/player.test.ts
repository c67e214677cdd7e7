// What a person does with a film that plays: by the keys of a computer, a pointer,
// the remote control of a television; and what is said when the server, or the
// browser, does not do its part. Fingers have a file of their own.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey } from "../world/arrows.ts";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import {
  claimHevc,
  countSeeks,
  glimpse,
  paused,
  playing,
  pressThrice,
  type Session,
  settled,
  sizes,
  time,
  told,
  withoutHls,
} from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const [seconds, email] = [90, "admin@example.org"];

const world = await newWorld();
const named = (name: string) => path.join(world.films, name);
await place("front.mp4", named("Long Road (2017).mp4"), seconds);
await place("front.mp4", named("Old Road (2016).mp4"), seconds);
await place("surround.mkv", named("Second Sound (2021).mkv"), 20);
await place("hevc.mp4", named("Dark Picture (2022).mp4"), 20);
const folder = "Deep Water/Season 1";
await place("front.mp4", named(`${folder}/Deep Water S01E01 Alpha.mp4`), seconds);
await place("front.mp4", named(`${folder}/Deep Water S01E02 Beta.mp4`), seconds);
await world.addFolder(world.films);
const film = await world.movieId("Long Road");
const begun = await world.movieId("Old Road");
const dark = await world.movieId("Dark Picture");
const silent = await world.movieId("Second Sound");
const show = await world.showId("Deep Water");

const watched = (position: number) =>
  world.admin.send("/api/play/heartbeat", {
    titleId: `movie-${begun}`,
    position,
    duration: seconds,
    state: "paused",
  });

const visits = new Map<object, Visit>();
after(() => Promise.all([...visits.values()].map((visitor) => visitor.close())));

/** Somebody who is signed in at a screen of this size. */
async function at(size: { width: number; height: number }): Promise<Visit> {
  const known = visits.get(size);
  if (known !== undefined) return known;
  const visitor = await visit(world, size);
  visits.set(size, visitor);
  await signInByForm(visitor.page, email, password);
  return visitor;
}

/** Opens the film from its beginning, stopped after its first pictures. */
async function open({ page }: Visit): Promise<Page> {
  // The same address again would be no new page.
  await page.goto("/account");
  await page.goto(`/watch/movie-${film}#start`);
  await playing(page, 0.2);
  await paused(page);
  return page;
}

test("by keys: steps add up, speed, statistics, and how loud it was", async () => {
  const visitor = await at(sizes.laptop);
  const page = await open(visitor);
  const seeks = await countSeeks(page);
  const from = await time(page);
  const hinted = await glimpse(page, ".hint-shown", "+30 s");
  await pressThrice(page, "ArrowRight");
  await hinted();
  await settled(page, from + 30);
  assert.equal(await seeks(), 1, "three presses are one seek");
  // How far it came before it was stopped is another each time.
  const to = Math.floor(from + 30);
  const told = `${Math.floor(to / 60)}:${String(to % 60).padStart(2, "0")} of 1:30`;
  await page.getByRole("status").getByText(told, { exact: true }).waitFor();
  const bar = page.getByRole("slider", { name: "Position" });
  assert.equal(await bar.getAttribute("aria-valuetext"), told);
  for (const [key, rate] of [
    [">", 1.25],
    [">", 1.5],
    ["<", 1.25],
  ] as const) {
    await page.keyboard.press(key);
    await page.waitForFunction((r) => document.querySelector("video")?.playbackRate === r, rate);
  }
  await page.keyboard.press("i");
  const stats = page.getByRole("region", { name: "Statistics" });
  await stats.getByText("A file of the library").waitFor();
  await stats.getByText(/H\.264 \(avc1/).waitFor();
  await stats.getByText(/^\d+ of \d+$/).waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await page.keyboard.press("i");
  await stats.waitFor({ state: "hidden" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  await page.reload();
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video && !video.paused && video.muted && video.volume === 0.95;
  });
  assert.deepEqual(visitor.complaints, []);
});

test("by a pointer: the time under it, speed by the menu; the controls go when it rests", async () => {
  const visitor = await at(sizes.laptop);
  const page = await open(visitor);
  const box = await page.locator(".seek").boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.locator(".seek-tip span", { hasText: /^0:4[45]/ }).waitFor();
  await page.getByRole("button", { name: "Speed and more" }).click();
  const menu = page.getByRole("menu", { name: "Speed and more" });
  await menu.waitFor();
  assert.deepEqual(await visitor.barriers(), [], "axe with the menu open");
  await menu.getByRole("menuitemradio", { name: "1.75×" }).click();
  assert.equal(await page.evaluate(() => document.querySelector("video")?.playbackRate), 1.75);
  await page.mouse.click(640, 300);
  await page.locator('.player[data-idle="true"]').waitFor();
  await page.mouse.move(660, 300);
  await page.locator('.player[data-idle="false"]').waitFor();
  await paused(page);
  assert.deepEqual(visitor.complaints, []);
});

test("by a remote control: the first arrow shows the controls, Back leads out", async () => {
  const visitor = await at(sizes.television);
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("Emulation.setUserAgentOverride", {
    userAgent: "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/79",
  });
  const page = await open(visitor);
  const seeks = await countSeeks(page);
  const from = await time(page);
  await pressKey(page, 39);
  await page.waitForFunction(() => document.activeElement?.matches(".seek input"));
  assert.equal(await page.locator('.hint-shown[data-side="right"]').count(), 0);
  await pressKey(page, 39);
  await settled(page, from + 10);
  assert.equal(await seeks(), 1, "the first arrow sought nothing");
  await pressKey(page, 412);
  await settled(page, from);
  // Down from the bar to the buttons, and along them.
  await pressKey(page, 40);
  await page.waitForFunction(() => document.activeElement?.closest(".controls-row"));
  await pressKey(page, 10252);
  await playing(page, from);
  await pressKey(page, 19);
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await pressKey(page, 457);
  await page.getByRole("region", { name: "Statistics" }).waitFor();
  await pressKey(page, 457);
  await pressKey(page, 461);
  await page.waitForFunction(() => document.activeElement?.matches(".player"));
  await pressKey(page, 461);
  await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
  assert.deepEqual(visitor.complaints, []);
});

test("what was begun goes on there, and from the beginning by one press", async () => {
  const visitor = await at(sizes.laptop);
  const { page } = visitor;
  await watched(40);
  // Nothing of it comes, so that it stays where it is until it is pressed.
  let release = (): void => undefined;
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route(/\/api\/stream\//, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.goto(`/watch/movie-${begun}`);
  await page.getByText("Resumed at 0:40").waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByText("Resumed at 0:40").waitFor({ state: "hidden" });
  const bar = page.getByRole("slider", { name: "Position" });
  assert.match((await bar.getAttribute("aria-valuetext")) ?? "", /^0:00 /);
  release();
  await playing(page, 0.1);
  await page.unroute(/\/api\/stream\//);
});

test("headphones and lock screens are told what plays, and may press", async () => {
  const visitor = await at(sizes.laptop);
  await visitor.page.addInitScript(() => {
    const handlers: Session["handlers"] = {};
    Object.assign(window, { handlers });
    const { mediaSession } = navigator;
    const set = mediaSession.setActionHandler.bind(mediaSession);
    mediaSession.setActionHandler = (name, handler) => {
      handlers[name] = handler as (details: object) => void;
      set(name, handler);
    };
  });
  const { page } = visitor;
  await page.goto(`/watch/show-${show}/1/1`);
  await playing(page, 0.2);
  await told(page, "Deep Water");
  const press = (name: string, details: object = {}) =>
    page.evaluate(([n, d]) => (window as unknown as Session).handlers[n as string]?.(d as object), [
      name,
      details,
    ] as const);
  await press("pause");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await press("seekto", { seekTime: 33 });
  await settled(page, 33);
  await press("seekforward", {});
  await settled(page, 43);
  await press("nexttrack");
  await page.waitForURL(/\/watch\/show-\d+\/1\/2$/);
  assert.deepEqual(visitor.complaints, []);
});

test("the next episode is offered near the end: Back stays, Enter goes on", async () => {
  const visitor = await at(sizes.television);
  const { page } = visitor;
  await page.goto(`/watch/show-${show}/1/1#start`);
  await playing(page, 0.2);
  await paused(page);
  await page.keyboard.press("9");
  const card = page.getByRole("region", { name: "Next episode" });
  await card.getByText("Beta", { exact: true }).waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
  assert.match(page.url(), /\/1\/1/, "Back answers the card first");
  await page.keyboard.press("0");
  await settled(page, 0);
  await page.keyboard.press("9");
  await card.waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/watch\/show-\d+\/1\/2$/);
  await playing(page, 0.1);
  assert.deepEqual(visitor.complaints, []);
});

test("a film without a sound for a browser without HLS: what is wrong, and what can be done", async () => {
  const visitor = await visit(world, sizes.phone);
  const { page } = visitor;
  visits.set(visitor, visitor);
  await page.addInitScript(withoutHls);
  await signInByForm(page, email, password);
  await page.goto(`/watch/movie-${silent}`);
  await page.getByText("This browser cannot play AC-3 sound.").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  const file = await page.getByRole("link", { name: "Download the file" }).getAttribute("href");
  const { status, body } = await world.visitor().get(new URL(file ?? "").pathname);
  assert.ok(status === 200 && body.length > 10_000);
  await page.getByRole("button", { name: "Try another source" }).click();
  await page.getByText("There is no other source.").waitFor();
  await page.getByRole("button", { name: "Play without sound" }).click();
  // After a while without a byte of sound it says so again.
  await page.getByText("This browser plays no sound of this file (AC-3).").waitFor();
});

test("a picture of which nothing is seen, although the browser says that it knows it", async () => {
  const visitor = await visit(world, sizes.laptop);
  const { page } = visitor;
  visits.set(visitor, visitor);
  await page.addInitScript(claimHevc);
  await page.addInitScript(withoutHls);
  await signInByForm(page, email, password);
  await page.goto(`/watch/movie-${dark}`);
  const warning = page.getByRole("alert");
  await warning.getByText("This browser shows no picture of this file (HEVC).").waitFor();
  await warning.getByText("mpv and VLC play it.").waitFor();
  await page.getByRole("button", { name: "Open in mpv or VLC" }).waitFor();
  await playing(page, 0.5);
  assert.equal(await page.evaluate(() => document.querySelector("video")?.videoWidth), 0);
  assert.deepEqual(await visitor.barriers(), []);
  assert.deepEqual(visitor.complaints, []);
});

test("a server that does not answer is waited for, and the film goes on where it was", async () => {
  const visitor = await at(sizes.laptop);
  const { page } = visitor;
  await watched(50);
  await page.route(/\/api\/(stream|play\/(renew|state))/, (route) => route.abort());
  await page.goto(`/watch/movie-${begun}`);
  await page.getByText("The film goes on as soon as it does.").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "nothing is called broken");
  await page.unroute(/\/api\/(stream|play\/(renew|state))/);
  await playing(page, 50);
  await page.getByText("The film goes on as soon as it does.").waitFor({ state: "hidden" });
});
