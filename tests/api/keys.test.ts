// API keys: made once and shown once, whose they are, and that nothing of them is
// left at the moment in which they end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { heldBack } from "../world/guesses.ts";
import { basic, keyHolder, makeKey, told } from "../world/keys.ts";
import { Listener } from "../world/listener.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

const world = await newWorld();
await showFilms(world);
const titleId = `movie-${await world.movieId(movies.front)}`;
const uma = await world.person("uma@example.org");

const revoke = async (person: Client, { id }: Json): Promise<void> =>
  assert.equal((await person.delete(`/api/auth/keys/${id}`)).status, 204);

// A person may not have as many as all the tests here make.
beforeEach(async () => {
  for (const key of await uma.read("/api/auth/keys")) await revoke(uma, key);
});

describe("a key", () => {
  test("is 256 bits, told once, and of the database's rows none holds it", async () => {
    const key = await makeKey(uma, { scope: "read" });
    assert.match(key.secret, /^mk_[A-Za-z0-9_-]{43}$/);
    assert.equal(Buffer.from(key.secret.slice(3), "base64url").length, 32);
    const { secret, ...rest } = key;
    const list = await uma.read("/api/auth/keys");
    assert.deepEqual(list.at(-1), rest);
    assert.deepEqual([rest.kind, rest.scope, rest.expiresAt], ["key", "read", null]);
    assert.ok(!world.sql(".dump").includes(secret));
  });

  test("is kept by nobody on the way", async () => {
    const reply = await uma.post("/api/auth/keys", { name: "Unkept" });
    assert.equal(reply.status, 201);
    assert.equal(reply.headers["cache-control"], "no-store");
  });

  test("says who asks, and notes when and from where", async () => {
    const key = await makeKey(uma);
    const script = keyHolder(world, key);
    assert.equal((await script.read("/api/me")).id, uma.user.id);
    const row = await until("the use to be written", async () => {
      const list = await uma.read("/api/auth/keys");
      const found = list.find(({ id }: Json) => id === key.id);
      return found.lastUsedAt !== null && found;
    });
    assert.equal(row.lastAddress, script.address);
    assert.ok(row.lastUsedAt >= row.createdAt);
  });

  test("is written down at most once a minute", async () => {
    const key = await makeKey(uma);
    const where = `WHERE id = '${key.id}'`;
    const seconds = (n: number) => Date.now() - n * 1000;
    // Who has used it half a minute ago is not told of again; who did so long ago is.
    world.sql(`UPDATE api_key SET last_used_at = ${seconds(30)}, last_address = 'near' ${where}`);
    await keyHolder(world, key).read("/api/me");
    const other = await makeKey(uma);
    await keyHolder(world, other).read("/api/me");
    const used = (id: string) =>
      world.sql(`SELECT last_address FROM api_key WHERE id = '${id}' AND last_address IS NOT NULL`);
    await until("the other's use", () => Promise.resolve(used(other.id) !== ""));
    assert.equal(used(key.id), "near");
    world.sql(`UPDATE api_key SET last_used_at = ${seconds(90)} ${where}`);
    const late = keyHolder(world, key);
    await late.read("/api/me");
    await until("the later use", () => Promise.resolve(used(key.id) === late.address));
  });

  test("is no device and signs nobody out", async () => {
    const before = await uma.read("/api/auth/devices");
    for (let i = 0; i < 6; i++) await keyHolder(world, await makeKey(uma)).read("/api/me");
    const after = await uma.read("/api/auth/devices");
    const ids = (devices: Json) => devices.map(({ id }: Json) => id).sort();
    assert.deepEqual(ids(after), ids(before));
    assert.deepEqual(
      world.ctlJson("session", "list", "--user", "uma@example.org").map(({ id }: Json) => id),
      ids(before),
    );
  });

  test("ends at its time", async () => {
    const key = await makeKey(uma, { days: 1 });
    const left = Date.parse(key.expiresAt) - Date.parse(key.createdAt);
    assert.equal(left, 24 * 3600 * 1000);
    const script = keyHolder(world, key);
    assert.equal((await script.get("/api/me")).status, 200);
    world.sql(`UPDATE api_key SET expires_at = ${Date.now() - 1} WHERE id = '${key.id}'`);
    assert.deepEqual(told(await script.get("/api/me")), [401, "unauthorized"]);
  });

  test("is one of at most twenty, those of somebody else aside", async () => {
    const eva = await world.person("eva@example.org");
    const keys: Json[] = [];
    for (let i = 0; i < 20; i++) keys.push(await makeKey(eva, { name: `Key ${i}` }));
    const refused = await eva.post("/api/auth/keys", { name: "One more" });
    assert.deepEqual(told(refused), [409, "conflict"]);
    await makeKey(uma);
    await revoke(eva, keys[3]);
    await makeKey(eva);
  });

  test("that is wrong is 401, and soon 429, and counts for its address alone", async () => {
    const { secret } = await makeKey(uma);
    const guesser = world.visitor();
    const enter = (token: string) => {
      guesser.token = token;
      return guesser.get("/api/me");
    };
    const refused = await heldBack(
      () => enter(`mk_${randomBytes(32).toString("base64url")}`),
      () => enter(secret),
    );
    assert.ok(Number(refused.headers["retry-after"]) > 0);
    assert.equal((await keyHolder(world, { secret }).get("/api/me")).status, 200);
  });

  test("of another form is none", async () => {
    const { secret } = await makeKey(uma);
    for (const wrong of ["mk_", secret.slice(0, -1), `${secret}A`, secret.slice(3), `MK_${secret}`])
      assert.equal((await keyHolder(world, { secret: wrong }).get("/api/me")).status, 401, wrong);
    // A key is no app password, and the other way round.
    assert.equal(
      (await world.visitor().get("/api/me", { headers: basic("uma@example.org", secret) })).status,
      401,
    );
    const app = await makeKey(uma, { kind: "password" });
    assert.equal((await keyHolder(world, app).get("/api/me")).status, 401);
  });
});

