// Films that do not say how long they are, as programs write them that cannot go back:
// they are read to their end once, and then play as others do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { conforms } from "../world/conformance.ts";
import { bytesOf } from "../world/joined.ts";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const seconds = 12;
/** What follows the inputs, by title. */
const films: Record<string, [container: string, recipe: string]> = {
  "Piped Out": [
    "mkv",
    "-c:v libx264 -pix_fmt yuv420p -preset ultrafast -g 24 -c:a ac3 -f matroska",
  ],
  // As a browser's MediaRecorder writes it.
  "Recorded There": [
    "webm",
    "-c:v libvpx -deadline realtime -cpu-used 8 -g 24 -c:a libopus -live 1 -f webm",
  ],
};

const world = await newWorld();
const visitor = world.visitor();
mkdirSync(world.films, { recursive: true });
for (const [title, [container, recipe]] of Object.entries(films)) {
  const done = spawnSync(
    "ffmpeg",
    [
      ...["-nostdin", "-v", "error"],
      ...["-f", "lavfi", "-i", `testsrc=size=176x144:rate=24:duration=${seconds}`],
      ...["-f", "lavfi", "-i", `sine=sample_rate=48000:duration=${seconds}`],
      ...recipe.split(" "),
      "-",
    ],
    { maxBuffer: 1 << 28 },
  );
  assert.equal(done.status, 0, done.stderr.toString());
  const file = path.join(world.films, `${title} (2019).${container}`);
  writeFileSync(file, done.stdout);
  const then = Date.now() / 1000 - 3600;
  utimesSync(file, then, then);
}
await world.addFolder(world.films);
world.runTask("film-index");

for (const title of Object.keys(films))
  test(`${title}: its length is found, and it plays to its end`, async () => {
    const movieId = await world.movieId(title);
    await until("it to be read", async () => {
      const { items } = await world.admin.read("/api/library/files?pageSize=10");
      const file = items.find(({ titleName }: { titleName: string }) => titleName === title);
      return Math.abs(Number(file?.duration ?? 0) - seconds) < 0.2;
    });
    const { hlsUrl } = await world.admin.send("/api/play/start", {
      titleId: `movie-${movieId}`,
      hls: { codecs: ["avc1.640028", "mp4a.40.2"] },
    });
    const base = String(hlsUrl).replace("master.m3u8", "");
    const { renditions, variants } = await conforms(
      (part) => bytesOf(visitor, base + part),
      (n) => [0, n - 1],
    );
    assert.ok(renditions.length > 0 && variants.length > 0);
  });
