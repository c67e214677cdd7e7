// Who may call what: every row of the contract as nobody, with forged tokens,
// as a person, as an administrator, with another person's things and with a
// wrong method. The rows decide; no handler needs an access test of its own.
import assert from "node:assert/strict";
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { type Operation, operations } from "../world/contract.ts";
import { movies, showFilms } from "../world/films.ts";
import { collectIds, type Ids, noKey, outcomes, sampleOf } from "../world/samples.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
await world.pictured();
const uma = await world.person("uma@example.org");
const ned = await world.person("ned@example.org");
const ids = { admin: await collectIds(world, world.admin), uma: await collectIds(world, uma) };

function call(client: Client, op: Operation, own: Ids): Promise<Reply> {
  const { target, json } = sampleOf(op, own);
  const ask = op.path === "/api/events" ? { cutAfter: 1 } : {};
  return client.ask(op.method, target, json === undefined ? ask : { ...ask, json });
}

/** The status when access is no obstacle. */
function assertLetIn(op: Operation, reply: Reply): void {
  const expected = outcomes[op.id];
  if (expected !== undefined) assert.equal(reply.status, expected, reply.text);
  else assert.equal(reply.status, 200, reply.text);
}

const signed = operations.filter((op) => op.access === "user" || op.access === "admin");
const name = (op: Operation) => `${op.method} ${op.path}`;

describe("nobody", () => {
  for (const op of signed) {
    test(`${name(op)} is 401`, async () => {
      const reply = await call(world.visitor(), op, ids.uma);
      assert.equal(reply.status, 401);
      assert.match(String(reply.headers["www-authenticate"]), /^Bearer/);
    });
  }
  for (const op of operations.filter((o) => o.access === "public")) {
    test(`${name(op)} answers`, async () =>
      assertLetIn(op, await call(world.visitor(), op, ids.uma)));
  }
  for (const op of operations.filter((o) => o.access === "refresh")) {
    test(`${name(op)} is nothing without a refresh token`, async () => {
      const reply = await call(world.visitor(), op, ids.uma);
      if (op.id === "list_sessions") assert.deepEqual(reply.json, []);
      else assert.equal(reply.status, 401);
    });
  }
});

describe("a person", () => {
  for (const op of operations.filter((o) => o.access === "user")) {
    test(`${name(op)} is let in`, async () => assertLetIn(op, await call(uma, op, ids.uma)));
  }
  for (const op of operations.filter((o) => o.access === "admin")) {
    test(`${name(op)} is 403`, async () => {
      const reply = await call(uma, op, ids.uma);
      assert.equal(reply.status, 403);
      assert.equal(reply.json.code, "forbidden");
    });
  }
});

describe("an administrator", () => {
  for (const op of signed) {
    test(`${name(op)} is let in`, async () => {
      assertLetIn(op, await call(world.admin, op, ids.admin));
    });
  }
});

describe("forged and spoilt tokens", () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const [head, claims, signature] = (world.admin.token as string).split(".") as [
    string,
    string,
    string,
  ];
  const payload = JSON.parse(Buffer.from(claims, "base64url").toString());
  const sign = (h: string, p: string, key: string | Buffer) =>
    `${h}.${p}.${createHmac("sha256", key).update(`${h}.${p}`).digest("base64url")}`;
  const hs256 = encode({ alg: "HS256", typ: "JWT" });
  const keyOf = (master: Buffer) =>
    Buffer.from(hkdfSync("sha256", master, "", "miauflix access token", 32));
  const ownKey = keyOf(readFileSync(path.join(world.state, "keys/master.key")));
  const now = Math.floor(Date.now() / 1000);
  const until = (exp: number) => encode({ ...payload, iat: now - 7200, exp });
  const flipped = `${signature.slice(0, -2)}${signature.endsWith("AA") ? "BB" : "AA"}`;
  const forged: [string, string][] = [
    ["alg none", `${encode({ alg: "none", typ: "JWT" })}.${claims}.`],
    ["alg None", `${encode({ alg: "None" })}.${claims}.${signature}`],
    ["alg missing", `${encode({ typ: "JWT" })}.${claims}.${signature}`],
    ["another algorithm", `${encode({ alg: "HS512", typ: "JWT" })}.${claims}.${signature}`],
    ["no signature", `${head}.${claims}.`],
    ["no signature part", `${head}.${claims}`],
    ["a flipped signature", `${head}.${claims}.${flipped}`],
    ["an empty key", sign(hs256, claims, "")],
    ["a random key", sign(hs256, claims, randomBytes(32))],
    ["another server's key", sign(hs256, claims, keyOf(randomBytes(32)))],
    ["a token that has expired", sign(hs256, until(now - 3600), ownKey)],
    [
      "other claims",
      `${head}.${encode({ ...payload, role: "admin", sub: ids.uma.key })}.${signature}`,
    ],
    ["a fourth part", `${world.admin.token}.x`],
    ["a space", `${head}. ${claims}.${signature}`],
    ["ten thousand bytes", `${head}.${"A".repeat(10_000)}.${signature}`],
    ["three dots", "..."],
    ["nothing", ""],
  ];
  for (const [what, token] of forged) {
    test(`${what} is 401 everywhere`, async () => {
      const visitor = world.visitor();
      visitor.token = token;
      for (const op of signed) {
        const headers = { authorization: `Bearer ${token}` };
        const { target, json } = sampleOf(op, ids.uma);
        const ask = json === undefined ? { headers } : { headers, json };
        assert.equal((await visitor.ask(op.method, target, ask)).status, 401, name(op));
      }
    });
  }

  test("what is forged here fails for what is wrong with it alone", async () => {
    const visitor = world.visitor();
    visitor.token = sign(hs256, until(Math.trunc(Date.now() / 1000) + 60), ownKey);
    assert.equal((await visitor.get("/api/me")).status, 200);
    visitor.token = sign(hs256, until(now - 3600), ownKey);
    assert.equal((await visitor.get("/api/me")).json.code, "token_expired");
  });

  test("other schemes are 401", async () => {
    for (const value of [`Basic ${world.admin.token}`, `bearer`, `Token ${world.admin.token}`]) {
      const reply = await world.visitor().get("/api/me", { headers: { authorization: value } });
      assert.equal(reply.status, 401, value);
    }
  });

  test("a token of a session that was signed out is 401 everywhere", async () => {
    const gone = await world.visitor().signIn("ned@example.org", password);
    await gone.send("/api/auth/logout", { refreshToken: gone.refreshToken });
    for (const op of signed) {
      const reply = await call(gone, op, ids.uma);
      assert.equal(reply.status, 401, name(op));
    }
  });
});

