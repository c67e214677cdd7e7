// The disk is full while a film comes: it is said, what is here is served and what
// plays goes on, room heals it by itself, and nothing on the disk is wrong, not
// even when miaud is killed meanwhile.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { smallDisk } from "../world/disk.ts";
import type { Peer } from "../world/peer.ts";
import { until } from "../world/place.ts";
import { type Film, type Play, Swarm, type Watched, watch } from "../world/swarm.ts";
import { makeWorld, type World } from "../world/world.ts";

const disk = smallDisk(200);
const skip = disk.skip;
const size = 24_000_001;
/** So many pieces come before the disk is full. */
const early = 12;

interface Coming {
  film: Film;
  peer: Peer;
  play: Play;
  /** Of it is here. */
  here: number;
  /** A player at it, which is not done. */
  watched: Promise<Watched>;
  /** What it was sent. */
  sent: () => number;
}

/** A film of which something is here, and who watches it. */
async function begin(world: World, swarm: Swarm, name: string): Promise<Coming> {
  const film = swarm.film(name, size);
  const peer = await swarm.peer(film, { lacks: (piece) => piece >= early });
  const play = await swarm.play(film);
  let sent = 0;
  const at = (bytes: number) => {
    sent = bytes;
  };
  const watched = watch(world.visitor(), play.url, film, { at });
  const here = early * film.pieceSize;
  await until("what comes before", () => sent === here);
  return { film, peer, play, here, watched, sent: () => sent };
}

/** No room any more, and more of it comes. */
async function fill({ peer, play }: Coming, world: World): Promise<void> {
  disk.fill();
  peer.gain();
  await until("it to be said", async () => {
    const { problem, sentence } = await world.admin.read(`/api/downloads/${play.id}`);
    if (problem === null) return false;
    assert.equal(problem, "disk_full");
    assert.match(sentence, /disk is full/);
    return true;
  });
}

/** What is here is served: to who comes now, and of films that are here altogether. */
async function assertServed(world: World, coming: Coming, ...whole: [Film, Play][]): Promise<void> {
  const visitor = world.visitor();
  const to = coming.here - 1;
  const part = await watch(visitor, coming.play.url, coming.film, { to });
  assert.deepEqual([part.status, part.bytes, part.isComplete], [206, coming.here, true]);
  for (const [film, play] of whole) {
    const all = await watch(visitor, play.url, film);
    assert.deepEqual([all.bytes, all.isComplete], [film.bytes.length, true]);
  }
}

/** Room again: everything comes, and lies on the disk as it was made. */
async function heal(world: World, swarm: Swarm, coming: Coming): Promise<void> {
  disk.empty();
  await swarm.isHere(coming.play, coming.film);
  const { problem, state } = await world.admin.read(`/api/downloads/${coming.play.id}`);
  assert.deepEqual([problem, state], [null, "seeding"]);
}

/** Where two first differ, and in how many bytes. */
function difference(one: Buffer, other: Buffer): string {
  const wrong = [...one.keys()].filter((at) => one[at] !== other[at]);
  return `${one.length} and ${other.length} bytes, ${wrong.length} wrong from ${wrong[0]} on`;
}

/** `films` in the order in which they were begun. */
function assertIntact(world: World, films: Film[]): void {
  assert.equal(world.ctl("db", "check").code, 0);
  const top = path.join(world.state, "torrents");
  const kept = readdirSync(top).map((folder) => readFileSync(path.join(top, folder, "0")));
  assert.equal(kept.length, films.length);
  for (const [i, { bytes }] of films.entries()) {
    const same = (other: Buffer) => other.equals(bytes);
    const told = () => kept.map((other) => difference(bytes, other)).join("; ");
    if (!kept.some(same)) assert.fail(`film ${i}: ${told()}`);
  }
}

test("the disk fills up under a film that plays", { skip }, async () => {
  const world = await makeWorld({ state: path.join(disk.folder, "state") });
  try {
    const swarm = await Swarm.for(world);
    for (const name of ["stream.stallLimit", "stream.midStallLimit"]) swarm.set(name, "300");
    const film = swarm.film("Whole", 8_000_001);
    await swarm.peer(film);
    const play = await swarm.play(film);
    await swarm.isHere(play, film);

    const one = await begin(world, swarm, "Full");
    await fill(one, world);
    await assertServed(world, one, [film, play]);
    const told = await swarm.state(one.play);
    assert.equal(told.problem, "disk_full");
    assert.ok(one.sent() < size, "it has not all come");
    await heal(world, swarm, one);
    const got = await one.watched;
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);

    const two = await begin(world, swarm, "Killed");
    await fill(two, world);
    const old = world.process("miaud").pid;
    process.kill(old, "SIGKILL");
    await until("another miaud", () => world.processes("miaud").some(({ pid }) => pid !== old));
    await until("it to know the film", async () => {
      const told = await world.admin.get(`/api/downloads/${two.play.id}`, { isUnjudged: true });
      return told.status === 200 && told.json.done >= two.here;
    });
    await assertServed(world, two, [film, play], [one.film, one.play]);
    // From then on (OPEN_MS) the others might be given up.
    await sleep(5500);
    await heal(world, swarm, two);
    const rest = await two.watched;
    assert.deepEqual([rest.status, rest.bytes, rest.isComplete], [206, size, true]);

    const films = [film, one.film, two.film];
    assertIntact(world, films);
    assert.equal(await world.stop(), 0);
    await world.start();
    for (const [again, { url }] of [
      [film, play],
      [one.film, one.play],
      [two.film, two.play],
    ] as const) {
      const seen = await watch(world.visitor(), url, again);
      assert.deepEqual([seen.bytes, seen.isComplete], [again.bytes.length, true]);
    }
    assertIntact(world, films);
  } finally {
    await world.tearDown();
  }
});
