// Downloads as an administrator's program sees them: shared from the library,
// added by magnet and .torrent, changed, removed. No peer is near: nothing is
// fetched here.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, describe, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { runCgi } from "../world/cgi.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { describedOf, torrentOf } from "../world/torrent.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
await showFilms(world, { isShort: true });
const { admin } = world;
const put = (settings: object) =>
  admin.put("/api/config", {
    settings: Object.entries(settings).map(([name, value]) => ({ name, value })),
  });
const movie = await world.movieId(movies.front);

const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}&dn=Somebody%27s%20Film`;
const find = async (id: number): Promise<Json> => {
  const { downloads } = await admin.read("/api/downloads");
  return downloads.find((d: Json) => d.id === id);
};

test("at first there is nothing, and room for something", async () => {
  assert.deepEqual((await admin.read("/api/downloads")).downloads, []);
  const storage = await admin.read("/api/storage");
  assert.equal(storage.used, 0);
  assert.ok(storage.limit > 0 && storage.free > 0);
  assert.deepEqual(storage.items, []);
});

describe("a film of the library", () => {
  let id = 0;
  test("is shared without being asked for consent, and stays where it is", async () => {
    const made = await admin.post("/api/downloads/share", { titleId: `movie-${movie}` });
    assert.equal(made.status, 201);
    id = made.json.id;
    const whole = await until("the file to be hashed", async () => {
      const now = await find(id);
      return now?.state === "seeding" && now;
    });
    assert.equal(whole.isOwnFile, true);
    assert.equal(whole.done, whole.size);
    const { used } = await admin.read("/api/storage");
    assert.ok(used < whole.size / 2, `${used} bytes: it takes no room of its own`);
    const playing = await admin.send("/api/play/start", { titleId: `movie-${movie}` });
    assert.equal((await world.visitor().get(playing.url)).status, 200);
    // It plays as ever, and only so.
    const sent = await runCgi(world, playing.url, { headers: { MIAU_SENDFILE: "lighttpd" } });
    assert.match(String(sent.headers.get("x-sendfile")), /\/run\/roots\/[0-9]+\//);
    assert.equal((await admin.patch(`/api/downloads/${id}`, { fileIndex: 0 })).status, 409);
    assert.equal(world.sql("SELECT count(*) FROM source WHERE kind = 'torrent'"), "0");
  });
  test("has all its pieces, and a magnet that names it", async () => {
    const shown = await admin.read(`/api/downloads/${id}`);
    const { count, published } = shown.pieces;
    const bits = Buffer.from(published, "base64");
    assert.equal(bits.length, Math.ceil(count / 8));
    const set = [...bits].reduce((sum, byte) => sum + byte.toString(2).split("1").length - 1, 0);
    assert.equal(set, count);
    const given = await admin.read(`/api/downloads/${id}/export`);
    assert.ok(given.magnet.startsWith(`magnet:?xt=urn:btih:${shown.hash}`), given.magnet);
    assert.equal(Buffer.from(given.torrent, "base64").subarray(0, 1).toString(), "d");
  });
  for (const [status, body] of [
    [400, {}],
    [400, { path: "/a", titleId: "movie-1" }],
    [400, { path: "relative" }],
    [400, { titleId: `movie-${movie}`, season: 1 }],
    [404, { titleId: "movie-999999" }],
    [404, { titleId: `movie-${movie}`, season: 1, episode: 1 }],
  ] as [number, object][]) {
    test(`${JSON.stringify(body)} is ${status}`, async () => {
      assert.equal((await admin.post("/api/downloads/share", body)).status, status);
    });
  }
  test("outside the library's folders is not shared", async () => {
    const reply = await admin.post("/api/downloads/share", { path: "/etc/passwd" });
    assert.ok(reply.status >= 400 && reply.status < 500, reply.text);
  });
});

describe("adding", () => {
  test("waits until an administrator has agreed", async () => {
    const before = (await admin.read("/api/downloads")).downloads.length;
    const reply = await admin.post("/api/downloads", { magnet });
    assert.equal(reply.status, 409);
    assert.equal(reply.json.code, "consent_needed");
    assert.equal((await admin.read("/api/downloads")).downloads.length, before);
  });
  test("is allowed, or not, as soon as that was answered", async () => {
    const magnet = "magnet:?dn=x"; // without a hash nothing is added
    for (let i = 0; i < 10; i++)
      for (const agreed of [false, true]) {
        assert.equal((await put({ "net.consent": agreed })).status, 200);
        const reply = await admin.post("/api/downloads", { magnet });
        assert.equal(reply.status, agreed ? 422 : 409, reply.text);
      }
  });
  test("by magnet, once", async () => {
    const first = await admin.post("/api/downloads", { magnet, title: "Named by me" });
    assert.equal(first.status, 201);
    assert.equal(first.json.known, false);
    const again = await admin.post("/api/downloads", { magnet });
    assert.equal(again.status, 200);
    assert.deepEqual(again.json, { id: first.json.id, known: true });
    const row = await find(first.json.id);
    assert.equal(row.title, "Named by me");
    assert.equal(row.size, null);
    assert.equal((await admin.delete(`/api/downloads/${first.json.id}?erase=true`)).status, 204);
  });
  for (const [what, status, body] of [
    ["nothing", 400, {}],
    ["both", 400, { magnet, torrent: "ZGU=" }],
    ["an unknown field", 400, { magnet, hash: "x" }],
    ["a magnet without a hash", 422, { magnet: "magnet:?dn=x" }],
    ["another address", 422, { magnet: "https://example.org/film.torrent" }],
    ["no base64", 400, { torrent: "***" }],
    ["bad bencoding", 422, { torrent: Buffer.from("d4:infod").toString("base64") }],
    ["a dictionary without info", 422, { torrent: Buffer.from("d1:ai1ee").toString("base64") }],
  ] as [string, number, object][]) {
    test(`${what} is ${status}`, async () => {
      assert.equal((await admin.post("/api/downloads", body)).status, status);
    });
  }
});

describe("adding what is there already", () => {
  const trackers = ["one", "two", "three", "four"].map((n) => `http://127.0.0.1:9/${n}/announce`);
  const named = (link: string) => new URLSearchParams(link.slice("magnet:?".length)).getAll("tr");
  const exported = async (id: number) => (await admin.read(`/api/downloads/${id}/export`)).magnet;
  for (const paused of [false, true])
    test(`a magnet that waits ${paused ? "paused" : ""} takes what its .torrent says`, async () => {
      const name = `Told Later (202${Number(paused)}).mkv`;
      const { base64, hash } = describedOf(name, randomBytes(300_000), { tracker: trackers[0] });
      const link = `magnet:?xt=urn:btih:${hash}`;
      const with_ = (tracker?: string) => `${link}&tr=${encodeURIComponent(tracker ?? "")}`;
      const { id } = (await admin.post("/api/downloads", { magnet: with_(trackers[1]), paused }))
        .json;
      await until("it to be in the engine", async () => {
        const { state } = await find(id);
        return paused ? state === "paused" : state === "metadata";
      });
      assert.equal((await find(id)).size, null);
      // Another tracker of the link alone, then all that the file says.
      for (const body of [{ magnet: with_(trackers[2]) }, { torrent: base64 }])
        assert.deepEqual((await admin.post("/api/downloads", body)).json, { id, known: true });
      const row = await until("what is in it to be known", async () => {
        const now = await find(id);
        return now.size !== null && now;
      });
      assert.equal(row.size, 300_000);
      assert.equal(row.title, "Told Later");
      assert.equal(row.state === "paused", paused);
      assert.deepEqual(named(await exported(id)).sort(), trackers.slice(0, 3).sort());
      const again = { magnet: with_(trackers[3]) };
      assert.equal((await admin.post("/api/downloads", again)).status, 200);
      assert.deepEqual(named(await exported(id)).sort(), [...trackers].sort());
      const { trackers: asked } = await admin.read(`/api/downloads/${id}`);
      assert.equal(asked.length, 4);
      assert.equal((await admin.read(`/api/downloads/${id}`)).hash, hash);
    });
  test("a private torrent is given no further tracker", async () => {
    const given = { tracker: trackers[0], isPrivate: true };
    const { base64, hash } = describedOf("Private (2023).mkv", randomBytes(20_000), given);
    const { id } = (await admin.post("/api/downloads", { torrent: base64, paused: true })).json;
    const magnet = `magnet:?xt=urn:btih:${hash}&tr=${encodeURIComponent(trackers[1] ?? "")}`;
    assert.equal((await admin.post("/api/downloads", { magnet })).json.known, true);
    assert.deepEqual(named(await exported(id)), [trackers[0]]);
  });
});