describe("stream keys", () => {
  const keyed = operations.filter((op) => op.access === "key");
  for (const op of keyed) {
    test(`${name(op)} opens with the key alone`, async () => {
      const reply = await call(world.visitor(), op, ids.uma);
      assert.equal(reply.status, outcomes[op.id] ?? 200, reply.text.slice(0, 300));
      assert.equal(reply.headers["access-control-allow-origin"], "*");
      assert.equal(reply.headers["access-control-allow-credentials"], undefined);
    });
    test(`${name(op)} refuses every other key`, async () => {
      const wrong = [
        noKey,
        `${ids.uma.key}A`,
        ids.uma.key.slice(1),
        uma.token,
        "x",
        "a%2fb",
        "%20",
      ];
      for (const key of wrong as string[]) {
        const reply = await call(world.visitor(), op, { ...ids.uma, key });
        // Nothing of ours holds a slash, written as it may.
        assert.equal(reply.status, key.includes("%2f") ? 400 : 401, key);
      }
    });
  }

  test("end with their session at once", async () => {
    const person = await world.visitor().signIn("ned@example.org", password);
    const own = await collectIds(world, person);
    assert.equal((await world.visitor().get(`/api/stream/${own.key}`)).status, 200);
    await person.send("/api/auth/logout", { refreshToken: person.refreshToken });
    const reply = await world.visitor().get(`/api/stream/${own.key}`);
    assert.equal(reply.status, 401);
    assert.equal(reply.json.code, "stream_key_invalid");
    assert.equal(reply.json.error, "Invalid or expired streaming key");
  });

  test("unknown ones are counted per address", async () => {
    const guesser = world.visitor();
    const begin = performance.now();
    let last = 401;
    let tries = 0;
    while (last === 401 && tries < 500) {
      tries += 1;
      const guess = randomBytes(32).toString("base64url");
      last = (await guesser.get(`/api/stream/${guess}`)).status;
    }
    assert.equal(last, 429, `after ${tries} tries`);
    assert.ok(tries > 1);
    // Twenty, and one more every three seconds that this has taken.
    const most = 21 + (performance.now() - begin) / 3000;
    assert.ok(tries <= most, `${tries} tries instead of ${most}`);
  });
});

describe("another person's things", () => {
  test("a stream key can neither be renewed nor moved", async () => {
    const renewed = await ned.post("/api/play/renew", { streamingKey: ids.uma.key });
    assert.equal(renewed.status, 404);
    const moved = await ned.post("/api/play/heartbeat", { streamingKey: ids.uma.key, position: 3 });
    assert.equal(moved.status, 404);
  });

  test("positions stay with their person", async () => {
    await uma.send("/api/play/heartbeat", { titleId: `movie-${ids.uma.movie}`, position: 3 });
    const seen = await ned.read("/api/progress");
    assert.equal(seen.total, 0);
    const movie = await ned.read(`/api/movies/${ids.uma.movie}`);
    assert.equal(movie.progress, null);
    assert.equal(movie.title, movies.front);
  });

  test("a session is not ended by its id alone", async () => {
    const { id } = await uma.read("/api/auth/session");
    await world.visitor().send(`/api/auth/logout/${id}`);
    assert.equal((await uma.get("/api/me")).status, 200);
  });
});

describe("wrong methods", () => {
  const routes = new Map<string, Operation[]>();
  for (const op of operations) routes.set(op.path, [...(routes.get(op.path) ?? []), op]);
  for (const [route, ops] of routes) {
    test(`${route} says which ones it takes`, async () => {
      const known = new Set(ops.map((op) => op.method));
      if (known.has("GET")) known.add("HEAD");
      const { target } = sampleOf(ops[0] as Operation, ids.admin);
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "FOO"]) {
        if (known.has(method)) continue;
        const isUnjudged = method === "FOO";
        const reply = await world.admin.ask(method, target, { isUnjudged });
        if (isUnjudged && [400, 501].includes(reply.status)) continue;
        // Another row may match the same address: /movies/{movie} and POST.
        assert.equal(reply.status, 405, `${method} ${target}`);
        const allowed = String(reply.headers.allow).split(/, */);
        for (const op of ops) assert.ok(allowed.includes(op.method), `${op.method} in ${allowed}`);
      }
    });
  }

  test("unknown addresses are 404 in the usual shape, for everybody", async () => {
    for (const target of [
      "/api/nothing",
      "/api/movies/1/2/3/4",
      "/api/",
      "/api/auth",
      "/api/v1/nothing",
    ]) {
      for (const client of [world.visitor(), world.admin]) {
        const reply = await client.get(target);
        assert.ok([404, 401].includes(reply.status), `${target}: ${reply.status}`);
        assert.match(String(reply.headers["content-type"]), /^application\/json/);
      }
    }
    assert.equal((await world.admin.get("/api/nothing")).json.code, "route_not_found");
  });
});