describe("what a key plays", () => {
  test("ends with it at once, and so does who listens by it", async () => {
    const key = await makeKey(uma);
    const script = keyHolder(world, key);
    const { streamingKey } = await script.send("/api/play/start", { titleId });
    const stream = () => world.visitor().get(`/api/stream/${streamingKey}`);
    assert.equal((await stream()).status, 200);
    const beat = { streamingKey, position: 1 };
    assert.equal((await script.post("/api/play/heartbeat", beat)).status, 204);
    const listener = await Listener.open(script);
    await revoke(uma, key);
    assert.equal((await script.get("/api/me")).status, 401);
    assert.deepEqual(told(await stream()), [401, "stream_key_invalid"]);
    const heard = await listener.hear("its end", (h) => h.event === "session");
    assert.equal(heard.data.reason, "revoked");
    await listener.ended();
  });

  test("is watched by the profile in which it was made, and ends with that", async () => {
    const person = await world.person("pat@example.org");
    const { id } = await person.send("/api/me/profiles", { name: "Second" });
    person.token = (await person.send(`/api/me/profiles/${id}/use`, {})).accessToken;
    const script = keyHolder(world, await makeKey(person));
    assert.equal((await script.read("/api/me")).profile.id, id);
    const { streamingKey } = await script.send("/api/play/start", { titleId });
    const other = await world.visitor().signIn("pat@example.org", password);
    assert.equal((await other.delete(`/api/me/profiles/${id}`, { json: {} })).status, 204);
    assert.equal((await script.get("/api/me")).status, 401);
    assert.equal((await world.visitor().get(`/api/stream/${streamingKey}`)).status, 401);
  });

  test("has the limit of its profile; who has one makes none", async () => {
    const person = await world.person("lim@example.org");
    const wish = { name: "Second" };
    const { id } = await person.send("/api/me/profiles", wish);
    const use = async (profile: string, proof: Json = {}) => {
      person.token = (await person.send(`/api/me/profiles/${profile}/use`, proof)).accessToken;
    };
    const first = (await person.read("/api/me/profiles")).current;
    await use(id);
    const script = keyHolder(world, await makeKey(person, { scope: "full" }));
    await use(first);
    const limit = { isLimited: true, maturityLimit: 6 };
    assert.equal((await person.patch(`/api/me/profiles/${id}`, limit)).status, 200);
    assert.equal((await script.get(`/api/titles/${titleId}`)).status, 404);
    await use(id);
    const refused = await person.post("/api/auth/keys", { name: "A way out" });
    assert.deepEqual(told(refused), [403, "profile_limited"]);
  });
});

