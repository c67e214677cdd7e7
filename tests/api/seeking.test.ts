// Who goes elsewhere in a film is not held up by what was made for him where he was: his
// encoder gives way at once, unless somebody else watches by it.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { place } from "../world/media.ts";
import { sleep, until } from "../world/place.ts";
import { linkPrograms, standIn } from "../world/programs.ts";
import { makeWorld } from "../world/world.ts";

const world = await makeWorld({ isStopped: true });
after(() => world.tearDown());
const lib = path.join(world.hold, "lib");
linkPrograms(lib);
const behave = standIn(lib);
world.env.MIAU_LIB_DIR = lib;
await world.start();
await world.setUp();
const titles = ["Wide Road", "Long Road", "High Road"];
for (const title of titles)
  await place("wide.mkv", path.join(world.films, `${title} (2021).mkv`), 120);
await world.addFolder(world.films);
assert.equal(world.ctl("config", "set", "transcode.slots", "1").code, 0);
const visitor = world.visitor();

interface Watching {
  /** Asks for a part, and leaves when the encoder it needs works there. */
  passBy(part: string, position: number): Promise<void>;
  part(part: string): Promise<number>;
  queue(): Promise<number | null>;
}

/** By itself an encoder ends 20 s after it wrote last: that would be too late. */
const atOnce = { within: 12_000 };

const isAt = (position: number): boolean =>
  world
    .ctlJson("transcode", "list")
    .encoders.some(
      (one: { position: number; state: string }) =>
        one.state === "running" && one.position === position,
    );

async function begin(title: string): Promise<Watching> {
  const titleId = `movie-${await world.movieId(title)}`;
  const { hlsUrl, streamingKey } = await world.admin.send("/api/play/start", { titleId });
  const base = String(hlsUrl).replace("master.m3u8", "v-360/");
  return {
    async passBy(part, position) {
      const leaving = new AbortController();
      const asked = visitor.get(base + part, { signal: leaving.signal });
      await until(`an encoder at ${position} s`, () => isAt(position), atOnce);
      await sleep(500);
      leaving.abort();
      await assert.rejects(asked);
    },
    part: async (part) => (await visitor.get(base + part)).status,
    queue: async () => (await world.admin.send("/api/play/state", { streamingKey })).queue,
  };
}

test("what works where nobody is any more gives way", async () => {
  behave("x264", "waits");
  const one = await begin("Wide Road");
  await one.passBy("0.m4s", 0);
  await one.passBy("20.m4s", 40);
  await one.passBy("10.m4s", 20);
  behave("x264", "works");
  assert.equal(await one.part("10.m4s"), 200);
});

test("what works for somebody else as well does not", async () => {
  behave("x264", "waits");
  const one = await begin("Long Road");
  const other = await begin("Long Road");
  await other.passBy("0.m4s", 0);
  await one.passBy("0.m4s", 0);
  const asked = one.part("20.m4s");
  await until("it to stand in line", async () => (await one.queue()) === 1);
  await sleep(1000);
  assert.ok(isAt(0));
  behave("x264", "works");
  assert.equal(await asked, 200);
});

test("what a track begins with is made where the film goes on", async () => {
  behave("x264", "waits");
  const movieId = await world.movieId("High Road");
  const mark = { type: "movie", movieId, progress: 0.81, status: "paused" };
  await world.admin.send("/api/progress", mark);
  const one = await begin("High Road");
  await one.passBy("init.mp4", 96);
  await one.passBy("5.m4s", 10);
  behave("x264", "works");
  assert.equal(await one.part("init.mp4"), 200);
});
