// What is sealed: the line to other peers when that is asked for, and what is
// written down of a download. Damage to what is written down costs a little, and
// is never served.
import assert from "node:assert/strict";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { until } from "../world/place.ts";
import { type Seeder, startTransmission } from "../world/seeder.ts";
import { type Film, type Play, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
});
const size = 3_000_001;
const slow = Math.trunc(size / 4);

/** transmission, which talks to nobody who does not encrypt. */
async function sealedSeeder(film: Film): Promise<void> {
  seeders.push(
    await startTransmission(film.torrent, film.hash, film.folder, swarm.tracker, {
      isSealed: true,
    }),
  );
}

const remove = (play: Play) =>
  assert.equal(world.ctl("downloads", "remove", `${play.id}`, "--erase").code, 0);

/** All of it is sent, as it was shared. */
async function isTheFilm(play: Play, film: Film): Promise<void> {
  const got = await watch(world.visitor(), play.url, film);
  assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
}

const film = swarm.film("Sealed", size);

test("encryption is required: transmission gives, whoever speaks plainly does not", async () => {
  swarm.set("net.encryption", "require");
  const called = await swarm.peer(film);
  const play = await swarm.play(film);
  await until("a plain peer to be refused", () => called.refused() > 1 || called.sent() > 0);
  // This one calls us, as the tracker knows of us.
  const caller = await swarm.peer(film);
  await until("its call to be refused", () => caller.refused() > 0 || caller.sent() > 0);
  await sealedSeeder(film);
  await swarm.isHere(play, film);
  assert.deepEqual([called.sent(), caller.sent()], [0, 0]);
  await isTheFilm(play, film);
  remove(play);
  await called.stop();
  await caller.stop();
});

// It runs, and gave all of the film a moment ago.
test("encryption is forbidden: a plain peer gives, transmission that requires it does not", async () => {
  swarm.set("net.encryption", "plain");
  const plain = await swarm.peer(film, { bytesPerSecond: slow });
  const play = await swarm.play(film);
  await isTheFilm(play, film);
  assert.ok(plain.sent() >= size, `${plain.sent()} bytes came from the plain peer`);
  remove(play);
  swarm.set("net.encryption", "allow");
});

/** Turns a byte of a file over. */
function damage(file: string, at: number): void {
  const fd = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  assert.equal(readSync(fd, byte, 0, 1, at), 1);
  writeSync(fd, Buffer.of((byte[0] as number) ^ 0xff), 0, 1, at);
  closeSync(fd);
}

/** The only file below a folder of the state that ends so. */
function only(folder: string, end: string): string {
  const all = readdirSync(path.join(world.state, folder)).filter((name) => name.endsWith(end));
  assert.equal(all.length, 1, `${folder}: ${all}`);
  return path.join(world.state, folder, all[0] as string);
}

/** A film that is here, with all that is written down of it. */
async function settled(name: string): Promise<[Film, Play]> {
  const made = swarm.film(name, size);
  await swarm.peer(made);
  const play = await swarm.play(made);
  await swarm.isHere(play, made);
  await until("it to be written down", () =>
    readdirSync(path.join(world.state, "resume")).some((file) => file.endsWith(".resume")),
  );
  return [made, play];
}

/** Stopped, changed, and started again. */
async function restarted(play: Play, change: () => void): Promise<Play> {
  assert.equal(await world.stop(), 0);
  change();
  await world.start();
  const { titleId } = await world.admin.read(`/api/downloads/${play.id}`);
  const again = await world.admin.send("/api/play/start", { titleId });
  return { url: again.url, key: again.streamingKey, id: play.id };
}

test("what was saved is damaged: it is left alone, the film is here as it was", async () => {
  const [shared, first] = await settled("Saved");
  let play = await restarted(first, () => damage(only("resume", ".resume"), 40));
  await isTheFilm(play, shared);
  play = await restarted(play, () => writeFileSync(only("resume", ".resume"), ""));
  await isTheFilm(play, shared);
  assert.equal((await world.admin.read(`/api/downloads/${play.id}`)).problem, null);
  remove(play);
});

test("a restart moves nothing, and counts nothing again", async () => {
  const film = swarm.film("Counted", size);
  await swarm.peer(film, { lacks: (piece) => piece === 5 });
  let play = await swarm.play(film);
  const most = size - film.pieceSize;
  const counted = (least: number, peers: number) =>
    until("its figures", async () => {
      const it = await world.admin.read(`/api/downloads/${play.id}`);
      return it.downloaded >= least && it.peers >= peers ? it.downloaded : undefined;
    });
  await swarm.isHere(play, film, most);
  const before = await counted(most, 0);
  for (let i = 0; i < 2; i++) {
    play = await restarted(play, () => {});
    // Who is connected is told together with the sums.
    const after = await counted(before, 1);
    assert.ok(after < before + film.pieceSize, `${before} became ${after}`);
  }
  remove(play);
});

test("the list of pieces is damaged: all is hashed, what is wrong comes again", async () => {
  const [shared, first] = await settled("Listed");
  const play = await restarted(first, () => {
    const payload = only("torrents", "");
    const list = path.join(payload, "pieces");
    damage(path.join(payload, "0"), 1_000_000);
    damage(list, readFileSync(list).length - 12);
  });
  await isTheFilm(play, shared);
  assert.ok(readFileSync(path.join(only("torrents", ""), "0")).equals(shared.bytes));
  remove(play);
});

test("the description is damaged: it is said, nothing is served, it can be removed", async () => {
  const [, first] = await settled("Described");
  assert.equal(await world.stop(), 0);
  damage(only("resume", ".torrent"), 40);
  await world.start();
  const shown = await until("it to be refused", async () => {
    const told = await world.admin.read(`/api/downloads/${first.id}`);
    return told.state === "failed" && told;
  });
  assert.ok(shown.sentence.length > 0);
  // Another source of the film would be next; here it is told what is wrong.
  const { url } = await world.admin.send("/api/play/start", { titleId: shown.titleId });
  const told = await world.visitor().get(url);
  assert.deepEqual([told.status, told.json.code], [500, "corrupt"]);
  remove(first);
});
