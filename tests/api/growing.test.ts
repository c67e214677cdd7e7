// A film that is played while it is fetched: every byte that leaves is the
// original's, whatever is asked for and whenever, also while peers lie; what
// cannot come is said.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import type { Peer } from "../world/peer.ts";
import { many, until } from "../world/place.ts";
import { type Film, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);

const visitor = world.visitor();
const size = many(9, 60) * 1_000_000 + 1;
const newFilm = (name: string) => swarm.film(name, size);
const part = (url: string, range: string) => visitor.get(url, { headers: { Range: range } });

/** Pieces that come last, so that the film is still coming meanwhile. */
const isLast = (piece: number) => piece === 16 || piece === 17;

/** Random ranges of at most 100 kB of the others, several at a time; each byte is
 * compared. */
async function readAnywhere(url: string, film: Film, count: number): Promise<void> {
  const comesLast = (at: number) => isLast(Math.trunc(at / film.pieceSize));
  let left = count;
  const read = async () => {
    const client = world.visitor();
    while (left-- > 0) {
      const from = randomInt(size);
      const to = Math.min(size - 1, from + randomInt(100_000));
      if (comesLast(from) || comesLast(to)) continue;
      const got = await watch(client, url, film, { from, to });
      assert.deepEqual([got.status, got.bytes, got.isComplete], [206, to - from + 1, true]);
      assert.equal(got.headers["content-range"], `bytes ${from}-${to}/${size}`);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: 6 }, read));
}

test("ranges anywhere are the original's, while it comes and others lie", async () => {
  const film = newFilm("Growing");
  const play = await swarm.play(film);
  const liars: Peer[] = [];
  const lie = async () => void liars.push(await swarm.liar(film, `127.0.0.${liars.length + 2}`));
  const share = async () => {
    await lie();
    // At first there are only lies.
    await until("the liar to be asked", () => (liars[0]?.sent() ?? 0) >= film.pieceSize);
    const honest = await swarm.peer(film, {
      bytesPerSecond: size / many(8, 60),
      lacks: isLast,
    });
    for (let i = 0; i < 5; i++) {
      const before = honest.sent();
      await lie();
      await until("more to come", () => honest.sent() > before + size / 12);
    }
    return honest;
  };
  const [honest] = await Promise.all([share(), readAnywhere(play.url, film, many(300, 10_000))]);
  assert.ok(liars.reduce((sum, liar) => sum + liar.sent(), 0) >= film.pieceSize);
  const state = await swarm.state(play);
  assert.equal(state.state, "downloading");
  honest.gain();
  for (const [a, b] of state.published) assert.ok(a < b && b <= size);
  const whole = await visitor.get(play.url);
  assert.ok(whole.body.equals(film.bytes));
  const first = await visitor.head(play.url);
  assert.equal(first.headers["content-length"], String(size));
  assert.match(String(first.headers.etag), /^"[0-9a-f]{32}"$/);
  assert.equal(whole.headers.etag, first.headers.etag);
});

test("lies are never sent, not even while they are being looked at", async () => {
  // Big pieces take a while to be hashed; whoever waits for one is told at once.
  const pieceSize = 8 << 20;
  const film = swarm.film("Weighed", 4 * pieceSize, pieceSize / 1024);
  const play = await swarm.play(film);
  const players = [0, 1, 2, 3].map((piece) => {
    const from = piece * pieceSize;
    return watch(world.visitor(), play.url, film, { from, to: from + 99_999 });
  });
  await until("all to wait", async () => (await swarm.readers(play)) === players.length);
  // Each is believed until its one piece, all of it a lie, was looked at.
  for (const n of [1, 2, 3]) {
    const liar = await swarm.liar(film, `127.0.0.${n + 1}`, (piece) => piece !== n);
    await until("a piece of lies", () => liar.sent() >= pieceSize);
  }
  await swarm.peer(film);
  for (const got of await Promise.all(players))
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, 100_000, true]);
});

test("what can be refused is refused without a byte", async () => {
  const film = newFilm("Refused");
  const { url } = await swarm.play(film);
  const beyond = await part(url, `bytes=${size}-`);
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers["content-range"], `bytes */${size}`);
  const many = Array.from({ length: 9 }, (_, i) => `${i * 1000}-${i * 1000 + 1}`).join(",");
  assert.equal((await part(url, `bytes=${many}`)).status, 416);
  const { etag } = (await visitor.head(url)).headers;
  const same = await visitor.get(url, { headers: { "If-None-Match": String(etag) } });
  assert.equal(same.status, 304);
});

test("nobody shares it: 504 with a reason, and it plays when somebody does", async () => {
  const film = newFilm("Lonely");
  const { url } = await swarm.play(film);
  swarm.set("stream.stallLimit", "1");
  const reply = await until("a refusal", async () => {
    // Handlers learn of a setting a little later.
    const options = { headers: { Range: "bytes=0-99" }, timeoutMs: 5000 };
    const got = await visitor.get(url, options).catch(() => undefined);
    return got?.status === 504 && got;
  });
  swarm.set("stream.stallLimit", "300");
  assert.match(reply.json.code, /^(stalled|no_peers|tracker_error)$/);
  assert.ok(reply.json.message.length > 0);
  await swarm.aria2(film);
  await until("it to play", async () => (await part(url, "bytes=0-99")).status === 206);
});
