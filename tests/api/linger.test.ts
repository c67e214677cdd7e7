// What comes only while it is watched goes on for a while when its viewer has
// left, then rests with what is here, until somebody comes again. Who shares it has
// its beginning and its end alone at first, so that it is never here by itself
// before it rests; the rest of it comes later only if it is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../world/peer.ts";
import { until } from "../world/place.ts";
import { type Film, type Play, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const swarm = await Swarm.for(world);
const { admin } = world;
const mib = 1024 * 1024;
const size = 16 * mib;
/** More than what is made ready. */
const seen = 4 * mib;
/** What is there at first, with the tail that is made ready. */
const early = 5 * mib;
const tail = mib;
const rests = "It comes when somebody watches it.";
const lingers = "Nobody watches it now: it goes on for a while, then it rests.";

const show = (id: number): Promise<Json> => admin.read(`/api/downloads/${id}`);

async function linger(seconds: number): Promise<void> {
  const wish = { settings: [{ name: "downloads.linger", value: seconds }] };
  assert.equal((await admin.put("/api/config", wish)).status, 200);
}

interface Left {
  film: Film;
  peer: Peer;
  play: Play;
  titleId: string;
}

function has(pieces: string, piece: number): boolean {
  const byte = Buffer.from(pieces, "base64")[piece >> 3] ?? 0;
  return (byte & (0x80 >> (piece & 7))) !== 0;
}

/** Looks as if to go on with it, again and again, until that piece is here and no
 * more is asked for. */
async function makeReady(id: number, titleId: string, piece: number): Promise<Json> {
  return until(`piece ${piece} to be made ready`, async () => {
    await admin.send("/api/ui/intent", { titleId, kind: "continue" });
    const now = await show(id);
    const isReady = now.admitted === now.done && has(now.pieces.published, piece);
    return now.state === "waiting" && isReady && now;
  });
}

/** A film that is opened and left after a bit. */
async function leave(name: string, ...how: string[]): Promise<Left> {
  const film = swarm.film(name, size);
  const { pieceSize, pieces } = film;
  const peer = await swarm.peer(film, {
    lacks: (piece) => piece >= early / pieceSize && piece < (size - tail) / pieceSize,
  });
  const { id } = world.ctlJson("add", film.torrent, ...how);
  const titleId = await until("its title", async () => (await show(id)).titleId ?? undefined);
  const { url, streamingKey } = await admin.send("/api/play/start", { titleId });
  const play = { url, key: streamingKey, id };
  if (how.length > 0) await makeReady(id, titleId, pieces - 1);
  const watched = await watch(admin, url, film, { to: seen - 1 });
  assert.equal(watched.bytes, seen);
  await until("nobody to watch", async () => (await swarm.readers(play)) === 0);
  return { film, peer, play, titleId };
}

const atRest = (id: number): Promise<Json> =>
  until("it to rest", async () => {
    const now = await show(id);
    return now.state === "waiting" && now.admitted === now.done && now;
  });

test("at once, when so it is set; and what is here stays", async () => {
  await linger(0);
  const { film, peer, play } = await leave("Rested", "--when-watched");
  const resting = await atRest(play.id);
  assert.equal(resting.sentence, rests);
  assert.ok(resting.done >= seen && resting.done < size, `${resting.done} bytes`);
  peer.gain();
  // Another one is fetched meanwhile, so that there was time.
  const other = swarm.film("Other", 4 * mib);
  await swarm.peer(other);
  const whole = await swarm.play(other);
  await swarm.isHere(whole, other);
  const later = await show(play.id);
  assert.deepEqual([later.state, later.done], ["waiting", resting.done]);
  await peer.stop();
  const watched = await watch(admin, play.url, film, { to: seen - 1 });
  assert.equal(watched.bytes, seen, "what was here is here");
});

test("made ready again for who may watch it, it comes that far", async () => {
  const { peer, play, film, titleId } = await leave("Warmed", "--when-watched");
  const { done } = await atRest(play.id);
  await admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.split("-")[1]),
    progress: 0.9,
    status: "watching",
  });
  const at = Math.floor(0.9 * film.pieces);
  assert.ok(!has((await show(play.id)).pieces.published, at));
  peer.gain();
  const now = await makeReady(play.id, titleId, at);
  assert.ok(done < now.done && now.done < size, `${done}, then ${now.done} bytes`);
});

test("a viewer who comes again has all of it", async () => {
  const { film, peer, play } = await leave("Woken", "--when-watched");
  await atRest(play.id);
  peer.gain();
  const watched = await watch(admin, play.url, film);
  assert.equal(watched.bytes, size);
  assert.ok(watched.isComplete);
});

test("for a while after the viewer has left all of it comes", async () => {
  await linger(7 * 24 * 3600);
  const { film, peer, play } = await leave("Lingering", "--when-watched");
  await until("it to be said", async () => (await show(play.id)).sentence === lingers);
  peer.gain();
  await swarm.isHere(play, film);
});

test("when the while is made shorter it rests", async () => {
  const { peer, play } = await leave("Shortened", "--when-watched");
  await until("it to be said", async () => (await show(play.id)).sentence === lingers);
  await linger(1);
  assert.equal((await atRest(play.id)).sentence, rests);
  peer.gain();
});

test("what somebody asked for comes whole, watched or not", async () => {
  await linger(3600);
  const { film, peer, play } = await leave("Asked for");
  assert.notEqual((await show(play.id)).sentence, lingers);
  await linger(0);
  peer.gain();
  await swarm.isHere(play, film);
});
