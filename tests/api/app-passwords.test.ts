// App passwords: typed with a remote control, taken where the password is and by
// HTTP Basic, and ended with all who signed in by them.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { Reply } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { heldBack } from "../world/guesses.ts";
import { basic, makeKey, told } from "../world/keys.ts";
import { Listener } from "../world/listener.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

const world = await newWorld();
await showFilms(world, { isShort: true });
const titleId = `movie-${await world.movieId(movies.front)}`;
const uma = await world.person("uma@example.org");

const revoke = async ({ id }: Json): Promise<void> =>
  assert.equal((await uma.delete(`/api/auth/keys/${id}`)).status, 204);
const byPassword = (login: string, secret: string, from = world.visitor()): Promise<Reply> =>
  from.get("/api/me", { headers: basic(login, secret) });

// A person may not have as many as all the tests here make.
beforeEach(async () => {
  for (const key of await uma.read("/api/auth/keys")) await revoke(key);
});

describe("an app password", () => {
  const login = "uma@example.org";

  test("can be typed: letters in groups, as somebody may type them", async () => {
    const { secret, kind } = await makeKey(uma, { kind: "password" });
    assert.equal(kind, "password");
    assert.match(secret, /^[a-hjkmnp-z]{5}(-[a-hjkmnp-z]{5}){3}$/);
    const plain = secret.replaceAll("-", "");
    for (const typed of [secret, plain, plain.toUpperCase(), secret.replaceAll("-", " ")])
      assert.equal((await byPassword(login, typed)).status, 200, typed);
    assert.equal((await byPassword("UMA", secret)).status, 200);
  });

  test("is one person's alone", async () => {
    const { secret } = await makeKey(uma, { kind: "password" });
    for (const name of ["ned@example.org", "nobody@example.org", "", "uma@example.org "])
      assert.equal((await byPassword(name, secret)).status, 401, name);
    assert.equal((await byPassword(login, password)).status, 401, "the password itself");
  });

  test("that is guessed is slowed down", async () => {
    const guesser = world.visitor();
    await until("guesses to be slowed down", async () => {
      const reply = await byPassword(login, "abcde-fghjk-mnpqr-stuvw", guesser);
      assert.ok([401, 429].includes(reply.status));
      return reply.status === 429;
    });
  });

  test("that a browser adds by itself changes nothing from another page", async () => {
    const { secret } = await makeKey(uma, { kind: "password", scope: "full" });
    const ask = (more: Record<string, string>) =>
      world.visitor().patch(
        "/api/me",
        { displayName: "Uma" },
        {
          headers: { ...basic(login, secret), ...more },
        },
      );
    assert.equal((await ask({})).status, 200);
    assert.deepEqual(told(await ask({ origin: "https://evil.example" })), [403, "csrf"]);
    assert.deepEqual(told(await ask({ "sec-fetch-site": "cross-site" })), [403, "csrf"]);
    assert.equal(
      (await ask({ origin: world.origin, "sec-fetch-site": "same-origin" })).status,
      200,
    );
  });

  test("signs in where a password would; the session is a device and does no more", async () => {
    const key = await makeKey(uma, { kind: "password", name: "The old set" });
    const player = await world.visitor().signIn(login, key.secret.toUpperCase());
    assert.equal(player.user.id, uma.user.id);
    const devices = await uma.read("/api/auth/devices");
    const session = player.refreshToken?.split(".")[0];
    assert.ok(devices.some(({ id }: Json) => id === session));
    const strategy = world.sql(
      `SELECT detail FROM audit_log WHERE event = 'session.started' AND target = '${session}'`,
    );
    assert.deepEqual(JSON.parse(strategy), { strategy: "app password" });
    await player.send("/api/play/start", { titleId });
    const change = await player.patch("/api/me", { displayName: "Changed" });
    assert.deepEqual(told(change), [403, "key_scope"]);
    const made = await player.post("/api/auth/keys", { name: "Another" });
    assert.deepEqual(told(made), [403, "key_scope"]);
    const list = await uma.read("/api/auth/keys");
    assert.notEqual(list.find(({ id }: Json) => id === key.id).lastUsedAt, null);
  });

  test("that is revoked takes along who signed in by it", async () => {
    const key = await makeKey(uma, { kind: "password" });
    const player = await world.visitor().signIn(login, key.secret);
    const { streamingKey } = await player.send("/api/play/start", { titleId });
    const listener = await Listener.open(player);
    await revoke(key);
    assert.equal((await player.get("/api/me")).status, 401);
    const { refreshToken } = player;
    assert.equal((await player.post("/api/auth/refresh", { refreshToken })).status, 401);
    assert.equal((await world.visitor().get(`/api/stream/${streamingKey}`)).status, 401);
    await listener.ended();
    const body = { email: login, password: key.secret };
    assert.equal((await world.visitor().post("/api/auth/login", body)).status, 401);
  });

  test("that has expired, or whose person may not sign in, signs nobody in", async () => {
    const person = await world.person("dan@example.org");
    const late = await makeKey(person, { kind: "password", days: 2 });
    const body = { email: "dan@example.org", password: late.secret };
    const enter = () => world.visitor().post("/api/auth/login", body);
    assert.equal((await enter()).status, 200);
    world.sql(`UPDATE api_key SET expires_at = 1 WHERE id = '${late.id}'`);
    assert.deepEqual(told(await enter()), [401, "invalid_credentials"]);
    const good = await makeKey(person, { kind: "password" });
    world.sql("UPDATE user SET state = 'disabled' WHERE email = 'dan@example.org'");
    body.password = good.secret;
    assert.deepEqual(told(await enter()), [401, "invalid_credentials"]);
  });

  test("is asked for as the password is: failures of either slow down both", async () => {
    const person = await world.person("tim@example.org");
    const { secret } = await makeKey(person, { kind: "password" });
    const guesser = world.visitor();
    const enter = (guess: string) =>
      guesser.post("/api/auth/login", { email: "tim@example.org", password: guess });
    await heldBack(
      () => enter("abcde-fghjk-mnpqr-stuvw"),
      () => enter(secret),
    );
    const other = { email: "tim@example.org", password: secret };
    assert.equal((await world.visitor().post("/api/auth/login", other)).status, 200);
  });

  test("does not outlast its key by the life of a session", async () => {
    const key = await makeKey(uma, { kind: "password", days: 1 });
    const player = await world.visitor().signIn(login, key.secret);
    const session = player.refreshToken?.split(".")[0];
    const ends = world.sql(
      `SELECT expires_at, refresh_expires_at FROM session WHERE id = '${session}'`,
    );
    for (const end of ends.split("|")) assert.ok(Number(end) <= Date.parse(key.expiresAt), end);
  });

  test("and the password itself goes on as it is", async () => {
    await makeKey(uma, { kind: "password" });
    await world.visitor().signIn(login, password);
    const body = { email: login, password: "abcde-fghjk-mnpqr-stuvw" };
    const reply = await world.visitor().post("/api/auth/login", body);
    assert.deepEqual(told(reply), [401, "invalid_credentials"]);
  });
});
