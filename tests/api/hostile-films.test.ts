// Films that lead elsewhere, through the whole product: looked into by the library and
// played on every device. Nobody goes where they lead, and who reads them could not.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, test } from "node:test";
import { askAll, devices, fetched, hostileWorld, laid } from "../world/hostile.ts";
import { type Bait, lures } from "../world/lures.ts";
import { isLong } from "../world/place.ts";
import { judgeReaders, watchReaders } from "../world/readers.ts";
import { Swarm } from "../world/swarm.ts";

const world = await hostileWorld(true);
let connections = 0;
const listener = createServer((_, res) => res.end());
listener.on("connection", () => connections++);
await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
after(() => listener.close());

const bait: Bait = {
  file: path.join(world.state, "canary.mp4"),
  secrets: ["the canary of this world", "root:x:0:0"],
  url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/bait.ts`,
};
writeFileSync(bait.file, `${bait.secrets[0]}\n`.repeat(1000));

const watch = await watchReaders(world);
after(watch.end);
const all = await lures(bait);
const films = await laid(world, "leading", all);

test("each is refused with its reason, or is a film", () => {
  for (const { film, refused } of films) assert.equal(refused?.code, film.refused, film.name);
});

test("all that devices ask of them is answered", async () => {
  const kinds = isLong ? Object.keys(devices) : ["able", "poor"];
  assert.deepEqual(await askAll(world, films, kinds, bait.secrets), []);
});

test("out of a swarm they lead nowhere either", async () => {
  const swarm = await Swarm.for(world);
  for (const name of ["Playlist of Files mkv", "Samples Elsewhere 0"]) {
    const film = all.find((one) => one.name === name);
    assert.ok(film);
    // As large as films are.
    const bytes = Buffer.concat([film.bytes, Buffer.alloc(300_000, "\n")]);
    const one = await fetched(world, swarm, { ...film, name: `Fetched ${name}`, bytes });
    assert.equal(one.refused?.code, film.refused);
    assert.deepEqual(await askAll(world, [one], ["usual"], bait.secrets), []);
  }
});

test("who reads them opens nothing else, and can do nothing else", async () => {
  await watch.end();
  judgeReaders(watch.readers());
  assert.equal(connections, 0);
});
