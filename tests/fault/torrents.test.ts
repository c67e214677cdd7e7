// A download among other people's programs, some of which die, stall or lie. What
// is judged are the bytes in the end, against the file that was shared.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { startLiar } from "../world/liar.ts";
import { isLong, until } from "../world/place.ts";
import {
  fetchWithAria2,
  makeTorrent,
  type Seeder,
  sha256,
  startAria2,
  startTransmission,
} from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const tracker = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
});
assert.equal(world.ctl("config", "set", "net.consent", "true").code, 0);

const megabyte = 1_000_000;
const pieceSize = 256 * 1024;
const size = (isLong ? 60 : 6) * megabyte + 1;
const slow = Math.trunc(size / 6);

/** As an MP4 begins: what is no film is not shared. */
function filmBytes(): Buffer {
  const bytes = randomBytes(size);
  bytes.write("\0\0\0\x18ftypisom", "latin1");
  return bytes;
}

interface Film {
  hash: string;
  torrent: string;
  folder: string;
  file: string;
}

/** A film nobody has seen before, and its .torrent. */
function newFilm(name: string): Film {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const file = path.join(folder, `${name} (2001).mp4`);
  writeFileSync(file, filmBytes());
  const torrent = path.join(world.hold, `${name}.torrent`);
  return { hash: makeTorrent(file, torrent, tracker), torrent, folder, file };
}

const json = (...words: string[]) => {
  const { code, stdout, stderr } = world.ctl(...words, "--json");
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
};
const add = (film: Film): string => String(json("add", film.torrent).id);
const show = (id: string) => json("downloads", "show", id);

async function keep(seeder: Promise<Seeder>): Promise<Seeder> {
  const started = await seeder;
  seeders.push(started);
  return started;
}

async function stop(seeder: Seeder): Promise<void> {
  seeders.splice(seeders.indexOf(seeder), 1);
  await seeder.stop();
}

const isHere = (id: string, share: number) =>
  until(`${share} of download ${id} to be here`, () => show(id).done >= share * size, {
    every: 50,
    why: () => JSON.stringify(show(id)),
  });

/** Removes it, after its only file was found to be the one that was shared. */
async function isTheFilm(id: string, film: Film): Promise<void> {
  await isHere(id, 1);
  const torrents = path.join(world.state, "torrents");
  const hashes: string[] = [];
  for (const name of readdirSync(torrents))
    hashes.push(await sha256(path.join(torrents, name, "0")));
  assert.deepEqual(hashes, [await sha256(film.file)]);
  assert.equal(world.ctl("downloads", "remove", id, "--erase").code, 0);
  await until("its folder to be gone", () => readdirSync(torrents).length === 0);
}

test("aria2 shares with us", async () => {
  const film = newFilm("Aria");
  const seeder = await keep(startAria2(film.torrent, film.hash, film.folder, tracker));
  await isTheFilm(add(film), film);
  await stop(seeder);
});

test("transmission shares with us", async () => {
  const film = newFilm("Mission");
  const seeder = await keep(startTransmission(film.torrent, film.hash, film.folder, tracker));
  await isTheFilm(add(film), film);
  await stop(seeder);
});

test("we share with aria2", async () => {
  const file = path.join(world.hold, "Ours (2001).mp4");
  writeFileSync(file, filmBytes());
  assert.equal(world.ctl("config", "set", "net.trackers", tracker.url).code, 0);
  const id = String(json("share", file).id);
  const { hash } = show(id);
  await until("ours to be announced", () => tracker.peers(hash).length === 1);
  const torrent = path.join(world.hold, "ours.torrent");
  assert.equal(world.ctl("torrent", "export", id, "-o", torrent).code, 0);
  const folder = path.join(world.hold, "theirs");
  mkdirSync(folder);
  await fetchWithAria2(torrent, folder);
  assert.equal(await sha256(path.join(folder, path.basename(file))), await sha256(file));
  assert.equal(world.ctl("downloads", "remove", id).code, 0);
  assert.equal(readFileSync(file).length, size);
});

test("a seeder dies and another comes", async () => {
  const film = newFilm("Mortal");
  const first = await keep(
    startAria2(film.torrent, film.hash, film.folder, tracker, { bytesPerSecond: slow }),
  );
  const id = add(film);
  await until("rate and peers to be told", () => show(id).rate > 0 && show(id).peers === 1);
  await isHere(id, 0.05);
  await stop(first);
  assert.ok(show(id).done < size, "it was not all here yet");
  const second = await keep(startAria2(film.torrent, film.hash, film.folder, tracker));
  await isTheFilm(id, film);
  await stop(second);
});

test("a seeder stalls, the other gives all", async () => {
  const film = newFilm("Stalled");
  const silent = await keep(
    startAria2(film.torrent, film.hash, film.folder, tracker, { bytesPerSecond: slow }),
  );
  const id = add(film);
  await isHere(id, 0.05);
  silent.stall();
  const other = await keep(startAria2(film.torrent, film.hash, film.folder, tracker));
  await isTheFilm(id, film);
  await stop(silent);
  await stop(other);
});

test("a seeder lies: nothing of it is here, now or in the end", async () => {
  const film = newFilm("Lies");
  const liar = await startLiar(film.hash, Math.ceil(size / pieceSize), tracker);
  try {
    const id = add(film);
    await until("the liar to have been asked", () => liar.sent() >= pieceSize, { every: 50 });
    assert.equal(show(id).done, 0, "nothing bad is published");
    const honest = await keep(startAria2(film.torrent, film.hash, film.folder, tracker));
    await isTheFilm(id, film);
    await stop(honest);
  } finally {
    await liar.stop();
  }
});

test("miaud is killed in the middle: what was here stays, the rest follows", async () => {
  const film = newFilm("Killed");
  const limit = { bytesPerSecond: slow };
  const seeder = await keep(startAria2(film.torrent, film.hash, film.folder, tracker, limit));
  const id = add(film);
  await isHere(id, 0.3);
  const before = show(id).done as number;
  process.kill(world.process("miaud").pid, "SIGKILL");
  let back: { done: number; downloaded: number } | undefined;
  await until("miaud to answer again", () => {
    const { code, stdout } = world.ctl("downloads", "show", id, "--json");
    back = code === 0 ? JSON.parse(stdout) : undefined;
    return back !== undefined && back.done >= before;
  });
  await isTheFilm(id, film);
  await stop(seeder);
});
