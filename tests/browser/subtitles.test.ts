// Subtitles inside a film: read while it plays, later or earlier, looking as wished.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { signInByForm, visit } from "../world/browser.ts";
import { clip } from "../world/media.ts";
import { paused, playing, sizes } from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const words = "From the film";
const srt = `1\n00:00:10,000 --> 00:00:12,000\n${words}\n`;
const beside = mkdtempSync(path.join(tmpdir(), "miau-made-"));
after(() => rmSync(beside, { recursive: true }));
writeFileSync(path.join(beside, "a.srt"), srt);
mkdirSync(world.films, { recursive: true });
const file = path.join(world.films, "Inner Voice (2018).mp4");
await promisify(execFile)("ffmpeg", [
  ...["-v", "error", "-i", await clip("front.mp4", 20), "-i", path.join(beside, "a.srt")],
  ...["-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text"],
  ...["-metadata:s:s:0", "language=ger", "-movflags", "+faststart", file],
]);
const old = Date.now() / 1000 - 60;
utimesSync(file, old, old);
await world.addFolder(world.films);
const film = await world.movieId("Inner Voice");
const uma = await world.person("uma@example.org");
const visitor = await visit(world, sizes.laptop);
after(() => visitor.close());
const { page } = visitor;
const line = page.locator(".caption", { hasText: words });

/** Stands still 20 ms behind the begin of the line. */
async function standAtLine(): Promise<void> {
  await playing(page, 0);
  await paused(page);
  await page.evaluate(() => {
    const video = document.querySelector("video");
    if (video !== null) video.currentTime = 10.02;
  });
}

/** Chooses from the menu of subtitles, by keys. */
async function choose(role: "menuitem" | "menuitemradio", name: string): Promise<void> {
  await page.getByRole("button", { name: "Subtitles", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu", { name: "Subtitles" }).getByRole(role, { name }).focus();
  await page.keyboard.press("Enter");
}

/** The answer to a delay that is kept. */
const delayKept = (ms: number) =>
  page.waitForResponse(
    (reply) =>
      reply.url().includes("/api/subtitles/") &&
      reply.request().postData() === JSON.stringify({ delay: ms }),
  );

const lookOf = () =>
  line.evaluate((box) => {
    const { color, fontSize, textShadow } = getComputedStyle(box);
    return { color, size: Number.parseFloat(fontSize), hasEdge: textShadow !== "none" };
  });

test("a track inside the film is chosen and read", async () => {
  await signInByForm(page, "admin@example.org", password);
  await page.goto(`/watch/movie-${film}#start`);
  await standAtLine();
  await choose("menuitemradio", "German");
  await line.waitFor();
});

test("a delay of one step is seen at once, and everybody's from then on", async () => {
  const kept = delayKept(50);
  await page.keyboard.press("h");
  await page.getByRole("status").getByText("Subtitles +50 ms").waitFor();
  await line.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await line.waitFor();
  await page.keyboard.press("h");
  await line.waitFor({ state: "detached" });
  assert.equal((await kept).status(), 200);
  const play = await uma.send("/api/play/start", { titleId: `movie-${film}` });
  assert.equal(play.subtitleDelay, 50);
});

test("the look is set over the film, and is there the next time; so is the delay", async () => {
  await choose("menuitem", "Timing and look");
  const panel = page.getByRole("region", { name: "Timing and look" });
  await panel.getByRole("button", { name: "Reset" }).click();
  await line.waitFor();
  const before = await lookOf();
  assert.equal(before.hasEdge, false);
  const kept = page.waitForResponse(
    (reply) => reply.request().postData()?.includes('"outline"') === true,
  );
  await panel.getByLabel("Size").selectOption("Very large");
  await panel.getByLabel("Colour").selectOption("Yellow");
  await panel.getByLabel("Edge").selectOption("Outline");
  assert.deepEqual(await visitor.barriers(), []);
  const set = await lookOf();
  assert.ok(set.size > before.size);
  assert.notEqual(set.color, before.color);
  assert.ok(set.hasEdge);
  assert.equal((await kept).status(), 200);
  const later = delayKept(50);
  await panel.getByRole("button", { name: "Later" }).click();
  await line.waitFor({ state: "detached" });
  assert.equal((await later).status(), 200);
  await panel.getByRole("button", { name: "Close timing and look" }).click();
  await page.reload();
  await standAtLine();
  await choose("menuitemradio", "German");
  await page.waitForFunction(() => {
    const cue = document.querySelector("video")?.textTracks[0]?.cues?.[0];
    return cue !== undefined && Math.round(cue.startTime * 1000) === 10_050;
  });
  await line.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await line.waitFor();
  assert.deepEqual(await lookOf(), set);
  assert.deepEqual(visitor.complaints, []);
});
