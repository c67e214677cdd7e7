// Many at once: hundreds of answers of one film and of several, all while they
// come; afterwards nobody is left over at miaud.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import type { Peer } from "../world/peer.ts";
import { many, sleep, until } from "../world/place.ts";
import { pss } from "../world/processes.ts";
import { type Film, type Play, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

// Fewer files than so many streams have open; what needs more asks for more.
const world = await newWorld({ files: 160 });
const swarm = await Swarm.for(world);
const count = many(60, 200);
const size = many(6, 30) * 1_000_000 + 1;
const length = many(600_000, 1_500_000);

/** A key has room for 16 answers; an address for as many visitors as it likes. */
async function keysOf(play: Play, titleId: string, n: number): Promise<string[]> {
  const urls = [play.url];
  while (urls.length * 16 < n)
    urls.push((await world.admin.send("/api/play/start", { titleId })).url);
  return urls;
}

interface Seen {
  film: Film;
  peer: Peer;
  play: Play;
  urls: string[];
}

/** Nothing of it comes yet. */
async function newSeen(name: string, n: number): Promise<Seen> {
  const film = swarm.film(name, size);
  const peer = await swarm.peer(film, { bytesPerSecond: size / many(3, 10), lacks: () => true });
  const play = await swarm.play(film);
  const { titleId } = await world.admin.read(`/api/downloads/${play.id}`);
  return { film, peer, play, urls: await keysOf(play, titleId, n) };
}

async function readersOf(seen: Seen[]): Promise<number> {
  let sum = 0;
  for (const { play } of seen) sum += await swarm.readers(play);
  return sum;
}

async function watchAll(seen: Seen[]): Promise<void> {
  const one = async (i: number) => {
    const { film, urls } = seen[i % seen.length] as Seen;
    const from = randomInt(size - length);
    const url = urls[Math.trunc(i / seen.length / 16)] as string;
    const got = await watch(world.visitor(), url, film, { from, to: from + length - 1 });
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, length, true]);
  };
  const all = Array.from({ length: count }, (_, i) => one(i));
  const begin = async () => {
    { let k = 0; await until("all to wait", async () => { const n = await readersOf(seen); if (k++ % 20 === 0) process.stderr.write(`READERS ${n} ${new Date().toISOString()}\n`); return n === count; }); }
    const [stream, miaud] = ["stream.fcgi", "miaud"].map((name) => {
      return Math.trunc(pss(world.process(name).pid) / 1024 / 1024);
    });
    process.stdout.write(`# ${count} streams: stream.fcgi ${stream} MiB, miaud ${miaud} MiB\n`);
    for (const { peer } of seen) peer.gain();
    return world.process("stream.fcgi").pid;
  };
  const [handler] = await Promise.all([begin(), ...all]);
  assert.equal(world.process("stream.fcgi").pid, handler, "one handler served them all");
  await until("nobody to read", async () => (await readersOf(seen)) === 0);
}

test("of one film", async () => {
  await watchAll([await newSeen("Single", count)]);
});

test("of several films", async () => {
  const seen = [];
  for (const name of ["First", "Second", "Third"]) seen.push(await newSeen(name, count / 3 + 1));
  await watchAll(seen);
});

// The web server waits for nothing on connections whose request was there when it
// let them in (lib/http/peer.h).
test("who leave all at once take all readers along", async () => {
  const seen = await newSeen("Left", count);
  const leaving = new AbortController();
  const all = await world.whileFrontStands(async () => {
    const asked = Array.from({ length: count }, (_, i) =>
      watch(world.visitor(), seen.urls[Math.trunc(i / 16)] as string, seen.film, {
        signal: leaving.signal,
      }).catch(() => undefined),
    );
    await sleep(500);
    return { asked };
  });
  await until("all to wait", async () => (await readersOf([seen])) === count);
  leaving.abort();
  await Promise.all(all.asked);
  await until("nobody to read", async () => (await readersOf([seen])) === 0);
});
