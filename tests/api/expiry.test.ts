// What ends with time: access tokens, with them an event stream, sessions,
// stream keys. The shortest times that settings allow, waited out once for all.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { operations } from "../world/contract.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { sleep } from "../world/place.ts";
import { sampleOf } from "../world/samples.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({
  env: { MIAU_AUTH_ACCESS_TTL: "30", MIAU_STREAM_KEY_TTL: "60", MIAU_STREAM_KEY_MAX: "60" },
});
await showFilms(world, { isShort: true });
const movie = await world.movieId(movies.front);

describe("after half a minute", () => {
  let person: Client;
  let listener: Listener;
  let key: string;

  before(async () => {
    person = await world.visitor().signIn("admin@example.org", password);
    listener = await Listener.open(person);
    key = (await person.send("/api/play/start", { titleId: `movie-${movie}` })).streamingKey;
    assert.equal((await person.get("/api/me")).status, 200);
    await sleep(31_000);
  });

  test("the access token has ended, for every row", async () => {
    const show = { movie, show: 1, poster: "/api/images/poster/400/none.webp", key };
    for (const op of operations) {
      if (op.access !== "user" && op.access !== "admin") continue;
      const { target, json } = sampleOf(op, show);
      const reply = await person.ask(op.method, target, json === undefined ? {} : { json });
      assert.equal(reply.status, 401, target);
      assert.equal(reply.json.code, "token_expired", target);
    }
  });

  test("the event stream has ended with it and said why", async () => {
    const heard = await listener.hear("session", (h) => h.event === "session", 20_000);
    assert.equal(heard.data.reason, "expired");
    await listener.ended();
  });

  test("the stream key goes on: a film outlives a token", async () => {
    assert.equal((await world.visitor().get(`/api/stream/${key}`)).status, 200);
  });

  test("the refresh token goes on", async () => {
    const reply = await person.post("/api/auth/refresh", { refreshToken: person.refreshToken });
    assert.equal(reply.status, 200);
    person.token = reply.json.accessToken;
    const ids = await person.read("/api/me");
    assert.equal(ids.role, "admin");
  });

  test("the stream key ends at its own time", async () => {
    await sleep(31_000);
    const reply = await world.visitor().get(`/api/stream/${key}`);
    assert.equal(reply.status, 401);
    assert.equal(reply.json.code, "stream_key_invalid");
  });
});
