// What comes only while it is watched goes on for a while when its viewer has
// left, then rests with what is here, until somebody comes again. The seeder
// stands still while it rests: what it gives later comes only if it is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../world/place.ts";
import type { Seeder } from "../world/seeder.ts";
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
const rests = "It comes when somebody watches it.";
const lingers = "Nobody watches it now: it goes on for a while, then it rests.";

const show = (id: number): Promise<Json> => admin.read(`/api/downloads/${id}`);

async function linger(seconds: number): Promise<void> {
  const wish = { settings: [{ name: "downloads.linger", value: seconds }] };
  assert.equal((await admin.put("/api/config", wish)).status, 200);
}

interface Left {
  film: Film;
  seeder: Seeder;
  play: Play;
  titleId: string;
}

/** Its head and its tail are here, and no more is asked for. */
async function isReady(id: number): Promise<Json> {
  const { pieces, state, done } = await show(id);
  const last = pieces.count - 1;
  const byte = Buffer.from(pieces.published, "base64")[last >> 3] ?? 0;
  return state === "waiting" && (byte & (0x80 >> (last & 7))) !== 0 && { done };
}

/** A film that is opened and left after a bit; the seeder stands still then. */
async function leave(name: string, ...how: string[]): Promise<Left> {
  const film = swarm.film(name, size);
  const seeder = await swarm.aria2(film, 4 * mib);
  const { id } = world.ctlJson("add", film.torrent, ...how);
  const titleId = await until("its title", async () => (await show(id)).titleId ?? undefined);
  const { url, streamingKey } = await admin.send("/api/play/start", { titleId });
  const play = { url, key: streamingKey, id };
  if (how.length > 0) await until("it to be made ready", () => isReady(id));
  const watched = await watch(admin, url, film, { to: seen - 1 });
  seeder.stall();
  assert.equal(watched.bytes, seen);
  await until("nobody to watch", async () => (await swarm.readers(play)) === 0);
  return { film, seeder, play, titleId };
}

const atRest = (id: number): Promise<Json> =>
  until("it to rest", async () => {
    const now = await show(id);
    return now.state === "waiting" && now.admitted === now.done && now;
  });

test("at once, when so it is set; and what is here stays", async () => {
  await linger(0);
  const { film, seeder, play } = await leave("Rested", "--when-watched");
  const resting = await atRest(play.id);
  assert.equal(resting.sentence, rests);
  assert.ok(resting.done >= seen && resting.done < size, `${resting.done} bytes`);
  seeder.goOn();
  // Another one is fetched meanwhile, so that there was time.
  const other = swarm.film("Other", 4 * mib);
  await swarm.aria2(other);
  const whole = await swarm.play(other);
  await swarm.isHere(whole, other);
  const later = await show(play.id);
  assert.deepEqual([later.state, later.done], ["waiting", resting.done]);
  await seeder.stop();
  const watched = await watch(admin, play.url, film, { to: seen - 1 });
  assert.equal(watched.bytes, seen, "what was here is here");
});

test("made ready again for who may watch it, it comes that far", async () => {
  const { seeder, play, film, titleId } = await leave("Warmed", "--when-watched");
  const { done } = await atRest(play.id);
  seeder.goOn();
  await admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.split("-")[1]),
    progress: 0.9,
    status: "watching",
  });
  await admin.send("/api/ui/intent", { titleId, kind: "continue" });
  const at = Math.floor(0.9 * film.pieces);
  await until("the place where it stopped to be here", async () => {
    const byte = Buffer.from((await show(play.id)).pieces.published, "base64")[at >> 3] ?? 0;
    return (byte & (0x80 >> (at & 7))) !== 0;
  });
  const now = await atRest(play.id);
  assert.ok(done < now.done && now.done < size, `${done}, then ${now.done} bytes`);
});

test("a viewer who comes again has all of it", async () => {
  const { film, seeder, play } = await leave("Woken", "--when-watched");
  await atRest(play.id);
  seeder.goOn();
  const watched = await watch(admin, play.url, film);
  assert.equal(watched.bytes, size);
  assert.ok(watched.isComplete);
});

test("for a while after the viewer has left all of it comes", async () => {
  await linger(7 * 24 * 3600);
  const { film, seeder, play } = await leave("Lingering", "--when-watched");
  await until("it to be said", async () => (await show(play.id)).sentence === lingers);
  seeder.goOn();
  await swarm.isHere(play, film);
});

test("when the while is made shorter it rests", async () => {
  const { seeder, play } = await leave("Shortened", "--when-watched");
  await until("it to be said", async () => (await show(play.id)).sentence === lingers);
  await linger(1);
  assert.equal((await atRest(play.id)).sentence, rests);
  seeder.goOn();
});

test("what somebody asked for comes whole, watched or not", async () => {
  await linger(0);
  const { film, seeder, play } = await leave("Asked for");
  seeder.goOn();
  await swarm.isHere(play, film);
});
