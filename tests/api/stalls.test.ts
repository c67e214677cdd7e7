// An answer that has nothing to send: its head waits for the first byte that is
// here, a film that does not come is said, an answer that stops is broken off and
// never ended cleanly, and who waits for nothing any more is noticed in silence.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { askByHand, type ByHand } from "../world/byhand.ts";
import { askFastCgi } from "../world/fastcgi.ts";
import { sleep, until } from "../world/place.ts";
import { type Play, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const visitor = world.visitor();
const size = 4_000_001;
const isLast = (piece: number) => piece >= 4 && piece < 12;

function ask(play: Play, range: string): Promise<ByHand> {
  const { host } = new URL(world.origin);
  const head = `GET ${play.url} HTTP/1.1\r\nHost: ${host}\r\nRange: ${range}\r\n\r\n`;
  return askByHand(world, visitor.address, head);
}

const reads = (play: Play, count: number) =>
  until(`${count} readers`, async () => (await swarm.readers(play)) === count);

describe("the head of an answer", () => {
  test("comes with the first byte that is here, not before", async () => {
    const film = swarm.film("Head", size);
    const play = await swarm.play(film);
    const { heard, reset } = await ask(play, "bytes=100-199");
    await reads(play, 1);
    await sleep(1500);
    assert.equal(heard(), "");
    await swarm.peer(film);
    await until("the answer", () => heard().length > 0);
    assert.match(heard(), /^HTTP\/1.1 206 [\s\S]*\r\nContent-Range: bytes 100-199\/4000001\r\n/i);
    reset();
  });
});

describe("a film that stops coming", () => {
  test("after the head: the connection breaks, the end is never clean", async () => {
    const film = swarm.film("Stops", size);
    const peer = await swarm.peer(film, { lacks: isLast });
    const play = await swarm.play(film);
    swarm.set("stream.midStallLimit", "2");
    // One that has just read the settings would wait for five minutes.
    for (const { pid } of world.processes("stream.fcgi")) process.kill(pid, "SIGKILL");
    const got = await until("a connection that waits no longer", async () => {
      const one = await watch(visitor, play.url, film);
      return one.status === 206 && one;
    });
    // Nor on a connection that would be kept for more requests.
    const kept = await ask(play, "bytes=0-");
    await until("the connection to be closed", kept.isOver);
    assert.ok(kept.heard().length > 4 * film.pieceSize && kept.heard().length < size);
    // Whatever the web server would make of less than was promised.
    const seen = await askFastCgi(world, play.url);
    assert.ok(seen.out.length > 4 * film.pieceSize && seen.out.length < size);
    assert.equal(seen.hasEnded, false, "the handler did not say that this is all");
    swarm.set("stream.midStallLimit", "300");
    assert.equal(got.headers["content-length"], String(size));
    assert.ok(got.bytes >= 4 * film.pieceSize - 1 && got.bytes < size, String(got.bytes));
    assert.equal(got.isComplete, false, "it did not look like the end");
    peer.gain();
    const rest = await watch(visitor, play.url, film, { from: got.bytes });
    assert.deepEqual([rest.status, got.bytes + rest.bytes, rest.isComplete], [206, size, true]);
    await swarm.isHere(play, film);
    const all = await askFastCgi(world, play.url);
    assert.equal(all.hasEnded, true);
  });
});

describe("a download that is paused", () => {
  test("says so at once, and goes on when it is resumed", async () => {
    const film = swarm.film("Paused", size);
    const peer = await swarm.peer(film, { lacks: isLast });
    const play = await swarm.play(film);
    const change = (paused: boolean) =>
      world.admin.patch(`/api/downloads/${play.id}`, { paused }).then((r) => r.json.state);
    const here = 4 * film.pieceSize;
    await swarm.isHere(play, film, size - 8 * film.pieceSize);
    const waits = ask(play, `bytes=${here}-`);
    const breaks = watch(visitor, play.url, film);
    await reads(play, 2);
    assert.equal(await change(true), "paused");
    // Both would wait for five minutes.
    const { heard, reset } = await waits;
    await until("an answer", () => heard().includes("download_paused"));
    assert.match(heard(), /^HTTP\/1.1 409 /);
    const got = await breaks;
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, here, false]);
    const head = await watch(visitor, play.url, film, { to: here - 1 });
    assert.deepEqual([head.bytes, head.isComplete], [here, true], "what is here still plays");
    assert.equal((await swarm.state(play)).state, "paused");
    const titleId = (await world.admin.read(`/api/downloads/${play.id}`)).titleId;
    const { sourceId } = await swarm.state(play);
    const next = await world.admin.post("/api/play/start", { titleId, except: [sourceId] });
    assert.deepEqual([next.status, next.json.code], [409, "download_paused"]);
    peer.gain();
    assert.notEqual(await change(false), "paused");
    const rest = await watch(visitor, play.url, film, { from: here });
    assert.deepEqual([rest.status, rest.bytes, rest.isComplete], [206, size - here, true]);
    reset();
  });

  test("before it is known what is in it", async () => {
    const film = swarm.film("Unknown", size);
    const magnet = `magnet:?xt=urn:btih:${film.hash}&dn=Never.Known.1999.mkv`;
    const { id } = await world.admin.send("/api/downloads", {
      magnet,
      title: "Never Known (1999)",
    });
    const titleId = await until("its title", async () => {
      return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
    });
    const { url } = await world.admin.send("/api/play/start", { titleId });
    await world.admin.patch(`/api/downloads/${id}`, { paused: true });
    const reply = await visitor.get(url);
    assert.deepEqual([reply.status, reply.json.code], [409, "download_paused"]);
  });
});

const ways = [
  ["closes", "close"],
  ["resets", "reset"],
] as const;

describe("a client that has gone while nothing comes", () => {
  for (const [way, leave] of ways) {
    test(`${way}: before the head and after it`, async () => {
      const film = swarm.film(`Leaves ${way}`, size);
      const play = await swarm.play(film);
      const before = await ask(play, "bytes=0-99");
      await reads(play, 1);
      before[leave]();
      await reads(play, 0);
      await swarm.peer(film, { lacks: isLast });
      const after = await ask(play, "bytes=0-");
      await until("bytes", () => after.heard().length > 4 * film.pieceSize);
      await reads(play, 1);
      after[leave]();
      await reads(play, 0);
    });

    // The web server then waits for nothing on this connection.
    test(`${way}: its request lay there when it was let in`, async () => {
      const film = swarm.film(`Early ${way}`, size);
      const play = await swarm.play(film);
      const one = await world.whileFrontStands(() => ask(play, "bytes=0-99"));
      await reads(play, 1);
      one[leave]();
      await reads(play, 0);
    });
  }

  test("its handler is killed", async () => {
    const film = swarm.film("Dies", size);
    const play = await swarm.play(film);
    const one = await ask(play, "bytes=0-99");
    await reads(play, 1);
    for (const { pid } of world.processes("stream.fcgi")) process.kill(pid, "SIGKILL");
    await reads(play, 0);
    one.reset();
    // The player asks again.
    await swarm.peer(film);
    await until("it to play", async () => {
      const got = await watch(visitor, play.url, film);
      return got.status === 206 && got.bytes === size;
    });
  });
});
