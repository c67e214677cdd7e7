// What has come whole from a swarm is looked into as a file of the library is:
// what is in it, and a picture from it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { clip } from "../world/media.ts";
import { until } from "../world/place.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);

/** A film out of the swarm. */
async function fetched(name: string, from: string): Promise<{ titleId: string; torrent: string }> {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const file = path.join(folder, `${name} (2001)${path.extname(from)}`);
  copyFileSync(from, file);
  const { torrent } = await swarm.share(file);
  const { id } = world.ctlJson("add", torrent);
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  return { titleId, torrent };
}

test("a film's tracks and length are known, and it has a picture of itself", async () => {
  const { titleId } = await fetched("Looked Into", await clip("surround.mkv"));
  const play = await until("what is in it", async () => {
    const started = await world.admin.send("/api/play/start", { titleId });
    return started.media === null ? undefined : started;
  });
  assert.equal(play.media.container, "matroska");
  assert.equal(play.audio.length, 2);
  assert.equal(play.audio[0].language, "en");
  assert.ok(Math.abs(play.media.duration - 6) < 0.5, `${play.media.duration}`);
  const movie = `/api/movies/${titleId.split("-")[1]}`;
  await until("a poster from the film", async () => {
    const { poster } = await world.admin.read(movie);
    return poster !== null && !poster.includes("placard-");
  });
});

const INDEX =
  "SELECT length(i.keys) > 0 FROM source s JOIN media_index i USING (torrent_id, file_index)";

test("a film that was known before is looked into again, and plays meanwhile", async () => {
  const { titleId } = await fetched("Known Before", await clip("surround.mkv"));
  const { sourceId } = await until("what is in it", async () => {
    const started = await world.admin.send("/api/play/start", { titleId });
    return started.media === null ? undefined : started;
  });
  const of = `WHERE s.id = ${sourceId}`;
  // What was seen while it came is not the last word.
  const whole = `${INDEX} ${of} AND s.is_ahead = 0`;
  assert.equal(await until("an index", () => world.sql(whole) || undefined), "1");
  const old = `json_remove(probe, '$.chapters', '$.fps')`;
  world.sql(`UPDATE source SET probe = ${old} WHERE id = ${sourceId}`);
  world.sql(`DELETE FROM media_index WHERE torrent_id = (SELECT torrent_id FROM source s ${of})`);
  const before = await world.admin.send("/api/play/start", { titleId });
  assert.equal(before.sourceId, sourceId);
  assert.equal(before.media.fps, null);
  assert.deepEqual(before.media.chapters, []);
  await fetched("Comes Behind", await clip("old.avi"));
  const after = await until("what was not known", async () => {
    const started = await world.admin.send("/api/play/start", { titleId });
    return started.media.fps === null ? undefined : started;
  });
  assert.equal(after.sourceId, sourceId);
  assert.equal(after.media.fps, 25);
  assert.equal(world.sql(`${INDEX} ${of}`), "1");
});

test("a film much shorter than it is said to be is doubted", async () => {
  const list = path.join(world.hold, "titles.json");
  const title = { kind: "movie", name: "Long Hour", year: 2001, runtime: 60 };
  writeFileSync(list, JSON.stringify([title]));
  assert.equal(world.ctl("title", "import", list).code, 0);
  const { titleId, torrent } = await fetched("Long Hour", await clip("surround.mkv"));
  const [{ id, choice }] = (await world.admin.read("/api/downloads")).downloads;
  assert.equal(choice.code, "file_chosen", "its name alone says nothing of its length");
  assert.equal((await world.admin.delete(`/api/downloads/${id}`)).status, 204);
  const again = world.ctlJson("add", torrent, "--title-id", titleId).id;
  const small = await world.admin.read(`/api/downloads/${again}`);
  assert.equal(small.choice.code, "unsure", "it is too small for an hour");
  assert.equal(world.ctl("downloads", "file", String(again), "0").code, 0);
  const { sourceId } = await world.admin.send("/api/play/start", { titleId });
  const why = await until("the doubt", () => {
    const asked = world.ctl("why", `source:${sourceId}`);
    return asked.code === 0 && !asked.stdout.startsWith("Nothing") ? asked.stdout : undefined;
  });
  assert.match(why, /much shorter/);
});

test("what is no film says why", async () => {
  const broken = path.join(world.hold, "broken.mp4");
  writeFileSync(broken, randomBytes(300_000));
  const { titleId } = await fetched("Pretender", broken);
  const { sourceId } = await until("all of it", async () => {
    const { streamingKey } = await world.admin.send("/api/play/start", { titleId });
    const state = await world.admin.send("/api/play/state", { streamingKey });
    return state.published.length === 1 && state.published[0][1] === 300_000 ? state : undefined;
  });
  const why = await until("the reason", () => {
    const asked = world.ctl("why", `source:${sourceId}`);
    return asked.code === 0 && !asked.stdout.startsWith("Nothing") ? asked.stdout : undefined;
  });
  assert.match(why, /not a video|no film|unknown|not know/i);
});
