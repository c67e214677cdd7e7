// A film that is not here plays in Chromium while it comes from next door. The
// relay on the way lets through only what the test allows, so that "little of it
// is here" holds on any machine: whatever plays, plays from that little.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { startTracker } from "../../tools/tracker.ts";
import { focused, press, signInByForm, visit } from "../world/browser.ts";
import { modesHold } from "../world/installation.ts";
import { clip, placeLong } from "../world/media.ts";
import { moveIn } from "../world/neighbour.ts";
import { many, until } from "../world/place.ts";
import { compareServed, type Served } from "../world/served.ts";
import { newWorld, password } from "../world/world.ts";

const piece = 256 * 1024;
const seconds = many(300, 600);
const rate = many(150_000, 560_000); // of the film, bytes a second

const tracker = await startTracker();
const world = await newWorld({
  obeysModes: true,
  env: { MIAU_NET_TRACKERS: tracker.url, MIAU_NET_CONSENT: "true" },
});
const next = await moveIn(tracker, 6 * rate);
after(async () => {
  await next.stop();
  await tracker.stop();
});
const shared = await next.share("Far Away (2021).mp4", (to) => placeLong(to, seconds, rate));
/** It says that it is an AVI, and nobody can read more of it than that. */
const old = await next.share("Old Kind (2003).avi", async (to) => {
  const bytes = randomBytes(2_000_000);
  readFileSync(await clip("old.avi")).copy(bytes, 0, 0, 12);
  writeFileSync(to, bytes);
});
const original = readFileSync(shared.film);
const size = original.length;
const { admin } = world;
for (const { torrent } of [shared, old]) world.ctlJson("add", torrent, "--when-watched");
const film = await until("the film to have a title", () => world.movieId("Far Away"));
const visitor = await visit(world);
const { page } = visitor;
await signInByForm(page, "admin@example.org", password);

type Ranges = [number, number][];

interface State {
  published: Ranges;
  wanted: Ranges;
  state: string;
}

const streams = /^\/api\/stream\/[\w-]{43}$/;
let served: Served;
/** The address that the player streams from, and its key. */
let stream = "";
page.on("request", (request) => {
  const { pathname } = new URL(request.url());
  if (streams.test(pathname)) stream = pathname;
});

const ask = (): Promise<State> =>
  admin.send("/api/play/state", { streamingKey: stream.split("/").pop() });
const sum = (ranges: Ranges): number => ranges.reduce((n, [a, b]) => n + b - a, 0);

/** Waits until the picture moves at or behind this second. */
async function playing(on: Page, from: number): Promise<void> {
  await on.waitForFunction((at) => {
    const video = document.querySelector("video");
    if (!video || video.paused || video.seeking || video.videoWidth === 0) return false;
    return video.currentTime >= at;
  }, from);
}

test("it has a picture of its own at home, though nothing of it is here", async () => {
  await until("a placard", async () => (await admin.read(`/api/movies/${film}`)).poster !== null);
});

test("of what nobody has looked into it is said that it does not play when it does not", async () => {
  next.relay.allow(0.02 * size);
  await page.goto(`/movie/${await world.movieId("Old Kind")}`);
  await page.getByRole("link", { name: "Play" }).click();
  await page.getByText(/cannot read AVI files|does not know its kind/).waitFor();
  await page.getByRole("button", { name: "Open in mpv or VLC" }).waitFor();
  assert.deepEqual(await visitor.barriers(), []);
});

test("with less than a fifth of it here it has played ten seconds", async () => {
  assert.ok(size > many(40e6, 300e6), `${size} bytes`);
  served = await compareServed(page, streams, original);
  next.relay.allow(0.15 * size);
  await page.goto(`/movie/${film}`);
  await page.getByRole("link", { name: "Play" }).click();
  await playing(page, 10);
  const { state, published } = await ask();
  assert.equal(state, "downloading");
  assert.ok(sum(published) < 0.2 * size, `${sum(published)} of ${size} bytes`);
  assert.ok(sum(published) > 5 * rate, "it came from the torrent");
});

test("what is 80 % in plays, and the middle is still missing", async () => {
  // The neighbour, which is root, may still read its film; who plays may not.
  if (process.getuid?.() === 0) {
    chmodSync(next.world.films, 0);
    assert.notEqual(spawnSync("setpriv", [...modesHold, "cat", shared.film]).status, 0);
  }
  next.relay.allow(0.35 * size);
  await page.keyboard.press("8");
  await playing(page, 0.8 * seconds + 5);
  const { published } = await ask();
  assert.ok(sum(published) < 0.4 * size);
  const middle = size / 2;
  assert.ok(!published.some(([a, b]) => a <= middle && middle < b), JSON.stringify(published));
});

/** What the seek bar draws, in bytes. */
async function drawn(kind: "here" | "coming"): Promise<Ranges> {
  const parts = await page.evaluate(
    (name) =>
      Array.from(document.querySelectorAll<HTMLElement>(`.seek-${name}`), ({ style }) => [
        Number.parseFloat(style.insetInlineStart) / 100,
        Number.parseFloat(style.width) / 100,
      ]),
    kind,
  );
  return parts.map(([from = 0, width = 0]) => [from * size, (from + width) * size]);
}

/** Every part of `some` lies in a part of `all`, give or take one piece. */
const lieIn = (some: Ranges, all: Ranges): boolean =>
  some.every(([from, to]) => all.some(([a, b]) => a - piece <= from && to <= b + piece));
const areEqual = (some: Ranges, others: Ranges): boolean =>
  lieIn(some, others) && lieIn(others, some);

