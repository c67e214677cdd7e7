// A film that is played while it is fetched: every byte that leaves is the
// original's, whatever is asked for and whenever; what cannot come is said.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { isLong, until } from "../world/place.ts";
import { makeTorrent, type Seeder, startAria2 } from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const tracker = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
});
const config = (name: string, value: string) =>
  assert.equal(world.ctl("config", "set", name, value).code, 0);
config("net.consent", "true");
config("stream.stallLimit", "60");

const visitor = world.visitor();
const size = isLong ? 60_000_001 : 9_000_001;

interface Film {
  bytes: Buffer;
  torrent: string;
  hash: string;
  folder: string;
}

function newFilm(name: string): Film {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const bytes = randomBytes(size);
  const file = path.join(folder, `${name} (2001).mp4`);
  writeFileSync(file, bytes);
  const torrent = path.join(world.hold, `${name}.torrent`);
  return { bytes, torrent, hash: makeTorrent(file, torrent, tracker), folder };
}

async function share(film: Film, bytesPerSecond: number): Promise<void> {
  seeders.push(await startAria2(film.torrent, film.hash, film.folder, tracker, { bytesPerSecond }));
}

/** Adds it; the stream's address and the key. */
async function play(film: Film): Promise<{ url: string; key: string; id: number }> {
  const torrent = readFileSync(film.torrent).toString("base64");
  const { id } = await world.admin.send("/api/downloads", { torrent });
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  const started = await world.admin.send("/api/play/start", { titleId });
  return { url: started.url, key: started.streamingKey, id };
}

const part = (url: string, range: string) => visitor.get(url, { headers: { Range: range } });

test("ranges anywhere are the original's, while it comes", async () => {
  const film = newFilm("Growing");
  await share(film, size / 8);
  const { url, key } = await play(film);
  const first = await visitor.head(url);
  assert.equal(first.headers["content-length"], String(size));
  assert.match(String(first.headers.etag), /^"[0-9a-f]{32}"$/);
  let isComing = false;
  for (let i = 0; i < (isLong ? 10_000 : 150); i++) {
    const from = randomInt(size);
    const to = Math.min(size - 1, from + randomInt(100_000));
    const reply = await part(url, `bytes=${from}-${to}`);
    assert.equal(reply.status, 206);
    assert.equal(reply.headers["content-range"], `bytes ${from}-${to}/${size}`);
    assert.ok(reply.body.equals(film.bytes.subarray(from, to + 1)), `bytes ${from}-${to}`);
    const state = await world.admin.send("/api/play/state", { streamingKey: key });
    isComing ||= state.state === "downloading";
    for (const [a, b] of state.published) assert.ok(a < b && b <= size);
  }
  assert.ok(isComing, "it was still being fetched");
  const whole = await visitor.get(url);
  assert.ok(whole.body.equals(film.bytes));
  assert.equal(whole.headers.etag, first.headers.etag);
});

test("what can be refused is refused without a byte", async () => {
  const film = newFilm("Refused");
  const { url } = await play(film);
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
  const { url } = await play(film);
  config("stream.stallLimit", "1");
  const reply = await until("a refusal", async () => {
    const got = await part(url, "bytes=0-99");
    return got.status === 504 && got;
  });
  config("stream.stallLimit", "60");
  assert.match(reply.json.code, /^(stalled|no_peers|tracker_error)$/);
  assert.ok(reply.json.message.length > 0);
  await share(film, 0);
  await until("it to play", async () => (await part(url, "bytes=0-99")).status === 206);
});

test("a reader ends with its connection, also when its handler is killed", async () => {
  const film = newFilm("Killed");
  await share(film, size / 30);
  const { url, key } = await play(film);
  const wanted = async () =>
    (await world.admin.send("/api/play/state", { streamingKey: key })).wanted.length;
  const running = visitor.get(url).catch(() => null);
  await until("somebody to read", async () => (await wanted()) === 1);
  for (const handler of world.processes("stream.fcgi")) process.kill(handler.pid, "SIGKILL");
  await until("nobody to read", async () => (await wanted()) === 0);
  await running;
  const from = size - 5000;
  // The player asks again.
  const reply = await until("it to go on", async () => {
    const got = await part(url, `bytes=${from}-`);
    return got.status === 206 && got;
  });
  assert.ok(reply.body.equals(film.bytes.subarray(from)));
});
