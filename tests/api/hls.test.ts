// Films as HLS: playlists, and segments that are cut where the playlist says from
// wherever they are asked for.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { clip } from "../world/media.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const films = { surround: "Loud Valley (2019)" };
copyFileSync(await clip("surround.mkv", 20), path.join(world.films, `${films.surround}.mkv`));
await world.addFolder(world.films);

const id = await world.movieId("Loud Valley");
const begun = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
const visitor = world.visitor();
const base = String(begun.hlsUrl).replace("master.m3u8", "");

const get = async (name: string): Promise<Buffer> => {
  const answer = await visitor.get(base + name);
  assert.equal(answer.status, 200, `${name}: ${answer.body.toString().slice(0, 300)}`);
  return answer.body;
};
const text = async (name: string): Promise<string> => (await get(name)).toString();

const folder = mkdtempSync(path.join(world.films, "..", "hls-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("look", async () => {
  console.log(await text("master.m3u8"));
  console.log(await text("v-copy.m3u8"));
  const began = performance.now();
  for (const part of ["v-copy/init.mp4", "v-copy/2.m4s", "a-0-aac/init.mp4", "a-0-aac/3.m4s", "v-360/init.mp4", "v-360/7.m4s", "v-360/0.m4s"]) {
    const bytes = await get(part);
    console.log(part, bytes.length, performance.now() - began);
    writeFileSync(path.join("/tmp/lead/try2", part.replace("/", "_")), bytes);
  }
});
