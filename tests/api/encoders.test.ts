// The encoders behind HLS: one for all who watch the same, replaced when it is killed,
// gone with all that it made when nobody asks any more; what cannot be made is said.
import assert from "node:assert/strict";
import { readdirSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { conforms } from "../world/conformance.ts";
import { age, place } from "../world/media.ts";
import { hangMs, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
// Its index stands in front and tells of all that is no longer there.
const torn = path.join(world.films, "Torn Page (2020).mp4");
await place("wide.mkv", path.join(world.films, "Wide Road (2021).mkv"), 120);
await place("front.mp4", torn, 120);
truncateSync(torn, Math.floor(statSync(torn).size / 2));
age(torn);
await world.addFolder(world.films);
const visitor = world.visitor();

/** A new key, as another viewer has. */
async function play(title: string): Promise<string> {
  const id = await world.movieId(title);
  const { hlsUrl } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
  return String(hlsUrl).replace("master.m3u8", "");
}
const running = (track: string) =>
  world
    .ctlJson("transcode", "list")
    .encoders.filter(
      (e: { track: string; state: string }) => e.track === track && e.state !== "ending",
    );

test("who watches the same shares an encoder", async () => {
  const bases = await Promise.all(Array.from({ length: 6 }, () => play("Wide Road")));
  const answers = await Promise.all(bases.map((base) => visitor.get(`${base}v-360/20.m4s`)));
  for (const { status, body } of answers) {
    assert.equal(status, 200);
    assert.ok(body.equals(answers[0]?.body as Buffer));
  }
  assert.equal(running("v-360").length, 1);
  assert.match(world.ctl("transcode", "list").stdout, /v-360/);
});

test("what they make is as the playlists say", async () => {
  const base = await play("Wide Road");
  const bytes = async (part: string) => {
    const answer = await visitor.get(base + part);
    assert.equal(answer.status, 200, part);
    return answer.body;
  };
  const { renditions, variants } = await conforms(bytes, (n) => [0, 1, n - 1]);
  assert.equal(renditions.length, 2);
  assert.ok(variants.length > 1);
});

test("one that is killed is replaced, and nobody notices", async () => {
  const base = await play("Wide Road");
  let kills = 0;
  for (let number = 40; kills === 0 && number >= 0; number -= 10) {
    let isThere = false;
    const asked = visitor.get(`${base}v-480/${number}.m4s`).finally(() => {
      isThere = true;
    });
    while (!isThere && kills === 0) {
      const [encoder] = world.processes("ffmpeg");
      await new Promise((done) => setTimeout(done, 5));
      if (encoder === undefined || isThere) continue;
      process.kill(encoder.pid, "SIGKILL");
      kills++;
    }
    assert.equal((await asked).status, 200);
  }
  assert.ok(kills > 0);
});

test("a film that ends before its time says so", async () => {
  const base = await play("Torn Page");
  assert.equal((await visitor.get(`${base}a-0-aac/1.m4s`)).status, 200);
  const answer = await visitor.get(`${base}v-360/55.m4s`);
  assert.ok(answer.status >= 400, String(answer.status));
  assert.match(answer.body.toString(), /ends earlier|damaged|cannot be/);
});

test("when nobody asks, encoders and segments go", async () => {
  const made = path.join(world.state, "hls");
  assert.notEqual(readdirSync(made).length, 0);
  await until("encoders to end", () => world.processes("ffmpeg").length === 0, {
    within: hangMs,
  });
  await until("segments to go", () => readdirSync(made).length === 0, { within: hangMs });
  assert.deepEqual(world.ctlJson("transcode", "list").encoders, []);
});
