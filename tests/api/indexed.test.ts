// Films whose container has no index: all of them is read in the background, also of
// one that came from a swarm.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { clip } from "../world/media.ts";
import { until } from "../world/place.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const film = await clip("surround.mkv");

/** The same pictures and sound in a container that tells no places. */
function pour(to: string, ...options: string[]): string {
  mkdirSync(path.dirname(to), { recursive: true });
  const copy = ["-map", "0:v", "-map", "0:a", "-c", "copy", ...options, "-y", to];
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-i", film, ...copy]);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
  return to;
}

const keys = (where: string): string =>
  world.sql(`SELECT length(keys) FROM media_index WHERE is_read = 1 AND ${where}`);

test("of the library", async () => {
  pour(path.join(world.films, "Stream (2003).ts"));
  await world.addFolder(world.films);
  const whole = "library_file_id IS NOT NULL AND length(keys) > 0";
  const length = await until("its keys", () => keys(`${whole} AND tick_den = 90000`) || undefined);
  assert.ok(Number(length) > 6, "a key each second, of some bytes");
});

test("of a swarm", async () => {
  const swarm = await Swarm.for(world);
  const file = pour(path.join(world.hold, "Fetched (2004).ts"));
  const { torrent } = await swarm.share(file);
  world.ctlJson("add", torrent);
  const whole = "torrent_id IS NOT NULL AND length(keys) > 0";
  assert.ok(Number(await until("its keys", () => keys(whole) || undefined)) > 6);
});