describe("a magnet of which nobody knows anything", () => {
  let id = 0;
  test("nobody else is counted, and its size is not known", async () => {
    const tracker = await startTracker();
    after(() => tracker.stop());
    const hash = randomBytes(20).toString("hex");
    const magnet = `magnet:?xt=urn:btih:${hash}&tr=${encodeURIComponent(tracker.url)}`;
    id = (await admin.post("/api/downloads", { magnet })).json.id;
    const row = await until("the swarm to be counted", async () => {
      const now = await admin.read(`/api/downloads/${id}`);
      const isAnswered = now.trackers.some((one: { state: string }) => one.state === "ok");
      return isAnswered && now.knownPeers !== null && now;
    });
    assert.deepEqual([row.knownSeeds, row.knownPeers], [0, 0]);
    const { stdout } = world.ctl("downloads", "show", String(id));
    assert.match(stdout, /^Size +not known yet$/m);
    assert.match(stdout, /^Swarm +0 have all of it, 0 fetch it$/m);
  });
  test("there is nothing to check", async () => {
    const reply = await admin.patch(`/api/downloads/${id}`, { recheck: true });
    assert.equal(reply.status, 409);
    assert.match(reply.json.message, /not known yet what is in it/);
    assert.equal(world.ctl("downloads", "recheck", String(id)).code, 1);
  });
  test("its number is not given again", async () => {
    assert.equal((await admin.delete(`/api/downloads/${id}`)).status, 204);
    const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}`;
    const next = (await admin.post("/api/downloads", { magnet })).json.id;
    assert.ok(next > id, `${next} after ${id}`);
  });
});

describe("a download", () => {
  const bytes = randomBytes(300_000);
  let id = 0;
  test("by its .torrent knows at once what is inside", async () => {
    const body = { torrent: torrentOf("Some Film (2021).mkv", bytes), paused: true };
    const added = await admin.post("/api/downloads", body);
    assert.equal(added.status, 201);
    id = added.json.id;
    assert.equal((await admin.read(`/api/downloads/${id}`)).size, bytes.length);
    const shown = await until("the engine to have it", async () => {
      const now = await admin.read(`/api/downloads/${id}`);
      return now.pieces.count > 0 && now;
    });
    assert.equal(shown.state, "paused");
    assert.equal(shown.pieces.count, Math.ceil(bytes.length / 16384));
    assert.equal(shown.fileList.length, 1);
    assert.equal(shown.fileList[0].size, bytes.length);
  });
  test("takes limits, a ratio and a pin, and keeps them", async () => {
    const body = { upLimit: 5000, downLimit: 7000, ratioLimit: 1.5, pinned: true };
    const now = await admin.patch(`/api/downloads/${id}`, body);
    assert.equal(now.status, 200);
    for (const row of [now.json, await find(id)]) {
      assert.deepEqual(row.limit, { down: 7000, up: 5000 });
      assert.equal(row.ratioLimit, 1.5);
      assert.equal(row.isPinned, true);
    }
  });
  test("goes on and pauses again", async () => {
    const change = (paused: boolean) => admin.patch(`/api/downloads/${id}`, { paused });
    assert.equal((await change(false)).status, 200);
    await until("it to go on", async () => (await find(id)).state !== "paused");
    assert.equal((await change(true)).status, 200);
    await until("it to pause", async () => (await find(id)).state === "paused");
  });
  for (const body of [
    { upLimit: -1 },
    { downLimit: 1.5 },
    { ratioLimit: -1 },
    { paused: "yes" },
    { fileIndex: 10_000 },
    { title: "x" },
  ]) {
    test(`${JSON.stringify(body)} is 400`, async () => {
      const reply = await admin.patch(`/api/downloads/${id}`, body);
      assert.equal(reply.status, 400);
    });
  }
  test("is gone when it is removed", async () => {
    assert.equal((await admin.delete(`/api/downloads/${id}?erase=true`)).status, 204);
    assert.equal((await admin.get(`/api/downloads/${id}`)).status, 404);
    assert.equal(await find(id), undefined);
  });
  for (const bad of ["0", "-1", "abc", "9".repeat(30)]) {
    test(`number ${bad} is 400`, async () => {
      assert.equal((await admin.get(`/api/downloads/${bad}`)).status, 400);
    });
  }
});
