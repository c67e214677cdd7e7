// A film that was fetched: until its last byte is here the handler copies it,
// then the web server sends the file, and nobody sees a difference. It is given
// up without harm to whoever is being sent it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import path from "node:path";
import { after, describe, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { type CgiReply, runCgi } from "../world/cgi.ts";
import { sleep, until } from "../world/place.ts";
import { makeTorrent, type Seeder, startAria2 } from "../world/seeder.ts";
import { Line } from "../world/socket.ts";
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
config("net.uploadLimit", "0");
config("stream.stallLimit", "240");

const visitor = world.visitor();
const torrents = path.join(world.state, "torrents");

interface Film {
  bytes: Buffer;
  id: number;
  url: string;
  key: string;
  seeder: Seeder;
}

/** A film nobody has here, shared and added; it comes when it is played. */
async function newFilm(name: string, size: number, bytesPerSecond = 0): Promise<Film> {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const bytes = randomBytes(size);
  const file = path.join(folder, `${name} (2001).mkv`);
  writeFileSync(file, bytes);
  const torrent = path.join(world.hold, `${name}.torrent`);
  const hash = makeTorrent(file, torrent, tracker);
  const seeder = await startAria2(torrent, hash, folder, tracker, { bytesPerSecond });
  seeders.push(seeder);
  const added = { torrent: readFileSync(torrent).toString("base64") };
  const { id } = await world.admin.send("/api/downloads", added);
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  const started = await world.admin.send("/api/play/start", { titleId });
  return { bytes, id, url: started.url, key: started.streamingKey, seeder };
}

interface Reader {
  line: Line;
  reader: number;
  isWhole: boolean;
}

/** Opens a reader as handlers do; it ends with its line. */
async function openReader(film: Film): Promise<Reader> {
  const sourceId = Number(world.sql(`SELECT id FROM source WHERE torrent_id = ${film.id}`));
  const line = await Line.open(path.join(world.state, "run/handlers.sock"));
  await line.call("hello", { version: "test", protocol: 1 });
  const { reader, isWhole } = (await line.call("stream.open", { sourceId })).result;
  return { line, reader, isWhole };
}

/** Asks for all there is from a place on. */
async function ask(film: Film, offset: number): Promise<{ isWhole: boolean; until: number }> {
  const { line, reader, isWhole } = await openReader(film);
  try {
    const wanted = { reader, offset, length: film.bytes.length, waitMs: 60_000 };
    return { isWhole, until: (await line.call("stream.read", wanted)).result.until };
  } finally {
    line.close();
  }
}

const get = (film: Film, headers: Record<string, string>) => visitor.get(film.url, { headers });

async function published(film: Film): Promise<number> {
  const { published: ranges } = await world.admin.send("/api/play/state", {
    streamingKey: film.key,
  });
  return ranges.reduce((sum: number, [a, b]: [number, number]) => sum + b - a, 0);
}

/** What the handler itself answers, seen without the web server. */
function handler(film: Film, headers: Record<string, string> = {}): Promise<CgiReply> {
  return runCgi(world, film.url, { headers: { MIAU_SENDFILE: "lighttpd", ...headers } });
}

const offloaded = (reply: CgiReply) => reply.headers.get("x-sendfile");
const payloads = () =>
  readdirSync(torrents).filter((name) => existsSync(path.join(torrents, name, "0")));

/** Reads all of it, and it stays here. */
async function fetchAll(film: Film): Promise<void> {
  const all = await visitor.get(film.url);
  assert.ok(all.body.equals(film.bytes));
}

/** An answer that has begun and is not read on until it is asked for. */
async function begin(film: Film): Promise<() => Promise<Buffer>> {
  const reply = await new Promise<IncomingMessage>((done, fail) => {
    request(new URL(film.url, world.origin), done).once("error", fail).end();
  });
  assert.equal(reply.statusCode, 200);
  return async () => {
    const parts: Buffer[] = [];
    for await (const part of reply) parts.push(part);
    return Buffer.concat(parts);
  };
}

describe("a film while it comes and when it is here", () => {
  test("copied, then offloaded, and the same", async () => {
    const size = 8_000_001;
    const film = await newFilm("Patience", size, 600_000);
    const part = { Range: "bytes=100-1099" };
    const early = await get(film, part);
    // From now on the file is as long as it will be.
    assert.equal((await get(film, { Range: "bytes=-1" })).status, 206);
    film.seeder.stall();
    assert.ok((await published(film)) < size, "it is still coming");
    const copied = await handler(film, { HTTP_RANGE: part.Range });
    assert.equal(offloaded(copied), undefined);
    assert.equal(copied.status, 206);
    const earlyHead = await visitor.head(film.url);
    film.seeder.goOn();

    await fetchAll(film);
    const sent = await handler(film, { HTTP_RANGE: part.Range });
    assert.equal(sent.status, 200, "the web server makes the range");
    assert.equal(sent.headers.get("content-range"), undefined);
    const file = String(offloaded(sent));
    assert.match(file, new RegExp(`^${world.state}/run/roots/torrents/[0-9a-f]{32}/0$`));
    assert.ok(readFileSync(file).equals(film.bytes));
    // The web server's group may read it, others nothing.
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o750);
    assert.equal(statSync(path.join(path.dirname(file), "pieces")).mode & 0o777, 0o600);

    const late = await get(film, part);
    const lateHead = await visitor.head(film.url);
    for (const [was, is] of [
      [early, late],
      [earlyHead, lateHead],
    ] as const) {
      assert.equal(is.status, was.status);
      const names = ["etag", "content-type", "content-length", "content-range", "accept-ranges"];
      for (const name of names) assert.equal(is.headers[name], was.headers[name], name);
      assert.ok(is.body.equals(was.body));
    }
    assert.equal(late.headers["content-type"], "video/x-matroska");
    assert.ok(late.body.equals(film.bytes.subarray(100, 1100)));
    assert.equal(sent.headers.get("etag"), copied.headers.get("etag"));
    for (const [range, from, to] of [
      ["bytes=0-", 0, size],
      ["bytes=-7", size - 7, size],
      [`bytes=${size - 1}-${size + 5}`, size - 1, size],
    ] as const) {
      assert.ok(offloaded(await handler(film, { HTTP_RANGE: range })), range);
      const reply = await get(film, { Range: range });
      assert.equal(reply.status, 206);
      assert.ok(reply.body.equals(film.bytes.subarray(from, to)), range);
    }
  });

  test("what the web server does not do as we do is copied", async () => {
    const film = await newFilm("Precision", 900_001);
    await fetchAll(film);
    assert.ok(offloaded(await handler(film)));
    const etag = String((await visitor.head(film.url)).headers.etag);
    const several = { Range: "bytes=0-9,500000-500009" };
    const two = await get(film, several);
    assert.equal(two.status, 206);
    assert.match(String(two.headers["content-type"]), /^multipart\/byteranges; boundary=/);
    for (const from of [0, 500_000])
      assert.ok(two.body.includes(film.bytes.subarray(from, from + 10)));
    assert.equal(offloaded(await handler(film, { HTTP_RANGE: several.Range })), undefined);
    for (const [condition, status] of [
      [etag, 206],
      ['"0123456789abcdef0123456789abcdef"', 200],
    ] as const) {
      const reply = await get(film, { Range: "bytes=5-9", "If-Range": condition });
      assert.equal(reply.status, status);
      assert.equal(reply.headers.etag, etag);
      const wanted = status === 200 ? film.bytes : film.bytes.subarray(5, 10);
      assert.ok(reply.body.equals(wanted));
      const asked = { HTTP_RANGE: "bytes=5-9", HTTP_IF_RANGE: condition };
      assert.equal(offloaded(await handler(film, asked)), undefined);
    }
    assert.equal((await get(film, { "If-None-Match": etag })).status, 304);
    assert.equal((await get(film, { Range: "bytes=900001-" })).status, 416);
    assert.equal(offloaded(await handler(film, { REQUEST_METHOD: "HEAD" })), undefined);
  });

  test("a folder of torrents has no address", async () => {
    const [name] = payloads();
    assert.ok(name);
    for (const below of [`torrents/${name}/0`, `run/roots/torrents/${name}/0`, `roots/${name}/0`]) {
      for (const before of ["/api/", "/api/stream/", "/api/v1/stream/", "/assets/"]) {
        const reply = await visitor.get(before + below, { isUnjudged: true });
        assert.equal(reply.status, 404, before + below);
      }
      // Elsewhere it is the app's page, whatever is asked for.
      for (const before of ["/", "/%2e%2e/", "/assets/..%2f..%2f", "//"]) {
        const reply = await visitor.get(before + below, { isUnjudged: true });
        assert.ok(reply.status >= 400 || /^<!doctype html>/i.test(reply.text), before + below);
      }
    }
  });
});