describe("who may", () => {
  test("is asked anew with each request: role and state hold at once", async () => {
    const boss = await world.person("boss@example.org", "admin");
    const script = keyHolder(world, await makeKey(boss, { scope: "full" }));
    const id = boss.user.id;
    assert.equal((await script.get("/api/users")).status, 200);
    const listener = await Listener.open(script);
    const change = async (body: Json) =>
      assert.equal((await world.admin.patch(`/api/users/${id}`, body)).status, 200);
    await change({ role: "user" });
    assert.deepEqual(told(await script.get("/api/users")), [403, "forbidden"]);
    // What administrators hear is not for it any more.
    await listener.hear("its end", (h) => h.event === "session");
    await listener.ended();
    assert.equal((await script.get("/api/me")).status, 200);
    await change({ disabled: true });
    assert.equal((await script.get("/api/me")).status, 401);
    await change({ disabled: false });
    assert.equal((await script.get("/api/me")).status, 200);
    await world.admin.delete(`/api/users/${id}`);
    assert.equal((await script.get("/api/me")).status, 401);
    assert.equal(world.sql(`SELECT count(*) FROM api_key WHERE user_id = '${id}'`), "0");
  });

  test("sees to the keys of others is an administrator", async () => {
    const key = await makeKey(uma, { name: "Seen" });
    const keys = await world.admin.read(`/api/users/${uma.user.id}/keys`);
    assert.ok(keys.some(({ id, name }: Json) => id === key.id && name === "Seen"));
    const gone = `/api/users/${world.admin.user.id}/keys/${key.id}`;
    assert.deepEqual(told(await world.admin.delete(gone)), [404, "api_key_not_found"]);
    const own = `/api/users/${uma.user.id}/keys/${key.id}`;
    assert.equal((await uma.delete(own)).status, 403);
    assert.equal((await world.admin.delete(own)).status, 204);
    assert.equal((await keyHolder(world, key).get("/api/me")).status, 401);
  });

  test("ends another person's key by its number: nobody", async () => {
    const key = await makeKey(uma);
    const ned = await world.person("ned@example.org");
    const reply = await ned.delete(`/api/auth/keys/${key.id}`);
    assert.deepEqual(told(reply), [404, "api_key_not_found"]);
    assert.equal((await keyHolder(world, key).get("/api/me")).status, 200);
  });

  test("makes a key has signed in with a password, not by a key", async () => {
    const script = keyHolder(world, await makeKey(uma, { scope: "full" }));
    const reply = await script.post("/api/auth/keys", { name: "Another" });
    assert.deepEqual(told(reply), [403, "key_scope"]);
  });
});

describe("the terminal", () => {
  const create = (...words: string[]) =>
    world.ctl("key", "create", "uma@example.org", "At the terminal", ...words);

  test("makes one, which is all that it prints", async () => {
    const made = create();
    assert.equal(made.code, 0, made.stderr);
    const script = keyHolder(world, { secret: made.stdout.trim() });
    assert.equal((await script.read("/api/me")).id, uma.user.id);
    assert.equal((await script.patch("/api/me", { displayName: "Uma" })).status, 403);
    const [row] = world.ctlJson("key", "list", "--user", "uma@example.org");
    assert.deepEqual([row.name, row.scope, row.kind], ["At the terminal", "read", "key"]);
    assert.equal(row.user.id, uma.user.id);
    assert.ok(!world.ctl("key", "list").stdout.includes(made.stdout.trim()));
    const last = "SELECT actor FROM audit_log WHERE event = 'key.created' ORDER BY id DESC LIMIT 1";
    assert.equal(world.sql(last), "");
  });

  test("gives it scope and days, or makes an app password", async () => {
    const { secret } = JSON.parse(create("--scope", "full", "--days", "2", "--json").stdout);
    const full = keyHolder(world, { secret });
    assert.equal((await full.patch("/api/me", { displayName: "Uma" })).status, 200);
    const headers = basic("uma", create("--password").stdout.trim());
    assert.equal((await world.visitor().get("/api/me", { headers })).status, 200);
    const list: Json[] = world.ctlJson("key", "list", "--user", "uma");
    const days = list.map(({ expiresAt, createdAt }) =>
      expiresAt === null ? null : (Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000,
    );
    assert.deepEqual(days, [2, null]);
    assert.equal(create("--days", "0").code, 2);
    assert.equal(world.ctl("key", "create", "nobody@example.org", "x").code, 1);
    assert.equal(world.ctl("key", "create", "uma@example.org", "x".repeat(101)).code, 1);
  });

  test("ends one, and who listens by it", async () => {
    const { id, secret } = JSON.parse(create("--json").stdout);
    const script = keyHolder(world, { secret });
    const listener = await Listener.open(script);
    const done = world.ctl("key", "revoke", id);
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await script.get("/api/me")).status, 401);
    await listener.ended();
    assert.equal(world.ctl("key", "revoke", id).code, 1);
  });
});
