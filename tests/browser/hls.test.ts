// What this browser does not play as it is comes by HLS: with picture and sound, by
// seeking, in another quality and with another sound.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import type { Locator } from "playwright-core";
import { signInByForm, visit } from "../world/browser.ts";
import { pgs } from "../world/drawn.ts";
import { place } from "../world/media.ts";
import { ffmpeg } from "../world/segments.ts";
import { claimHevc, playing, sizes } from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await place("wide.mkv", path.join(world.films, "Wide Road (2021).mkv"), 40);
await place("hevc.mp4", path.join(world.films, "Dark Picture (2022).mp4"), 20);
/** A dark film over whose foot white boxes lie nearly always, as pictures of subtitles. */
function placeDrawn(): void {
  const folder = mkdtempSync(path.join(world.films, "..", "drawn-"));
  const sup = path.join(folder, "a.sup");
  const box = { x: 160, y: 300, width: 320, height: 40 };
  const boxes = Array.from({ length: 24 }, (_, i) => ({ ...box, from: 5 * i + 1, to: 5 * i + 5 }));
  writeFileSync(sup, pgs([640, 360], boxes));
  ffmpeg([
    ...["-f", "lavfi", "-i", "color=black:size=640x360:rate=24:duration=120"],
    ...["-f", "lavfi", "-i", "sine=frequency=440:duration=120", "-i", sup, "-copyts"],
    ...["-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p", "-g", "48", "-c:a", "aac", "-c:s", "copy"],
    ...["-metadata:s:s:0", "language=ger", path.join(world.films, "Drawn Words (2020).mkv")],
  ]);
  rmSync(folder, { recursive: true });
}
placeDrawn();
await world.addFolder(world.films);
const wide = await world.movieId("Wide Road");
const dark = await world.movieId("Dark Picture");
const drawn = await world.movieId("Drawn Words");
const visitor = await visit(world, sizes.laptop);
after(() => visitor.close());
const { page } = visitor;

/** Frames and bytes of sound that were decoded. */
const decoded = (): Promise<{ frames: number; sound: number }> =>
  page.evaluate(() => {
    const video = document.querySelector("video");
    const counted = video as { webkitAudioDecodedByteCount?: number } | null;
    return {
      frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
      sound: counted?.webkitAudioDecodedByteCount ?? 0,
    };
  });

/** Waits until more was decoded than before. */
async function goesOn(): Promise<void> {
  const before = await decoded();
  await page.waitForFunction(({ frames, sound }) => {
    const video = document.querySelector("video");
    const counted = video as { webkitAudioDecodedByteCount?: number } | null;
    return (
      (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > frames &&
      (counted?.webkitAudioDecodedByteCount ?? 0) > sound
    );
  }, before);
}

/** Opens a menu of the player by keys. */
async function open(name: string): Promise<Locator> {
  await page.getByRole("button", { name, exact: true }).focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu", { name });
  await menu.waitFor();
  return menu;
}

const linesAre = (height: number) =>
  page.waitForFunction((h) => document.querySelector("video")?.videoHeight === h, height);

test("H.264 with AC-3 in Matroska plays with picture and sound, and says why so", async () => {
  await signInByForm(page, "admin@example.org", password);
  await page.goto(`/movie/${wide}`);
  await page.getByRole("link", { name: "Play" }).click();
  await playing(page, 0.5);
  await goesOn();
  assert.equal(await page.evaluate(() => document.querySelector("video")?.videoWidth), 854);
  await page.mouse.move(300, 300);
  await page.getByRole("button", { name: "Speed and more" }).click();
  const menu = page.getByRole("menu", { name: "Speed and more" });
  await menu.getByText("The sound is converted: this browser cannot play AC-3.").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  const stats = page.getByRole("region", { name: "Statistics" });
  await stats.getByText("The sound is converted: this browser cannot play AC-3.").waitFor();
  await page.keyboard.press("i");
});

test("it is sought far, forth and back", async () => {
  await page.keyboard.press("8");
  await playing(page, 32);
  await goesOn();
  await page.keyboard.press("1");
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 99) < 20);
  await playing(page, 4);
  await goesOn();
  assert.deepEqual(visitor.complaints, []);
});

test("another sound and another quality are chosen by keys, and stay when it is sought", async () => {
  const sounds = await open("Sound");
  await sounds.getByRole("menuitemradio", { name: /^1\. English/, checked: true }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await goesOn();
  const heard = await open("Sound");
  await heard.getByRole("menuitemradio", { name: /^2\. German/, checked: true }).waitFor();
  await page.keyboard.press("Escape");
  const more = await open("Speed and more");
  await more
    .getByRole("menuitemradio", { name: "Auto (Original (480p))", checked: true })
    .waitFor();
  await more.getByRole("menuitemradio", { name: "360p" }).press("Enter");
  await linesAre(360);
  await page.keyboard.press("Escape");
  await page.keyboard.press("5");
  await playing(page, 20);
  await goesOn();
  await linesAre(360);
  const kept = await open("Sound");
  await kept.getByRole("menuitemradio", { name: /^2\. German/, checked: true }).waitFor();
  await page.keyboard.press("Escape");
  const back = await open("Speed and more");
  await back.getByRole("menuitemradio", { name: "Original (480p)", exact: true }).press("Enter");
  await linesAre(480);
  assert.deepEqual(visitor.complaints, []);
});

test("a file that the browser shows black, although it says otherwise, comes converted", async () => {
  await page.addInitScript(claimHevc);
  await page.goto(`/watch/movie-${dark}`);
  await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0);
  await goesOn();
  assert.equal(await page.getByRole("alert").count(), 0);
});

/** Waits until the middle of the picture's foot is so bright, or so dark. */
const footIs = (isBright: boolean) =>
  page.waitForFunction((bright) => {
    const video = document.querySelector("video");
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d");
    if (video === null || brush === null || video.readyState < 2 || video.seeking) return false;
    [canvas.width, canvas.height] = [64, 36];
    brush.drawImage(video, 0, 0, 64, 36);
    const [red = 0] = brush.getImageData(32, 32, 1, 1).data;
    return bright ? red > 180 : red < 60;
  }, isBright);

test("subtitles that are pictures are drawn into the film where it is, and taken out", async () => {
  await page.goto(`/watch/movie-${drawn}`);
  await playing(page, 0.5);
  await page.keyboard.press("5");
  await playing(page, 60);
  await footIs(false);
  const menu = await open("Subtitles");
  await menu.getByText("These are drawn into the picture").waitFor();
  await menu.getByRole("menuitemradio", { name: "German" }).press("Enter");
  await footIs(true);
  const at = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  assert.ok(at >= 59, `it went back to ${at}`);
  await goesOn();
  await page.keyboard.press("Escape");
  const more = await open("Speed and more");
  await more.getByText("The picture is converted: subtitles are drawn into it.").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await footIs(false);
  assert.ok(await page.evaluate(() => (document.querySelector("video")?.currentTime ?? 0) >= 59));
  assert.deepEqual(visitor.complaints, []);
});
