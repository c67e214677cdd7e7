// What an operator is promised of torrents besides that they arrive: bytes from
// web servers, what trackers know, damage on the disk, when sharing ends, what is
// written down and when, and where no traffic goes.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { until } from "../world/place.ts";
import { fetchWithAria2, makeTorrent, type Seeder, sha256, startAria2 } from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const tracker = await startTracker();
const other = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
  await other.stop();
});

const size = 3_000_001;
const slow = Math.trunc(size / 8);
const set = (name: string, value: string) =>
  assert.equal(world.ctl("config", "set", name, value).code, 0, `${name} ${value}`);
const json = (...words: string[]): Json => world.ctlJson(...words);
const show = (id: string): Json => json("downloads", "show", id);
const torrents = path.join(world.state, "torrents");
set("net.consent", "true");
set("net.saveInterval", "3600");

interface Film {
  hash: string;
  torrent: string;
  folder: string;
  file: string;
}

function newFilm(name: string): Film {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const file = path.join(folder, `${name} (2001).mp4`);
  writeFileSync(file, randomBytes(size));
  const torrent = path.join(world.hold, `${name}.torrent`);
  return { hash: makeTorrent(file, torrent, tracker), torrent, folder, file };
}

async function seed(film: Film, bytesPerSecond = 0): Promise<Seeder> {
  const seeder = await startAria2(film.torrent, film.hash, film.folder, tracker, {
    bytesPerSecond,
  });
  seeders.push(seeder);
  return seeder;
}

async function stop(seeder: Seeder): Promise<void> {
  seeders.splice(seeders.indexOf(seeder), 1);
  await seeder.stop();
}

const add = (film: Film, ...words: string[]): string =>
  String(json("add", film.torrent, ...words).id);
const why = (id: string) => ({ every: 50, why: () => JSON.stringify(show(id)) });
const isWhole = (id: string) =>
  until(`download ${id} to be whole`, () => show(id).done === size, why(id));
const remove = (id: string) =>
  assert.equal(world.ctl("downloads", "remove", id, "--erase").code, 0);
/** The only payload folder there is. */
const payload = () => path.join(torrents, readdirSync(torrents)[0] as string);