describe("giving a whole film up", () => {
  const size = 40_000_001;

  test("whoever is being sent it gets all of it, and it can come again", async () => {
    const film = await newFilm("Generosity", size);
    await fetchAll(film);
    const before = payloads();
    const { etag } = (await visitor.head(film.url)).headers;
    assert.ok(offloaded(await handler(film)));
    // Only so much is promised to a reader at once as is kept for it.
    assert.deepEqual(await ask(film, 5), { isWhole: true, until: 5 + (8 << 20) });
    const rest = await begin(film);
    assert.equal(world.ctl("storage", "evict", String(film.id)).code, 0);
    assert.equal(payloads().length, before.length - 1, "the file has gone");
    assert.ok((await rest()).equals(film.bytes));
    const again = await visitor.get(film.url);
    assert.ok(again.body.equals(film.bytes));
    assert.equal(again.headers.etag, etag);
    assert.ok(offloaded(await handler(film)), "a new file, whole");
    assert.equal(world.ctl("downloads", "remove", String(film.id), "--erase").code, 0);
  });

  test("a limit below it: given up as one, then kept in windows and copied", async () => {
    const film = await newFilm("Moderation", size);
    await fetchAll(film);
    assert.ok(offloaded(await handler(film)));
    const rest = await begin(film);
    // One that does not remember that the web server is sending it.
    const { pid } = world.process("miaud");
    process.kill(pid, "SIGKILL");
    await until("another miaud", () => world.processes("miaud").some((p) => p.pid !== pid));
    await world.ready();
    const limit = 24_000_000;
    const other = await openReader(film);
    config("storage.limit", String(limit));
    const used = async () => (await world.admin.read("/api/storage")).used;
    // Longer than what was just offered is kept in any case.
    await sleep(7000);
    assert.ok((await rest()).equals(film.bytes), "no hole was made in what is being sent");
    other.line.close();
    await until("its bytes to be free", async () => (await used()) <= limit);
    const again = await visitor.get(film.url);
    assert.ok(again.body.equals(film.bytes));
    assert.ok((await used()) <= limit);
    const reply = await handler(film, { HTTP_RANGE: "bytes=0-9" });
    assert.equal(offloaded(reply), undefined);
    assert.ok(reply.body.equals(film.bytes.subarray(0, 10)));
    assert.equal((await ask(film, 0)).isWhole, false);
    // Nor when all of it is here again: holes may be made in it at any time.
    config("storage.limit", "0");
    await until("all of it to be here", async () => (await published(film)) === size);
    assert.equal(offloaded(await handler(film, { HTTP_RANGE: "bytes=0-9" })), undefined);
    assert.equal((await ask(film, 0)).isWhole, false);
  });
});
