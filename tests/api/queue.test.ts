// More want an encoder than there may be: they stand in line, are told their place, and
// all get one.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { place } from "../world/media.ts";
import { until } from "../world/place.ts";
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
const titles = ["Wide Road", "Long Road", "High Road"] as const;
for (const title of titles)
  await place("wide.mkv", path.join(world.films, `${title} (2021).mkv`), 24);
await world.addFolder(world.films);
assert.equal(world.ctl("config", "set", "transcode.slots", "1").code, 0);

interface Watching {
  part(number: number): Promise<number>;
  queue(): Promise<number | null>;
}
async function begin(title: string): Promise<Watching> {
  const titleId = `movie-${await world.movieId(title)}`;
  const { hlsUrl, streamingKey } = await world.admin.send("/api/play/start", { titleId });
  const base = String(hlsUrl).replace("master.m3u8", "v-360/");
  const visitor = world.visitor();
  return {
    part: async (number) => (await visitor.get(`${base}${number}.m4s`)).status,
    queue: async () => (await world.admin.send("/api/play/state", { streamingKey })).queue,
  };
}

test("who waits for an encoder is told the place in line, and comes in turn", async () => {
  behave("x264", "waits");
  const all = await Promise.all(titles.map(begin));
  const asked = Promise.all(all.map(({ part }) => part(0)));
  // Whoever has it gives it up when it does nothing for too long.
  await until("places in line", async () => {
    const places = await Promise.all(all.map(({ queue }) => queue()));
    return places.sort().join() === "1,2,";
  });
  behave("x264", "works");
  assert.deepEqual(await asked, [200, 200, 200]);
  for (const { queue } of all)
    await until("the line to be empty", async () => (await queue()) === null);
});