test("the seek bar draws what is here while it comes", async () => {
  for (const part of [0.36, 0.38, 0.4]) {
    const before = await ask();
    next.relay.allow(part * size);
    await until(
      "more to be here",
      async () => sum((await ask()).published) > sum(before.published),
    );
    const shown = await drawn("here");
    const after = await ask();
    const why = () => JSON.stringify({ before, shown, after });
    assert.ok(lieIn(shown, after.published), `it draws what is not here: ${why()}`);
    await until("it to be drawn", async () => lieIn(after.published, await drawn("here")), { why });
  }
});

test("it draws what is coming, and both exactly when nothing moves", async () => {
  // Nothing is here there, and nothing comes, though not all came that was allowed.
  next.relay.allow(next.relay.bytes());
  await page.keyboard.press("6");
  const state = await until("somebody to wait there", async () => {
    const now = await ask();
    return now.wanted.some(([a, b]) => a <= 0.61 * size && 0.59 * size <= b) && now;
  });
  await until(
    "the bar to be as the daemon says",
    async () => {
      const { published, wanted } = await ask();
      const [here, coming] = [await drawn("here"), await drawn("coming")];
      return here.length > 1 && areEqual(here, published) && areEqual(coming, wanted);
    },
    { why: () => JSON.stringify(state) },
  );
  const hint = await page.getByRole("slider", { name: "Position" }).getAttribute("aria-valuetext");
  assert.match(hint ?? "", /not fetched yet/);
  next.relay.allow(0.5 * size);
  await playing(page, 0.6 * seconds + 1);
});

test("what the browser was sent is the original, and came over the wire", async () => {
  assert.deepEqual(served.wrong, []);
  assert.ok(served.bytes() > 10 * rate, `${served.bytes()} bytes in ${served.answers()} answers`);
  const { published } = await ask();
  assert.ok(next.relay.bytes() >= sum(published));
  for (const [from, to] of published) {
    const reply = await world.visitor().get(stream, {
      headers: { Range: `bytes=${from}-${to - 1}` },
    });
    assert.equal(reply.status, 206);
    assert.ok(reply.body.equals(original.subarray(from, to)), `bytes ${from}-${to - 1}`);
  }
});

test("no barrier in the player while the film comes, on any screen", async () => {
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.mouse.move(width / 2, 100);
    await page.getByRole("slider", { name: "Position" }).waitFor();
    assert.deepEqual(await visitor.barriers(), [], `${width} pixels wide`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels stand out to the right`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

const time = () => page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
const left = async () => (await admin.read(`/api/movies/${film}`)).progress?.position ?? 0;

test("who leaves and returns goes on at the same place", async () => {
  const before = await time();
  assert.ok(before > 0.59 * seconds, `${before} s`);
  await page.keyboard.press("Escape");
  const resume = page.getByRole("link", { name: /^Resume/ });
  await resume.waitFor();
  const at = await left();
  assert.ok(at >= before, `${at} s`);
  const clock = `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
  assert.equal((await resume.textContent())?.trim(), `Resume at ${clock}`);
  next.relay.allow(0.6 * size);
  await resume.click();
  await playing(page, at);
  assert.ok((await time()) < at + 60);
});

test("what one may go on with is made ready where one was", async () => {
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /^Resume/ }).waitFor();
  await until("nobody to watch", async () => (await ask()).wanted.length === 0);
  const titleId = `movie-${film}`;
  await admin.send("/api/play/heartbeat", {
    titleId,
    position: 0.45 * seconds,
    duration: seconds,
    state: "paused",
  });
  const at = 0.45 * size;
  const isReady = async () => (await ask()).published.some(([a, b]) => a <= at && at < b);
  assert.equal(await isReady(), false);
  await admin.send("/api/ui/intent", { titleId, kind: "continue" });
  // Too little for whoever would fetch one piece after the other.
  next.relay.allow(0.67 * size);
  await until("its bytes to be here", isReady);
  assert.deepEqual((await ask()).wanted, []);
});

test("by keys alone: from home to the moving picture", async () => {
  await page.goto("/");
  await page.getByRole("region", { name: "Continue watching" }).waitFor();
  await press(page, "Tab", /^Continue/);
  await page.keyboard.press("Enter");
  next.relay.allow(0.75 * size);
  await playing(page, 0.45 * seconds);
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Continue watching" }).waitFor();
});

test("by keys alone: to the downloads, pause, resume, remove", async () => {
  await press(page, "ArrowUp", /^(Miauflix|Home|Library|Downloads)$/);
  await press(page, "ArrowRight", /^Downloads$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
  const rows = page.getByRole("list", { name: "All downloads" }).getByRole("listitem");
  const row = rows.filter({ hasText: "Far Away" });
  await row.getByRole("progressbar").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await press(page, "ArrowDown", /Far Away/);
  await press(page, "ArrowRight", /^Pause Far Away/);
  await page.keyboard.press("Enter");
  await row.getByText("Paused").waitFor();
  assert.equal(await focused(page), "Resume Far Away");
  await page.keyboard.press("Enter");
  await row.getByText("Paused").waitFor({ state: "hidden" });
  await press(page, "ArrowRight", /^Remove Far Away/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.closest("dialog"));
  await press(page, "ArrowRight", /^Remove with its bytes/);
  await page.keyboard.press("Enter");
  await row.waitFor({ state: "hidden" });
  await until("it to be gone", async () => {
    const { downloads } = await admin.read("/api/downloads");
    return downloads.every((d: { title: string }) => d.title !== "Far Away");
  });
});

test("nothing was amiss in the browser", () => {
  assert.deepEqual(visitor.complaints, []);
});