test("a web server alone gives a film", async () => {
  const film = newFilm("Web");
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const [from, to] = range ? [Number(range[1]), Number(range[2])] : [0, size - 1];
    ranges.push(`${from}-${to}`);
    response.writeHead(range ? 206 : 200, {
      "Content-Length": to - from + 1,
      ...(range ? { "Content-Range": `bytes ${from}-${to}/${size}` } : {}),
    });
    createReadStream(film.file, { start: from, end: to }).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.mp4`;
    const made = readFileSync(film.torrent);
    const list = Buffer.from(`8:url-list${url.length}:${url}e`);
    writeFileSync(film.torrent, Buffer.concat([made.subarray(0, -1), list]));
    const id = add(film);
    await isWhole(id);
    assert.equal(await sha256(path.join(payload(), "0")), await sha256(film.file));
    assert.ok(ranges.length > 0);
    remove(id);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("each tracker is shown with its state, and what they know of the swarm", async () => {
  const film = newFilm("Known");
  tracker.add(film.hash, "127.0.0.9", 9);
  tracker.add(film.hash, "127.0.0.10", 9);
  set("net.trackers", "http://127.0.0.1:9/announce");
  const id = add(film);
  set("net.trackers", "");
  await until("the answer to be known", () => show(id).knownSeeds === 2, why(id));
  assert.match(world.ctl("downloads", "show", id).stdout, /Swarm +2 have all of it/);
  const { trackers } = await until(
    "both trackers to have answered",
    () => {
      const shown = show(id);
      return shown.trackers.every((t: Json) => t.state !== "asked") && shown;
    },
    why(id),
  );
  const state = (port: number) => trackers.find((t: Json) => t.host === `127.0.0.1:${port}`);
  assert.equal(trackers.length, 2, JSON.stringify(trackers));
  assert.deepEqual(state(tracker.port), { ...state(tracker.port), state: "ok", text: null });
  assert.equal(state(9).state, "failed");
  assert.ok(state(9).text.length > 0);
  remove(id);
});

test("trackers that torrents name are not asked when that is off", async () => {
  const film = newFilm("Silent");
  set("net.torrentTrackers", "false");
  set("net.trackers", other.url);
  const id = add(film);
  await until("the house's own to be asked", () => other.peers(film.hash).length === 1);
  assert.deepEqual(tracker.peers(film.hash), []);
  assert.deepEqual(
    show(id).trackers.map((t: Json) => t.host),
    [`127.0.0.1:${other.port}`],
  );
  set("net.trackers", "");
  set("net.torrentTrackers", "true");
  await until("the torrent's own to be asked", () => tracker.peers(film.hash).length === 1);
  remove(id);
});

test("what is damaged on the disk is found and fetched again", async () => {
  const film = newFilm("Damaged");
  const seeder = await seed(film);
  const id = add(film);
  await isWhole(id);
  const file = path.join(payload(), "0");
  const fd = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, 1_000_000);
  writeSync(fd, Buffer.of((byte[0] as number) ^ 0xff), 0, 1, 1_000_000);
  closeSync(fd);
  assert.equal(world.ctl("downloads", "recheck", id).code, 0);
  assert.ok(show(id).done < size, "nothing is served that was not hashed");
  await isWhole(id);
  assert.equal(await sha256(file), await sha256(film.file));
  remove(id);
  await stop(seeder);
});

test("sharing ends at the ratio, and says so; the film stays", async () => {
  const film = newFilm("Ratio");
  const seeder = await seed(film);
  const id = add(film);
  await isWhole(id);
  await stop(seeder);
  // Not before whoever fetches it has all of it.
  assert.equal(world.ctl("downloads", "ratio", id, "1").code, 0);
  const folder = path.join(world.hold, "taken");
  mkdirSync(folder);
  await fetchWithAria2(film.torrent, folder);
  const last = await until(
    "it to be finished",
    () => {
      const shown = show(id);
      return shown.state === "finished" && shown;
    },
    why(id),
  );
  assert.ok(last.ratio >= 1);
  assert.equal(last.problem, null);
  assert.match(last.sentence, /shared no more/);
  assert.equal(last.done, size);
  await until("the tracker to be told", () => tracker.peers(film.hash).length <= 1);
  remove(id);
});

test("what is known is written at times, at a pause and at the end", async () => {
  const film = newFilm("Saved");
  const seeder = await seed(film, slow);
  const resume = path.join(world.state, "resume");
  const stamp = () => {
    const name = readdirSync(resume).find((file) => file.endsWith(".resume"));
    return name === undefined ? "none" : String(statSync(path.join(resume, name)).ino);
  };
  const changes = async (what: string, from: string) =>
    until(`${what} to be written`, () => stamp() !== from && stamp(), why(id));
  const id = add(film);
  await until("it to have begun", () => show(id).downloaded > 0, why(id));
  assert.equal(stamp(), "none");
  set("net.saveInterval", "1");
  let before = await changes("the first", "none");
  before = await changes("the next", before);
  set("net.saveInterval", "3600");
  await until("the setting to be known", async () => {
    const seen = stamp();
    await until("more to come", () => show(id).done > 0);
    return seen === stamp();
  });
  before = stamp();
  assert.equal(world.ctl("downloads", "pause", id).code, 0);
  before = await changes("the pause", before);
  assert.ok(show(id).done < size, "it is not the end that is written");
  assert.equal(world.ctl("downloads", "resume", id).code, 0);
  assert.equal(stamp(), before);
  await isWhole(id);
  await changes("the end", before);
  remove(id);
  await stop(seeder);
});

test("without its network interface nothing moves, and it says so", async () => {
  const film = newFilm("Bound");
  const seeder = await seed(film);
  set("net.interface", "absent0");
  const id = add(film);
  const waiting = await until(
    "the problem to be said",
    () => {
      const shown = show(id);
      return shown.problem === "no_interface" && shown;
    },
    why(id),
  );
  assert.equal(waiting.state, "waiting");
  assert.match(waiting.sentence, /no network interface absent0/);
  assert.equal(waiting.done, 0);
  assert.equal(tracker.peers(film.hash).length, 1, "only the seeder has announced itself");
  set("net.interface", "lo");
  await isWhole(id);
  assert.equal(show(id).problem, null);
  set("net.interface", "");
  remove(id);
  await stop(seeder);
});

test("of a pack only the chosen file is on the disk", async () => {
  const folder = path.join(world.hold, "pack");
  const pack = path.join(folder, "Pack");
  mkdirSync(pack, { recursive: true });
  for (const name of ["a.mp4", "b.mp4", "c.mp4"])
    writeFileSync(path.join(pack, name), randomBytes(700_001));
  const torrent = path.join(world.hold, "pack.torrent");
  const hash = makeTorrent(pack, torrent, tracker);
  const seeder = await seed({ hash, torrent, folder, file: pack });
  const id = String(json("add", torrent).id);
  await until("it to ask which", () => show(id).choice?.code === "unsure", why(id));
  assert.match(show(id).sentence, /choose one/);
  assert.equal(world.ctl("downloads", "file", id, "1").code, 0);
  await until("the file to be here", () => show(id).finishedAt !== null, why(id));
  assert.deepEqual(readdirSync(payload()).sort(), ["1", "pieces"]);
  assert.equal(await sha256(path.join(payload(), "1")), await sha256(path.join(pack, "b.mp4")));
  const { used } = json("storage", "status");
  assert.ok(used < 900_000, `${used} bytes are used`);
  assert.equal(world.ctl("downloads", "file", id, "2").code, 0);
  await until(
    "the other to be here",
    async () => {
      const file = path.join(payload(), "2");
      return (
        readdirSync(payload()).includes("2") &&
        (await sha256(file)) === (await sha256(path.join(pack, "c.mp4")))
      );
    },
    why(id),
  );
  assert.ok(!readdirSync(payload()).includes("0"), "the first was never wanted");
  remove(id);
  await stop(seeder);
});
