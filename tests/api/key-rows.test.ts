// Which rows a key opens: every row of the contract with a key of each scope, with
// a sign-in by an app password, with a key that was revoked.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { type Operation, operations } from "../world/contract.ts";
import { showFilms } from "../world/films.ts";
import { keyHolder, makeKey, told } from "../world/keys.ts";
import { collectIds, type Ids, outcomes, sampleOf } from "../world/samples.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
await world.pictured();
const { admin } = world;
const uma = await world.person("uma@example.org");
const ids = await collectIds(world, uma);

function call(client: Client, op: Operation, own: Ids): Promise<Reply> {
  const { target, json } = sampleOf(op, own);
  const ask = op.path === "/api/events" ? { cutAfter: 1 } : {};
  return client.ask(op.method, target, json === undefined ? ask : { ...ask, json });
}

const signed = operations.filter((op) => op.access === "user" || op.access === "admin");
const name = (op: Operation) => `${op.method} ${op.path}`;

async function holder(person: Client, scope: string): Promise<{ client: Client; ids: Ids }> {
  const client = keyHolder(world, await makeKey(person, { scope }));
  return { client, ids: await collectIds(world, client) };
}

/** Signed in by an app password, which lets in as a key does. */
async function player(): Promise<{ client: Client; ids: Ids }> {
  const { secret } = await makeKey(admin, { kind: "password", scope: "full" });
  const client = await world.visitor().signIn(admin.user.email, secret);
  return { client, ids: await collectIds(world, client) };
}

/** How much a scope opens. */
const widths = ["play", "read", "full"];

const held = {
  play: { client: keyHolder(world, await makeKey(uma, { scope: "play" })), ids },
  read: await holder(admin, "read"),
  full: await holder(admin, "full"),
  player: await player(),
};

describe("an administrator's key", () => {
  for (const op of signed) {
    for (const [how, { client, ids: own }] of Object.entries(held)) {
      const scope = how === "player" ? "full" : how;
      const isOpen = op.keys !== null && widths.indexOf(scope) >= widths.indexOf(op.keys);
      test(`${how}: ${name(op)} is ${isOpen ? "let in" : "403"}`, async () => {
        const reply = await call(client, op, own);
        if (isOpen) assert.equal(reply.status, outcomes[op.id] ?? 200, reply.text);
        else assert.deepEqual([reply.status, reply.json.code], [403, "key_scope"]);
      });
    }
  }

  test("reads and plays by the one scope, changes by the other", () => {
    for (const op of signed) {
      if (op.keys === "full") assert.notEqual(op.method, "GET", name(op));
      if (op.keys !== "read" || op.method === "GET") continue;
      const plays = /^\/api\/(play\/|movies\/\{movie\}\/|shows\/.*\/\{quality\}$)/;
      assert.match(op.path, plays);
    }
  });

  test("plays what is exported by the narrowest, and reads nothing else", async () => {
    const open = signed.filter(({ keys }) => keys === "play").map(({ path: at }) => at);
    assert.deepEqual(open, ["/api/export/{pass}/{item}", "/api/export/{pass}/play/{film}"]);
    const { secret } = await makeKey(uma, { scope: "play" });
    const visitor = world.visitor();
    const list = (await visitor.get(`/api/export/${secret}/all-movies.m3u`)).text;
    const film = `/api/export/${secret}/play/movie-${ids.movie}`;
    assert.ok(list.includes(film), list);
    const { location } = (await visitor.get(film)).headers;
    const [, streamKey] = /\/api\/stream\/([^/]+)$/.exec(String(location)) ?? [];
    for (const [at, type] of [
      [`/api/stream/${streamKey}`, /^video\//],
      [`/api/hls/${streamKey}/master.m3u8`, /mpegurl/],
    ] as const) {
      const { status, headers } = await visitor.get(at);
      assert.equal(status, 200, at);
      assert.match(String(headers["content-type"]), type);
    }
    const elsewhere = visitor.get(`/api/export/${secret}/play/movie-999999`);
    assert.equal((await elsewhere).status, 404);
  });

  test("opens nothing by which more than a key could be had", () => {
    const closed = signed.filter((op) => op.keys === null).map((op) => op.path);
    for (const op of signed.filter(({ path: at }) => at.startsWith("/api/auth/")))
      assert.equal(op.keys, null, name(op));
    for (const at of ["/api/me/export", "/api/me/profiles", "/api/users/{user}/reset"])
      assert.ok(closed.includes(at), at);
  });

  test("that was revoked is 401 everywhere", async () => {
    const key = await makeKey(uma, { scope: "full" });
    await uma.delete(`/api/auth/keys/${key.id}`);
    for (const op of signed) {
      // Each from an address of its own: wrong ones are counted.
      const gone = keyHolder(world, key);
      assert.equal((await call(gone, op, ids)).status, 401, name(op));
    }
  });

  test("administers only for who does", async () => {
    const { client } = await holder(uma, "full");
    for (const op of signed.filter(({ access, keys }) => access === "admin" && keys !== null)) {
      const reply = await call(client, op, ids);
      assert.deepEqual([reply.status, reply.json.code], [403, "forbidden"], name(op));
    }
  });
});

describe("what is watched by a key", () => {
  const titleId = `movie-${ids.movie}`;
  const place = async (): Promise<unknown> => {
    const { progress } = await uma.read("/api/progress");
    const of = progress.find(({ movieId }: { movieId: number }) => movieId === ids.movie);
    return of && [of.position, of.status];
  };

  test("goes on elsewhere where it stopped, with either scope", async () => {
    for (const [scope, position] of [
      ["read", 3],
      ["full", 4],
    ] as const) {
      const { client } = await holder(uma, scope);
      const { streamingKey } = await client.send("/api/play/start", { titleId });
      const beat = { streamingKey, position };
      assert.equal((await client.post("/api/play/heartbeat", beat)).status, 204);
      assert.deepEqual(await place(), [position, "watching"], scope);
    }
  });

  test("is marked by a key that may change, and by no other", async () => {
    const mark = { type: "movie", movieId: ids.movie, progress: 0.5, status: "watching" };
    const { client: reader } = await holder(uma, "read");
    assert.deepEqual(told(await reader.post("/api/progress", mark)), [403, "key_scope"]);
    const { client: writer } = await holder(uma, "full");
    await uma.delete(`/api/progress/${titleId}`);
    assert.equal(await place(), undefined);
    assert.ok((await writer.post("/api/progress", mark)).status < 300);
    assert.notEqual(await place(), undefined);
  });
});
