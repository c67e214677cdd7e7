// The pictures of the seek bar: they show the places they are said to show, whatever
// the film is like; they go with it, and none is half.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { until } from "../world/place.ts";
import { placeGrey, type Sheets, secondsShown, thumbnailsOf } from "../world/thumbnails.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_THUMBNAILS_ENABLED: "true" } });
const films = {
  Even: placeGrey("even", 40, path.join(world.films, "Even (2001).mkv")),
  Sparse: placeGrey("sparse", 40, path.join(world.films, "Sparse (2002).mp4")),
  Late: path.join(world.films, "Late (2003).mkv"),
  Cut: path.join(world.films, "Cut (2004).mp4"),
};
const copy = ["-nostdin", "-v", "error", "-y"];
// Its pictures begin ten seconds behind its sound.
execFileSync("ffmpeg", [
  ...copy,
  ..."-itsoffset 10 -i".split(" "),
  films.Even,
  "-i",
  films.Even,
  ..."-map 0:v -map 1:a -c copy".split(" "),
  films.Late,
]);
// An edit list leaves out what comes before the place from which it was copied.
execFileSync("ffmpeg", [...copy, "-ss", "7.4", "-i", films.Sparse, "-c", "copy", films.Cut]);
const folder = path.join(world.state, "thumbnails");
const made = () => readdirSync(folder);

const thumbnails = (title: string) => thumbnailsOf(world, title);

/** All but the ends, where a film may have no picture, show their place within a step. */
function assertPlaces(shown: number[], { step }: Sheets, shift = 0): void {
  for (const [i, second] of shown.entries()) {
    const wanted = Math.max(0, i * step + shift);
    assert.ok(Math.abs(second - wanted) <= step + 1, `${i}: ${second} and not ${wanted}`);
  }
}

await world.addFolder(world.films);

test("each shows its place", async () => {
  const sheets = await thumbnails("Even");
  assert.deepEqual([sheets.step, sheets.width, sheets.height], [1, 320, 136]);
  assert.ok(sheets.count >= 40);
  assertPlaces(await secondsShown(world.visitor(), sheets), sheets);
});

test("where key frames are far apart", async () => {
  const sheets = await thumbnails("Sparse");
  assertPlaces(await secondsShown(world.visitor(), sheets), sheets);
});

test("where the pictures begin late", async () => {
  const sheets = await thumbnails("Late");
  assertPlaces(await secondsShown(world.visitor(), sheets), sheets, -10);
});

test("where an edit list leaves out the beginning", async () => {
  const sheets = await thumbnails("Cut");
  assertPlaces(await secondsShown(world.visitor(), sheets), sheets, 7.4);
});

test("the same as WebVTT", async () => {
  const sheets = await thumbnails("Even");
  const { status, body, headers } = await world.visitor().get(sheets.vttUrl);
  assert.equal(status, 200);
  assert.match(String(headers["content-type"]), /^text\/vtt/);
  const cues = body.toString().split("\n\n").slice(1);
  assert.equal(cues.length, sheets.count);
  assert.equal(cues[11]?.trim(), "00:00:11.000 --> 00:00:12.000\n0.jpg#xywh=320,136,320,136");
});

test("no sheet without a key, beyond the last, or by another name", async () => {
  const { url } = await thumbnails("Even");
  const visitor = world.visitor();
  const status = async (at: string) => (await visitor.get(at)).status;
  assert.equal(await status(url.replace("{sheet}", "0")), 200);
  for (const sheet of ["1", "00", "-1", "x"])
    assert.equal(await status(url.replace("{sheet}", sheet)), 404, sheet);
  const stranger = url.replace(/thumbnails\/[^/]+/, `thumbnails/${"A".repeat(43)}`);
  assert.equal(await status(stranger.replace("{sheet}", "0")), 401);
});

test("gone with the film, and what a killed one left with the next run", async () => {
  await until("the four", () => made().length === 4);
  writeFileSync(path.join(folder, "a file of somebody else"), "");
  execFileSync("mkdir", [
    path.join(folder, `.${"0".repeat(16)}`),
    path.join(folder, "1".repeat(16)),
  ]);
  world.sql("PRAGMA foreign_keys = ON; DELETE FROM library_file WHERE display LIKE 'Late%'");
  world.runTask("thumbnails");
  await until("the folders to go", () => made().length === 4, { why: () => made().join(" ") });
  assert.equal(world.sql("SELECT COUNT(*) FROM thumbnails_gone"), "0");
  rmSync(path.join(folder, "a file of somebody else"));
});
