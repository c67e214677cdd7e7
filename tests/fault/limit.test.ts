// A film many times larger than the disk it may take is watched to its end by two
// who are far apart and seek back. Every byte is right, and what lies on the disk,
// looked at again and again, is never above the limit.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { Client } from "../world/client.ts";
import { many } from "../world/place.ts";
import { startSampler } from "../world/sampler.ts";
import { type Film, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const limit = 16 << 20;
const size = many(3, 20) * limit + 12_345;
swarm.set("storage.limit", String(limit));
const sampler = startSampler(path.join(world.state, "torrents"));
after(() => sampler.stop());

/** Sees [from, to], with a jump back after each part. */
async function see(client: Client, url: string, film: Film, from: number, to: number) {
  const part = many(8, 20) << 20;
  for (let at = from; at <= to; at += part) {
    const end = Math.min(at + part - 1, to);
    const got = await watch(client, url, film, { from: at, to: end });
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, end - at + 1, true]);
    const back = Math.max(0, at - (6 << 20));
    const again = await watch(client, url, film, { from: back, to: back + 300_000 });
    assert.deepEqual([again.bytes, again.isComplete], [300_001, true]);
  }
}

test("two see a film larger than the limit, which holds", async () => {
  const film = swarm.film("Large", size);
  await swarm.aria2(film);
  const play = await swarm.play(film);
  const half = Math.trunc(size / 2);
  const [one, two] = [world.visitor(), world.visitor()];
  await Promise.all([
    see(one, play.url, film, 0, many(half, size - 1)),
    see(two, play.url, film, half + 1, size - 1).then(() =>
      see(two, play.url, film, 0, many(limit, size - 1)),
    ),
  ]);
  assert.ok(sampler.looks() > 10, "it was looked at");
  assert.ok(sampler.most() > limit / 2, `it was used: ${sampler.most()}`);
  assert.ok(sampler.most() <= limit, `${sampler.most()} of ${limit} bytes`);
});

test("of two films the one gets no room that the other still takes", async () => {
  const share = limit + limit / 4;
  const films = ["One", "Other"].map((name) => swarm.film(name, share));
  const plays = [];
  for (const film of films) {
    await swarm.aria2(film);
    plays.push({ film, play: await swarm.play(film) });
  }
  await Promise.all(
    plays.map(({ film, play }) => see(world.visitor(), play.url, film, 0, share - 1)),
  );
  assert.ok(sampler.most() <= limit, `${sampler.most()} of ${limit} bytes`);
});
