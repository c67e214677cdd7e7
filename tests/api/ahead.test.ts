// A film is looked into before all of it has come: what is in it, and where it can be
// begun; and once more when it is whole.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { placeLong } from "../world/media.ts";
import { until } from "../world/place.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);

const front = await placeLong(path.join(world.hold, "front.mp4"), 60, 200_000);

/** The same with its index at the end, which alone says what is in it. */
function indexLast(name: string): Buffer {
  const to = path.join(world.hold, `${name}.mp4`);
  // The length of the name makes it another film.
  const tag = ["-metadata", `title=${name}`];
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-i", front, "-c", "copy", ...tag, to]);
  return readFileSync(to);
}

/** What is known of the one film of a download. */
function known(id: number): { isAhead: boolean; hasProbe: boolean; hasIndex: boolean } | undefined {
  const from = `FROM source s LEFT JOIN media_index i ON i.torrent_id = s.torrent_id
    WHERE s.torrent_id = ${id}`;
  const row = world.sql(`SELECT s.is_ahead, s.probe IS NOT NULL, LENGTH(i.keys) > 4 ${from}`);
  const [isAhead, hasProbe, hasIndex] = row.trim().split("|");
  return { isAhead: isAhead === "1", hasProbe: hasProbe === "1", hasIndex: hasIndex === "1" };
}

test("a film that is played is known before it is whole, and again then", async () => {
  const film = swarm.film("Coming", indexLast("Coming"));
  assert.ok(film.pieces > 40, `${film.pieces} pieces`);
  const peer = await swarm.peer(film, { lacks: (piece) => piece >= 20 && piece < 24 });
  const play = await swarm.play(film);
  const some = await world.visitor().get(play.url, { headers: { Range: "bytes=0-99" } });
  assert.equal(some.status, 206);
  const all = { isAhead: true, hasProbe: true, hasIndex: true };
  await until("it to be known", () => {
    const now = known(play.id);
    return JSON.stringify(now) === JSON.stringify(all);
  });
  // Its segments as well, before and behind what lacks.
  const hls = play.url.replace("/api/stream/", "/api/hls/");
  for (const part of ["v-copy/init.mp4", "v-copy/0.m4s"]) {
    const got = await world.visitor().get(`${hls}/${part}`);
    assert.equal(got.status, 200, `${part}: ${got.body.toString().slice(0, 300)}`);
    assert.match(got.body.toString("latin1", 0, 2000), part.endsWith("init.mp4") ? /moov/ : /moof/);
  }
  const state = await swarm.state(play);
  assert.equal(state.state, "downloading");
  peer.gain();
  await until("it to be looked into as a whole", () => !known(play.id)?.isAhead);
  assert.deepEqual(known(play.id), { ...all, isAhead: false });
});

test("of a film that may be played soon nothing is fetched for that", async () => {
  const film = swarm.film("Sooner", indexLast("Sooner"));
  await swarm.peer(film);
  const { id } = world.ctlJson("add", film.torrent, "--when-watched");
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  await until("it to be known", async () => {
    await world.admin.send("/api/ui/intent", { titleId, kind: "hover" });
    return known(id)?.hasProbe;
  });
  assert.deepEqual(known(id), { isAhead: true, hasProbe: true, hasIndex: false });
  const shown = await world.admin.read(`/api/downloads/${id}`);
  const warm = 3 * 1024 * 1024 + 2 * film.pieceSize;
  assert.ok(shown.done <= warm && shown.admitted <= warm, `${shown.done} of ${shown.admitted}`);
});
