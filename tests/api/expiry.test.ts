// What ends with time: access tokens, with them an event stream, sessions,
// stream keys. The shortest times that settings allow, waited out once for all.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { operations } from "../world/contract.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { inTime, sleep, until } from "../world/place.ts";
import { sampleOf } from "../world/samples.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const movie = await world.movieId(movies.front);
await world.stop();
await world.start({
  MIAU_AUTH_ACCESS_TTL: "30",
  MIAU_STREAM_KEY_TTL: "60",
  MIAU_STREAM_KEY_MAX: "60",
});

describe("after half a minute", () => {
  let person: Client;
  let listener: Listener;
  let key: string;
  let keyEnds: number;
  let first: Reply;
  let later: Reply;

  before(async () => {
    // The key lives for half a minute longer than the token.
    await inTime(58_000, async (begins) => {
      await inTime(28_000, async () => {
        listener?.close();
        person = await world.visitor().signIn("admin@example.org", password);
        listener = await Listener.open(person);
        begins();
        const play = await person.send("/api/play/start", { titleId: `movie-${movie}` });
        key = play.streamingKey;
        keyEnds = Date.parse(play.expiresAt);
        first = await person.get("/api/me");
      });
      await sleep(31_000);
      later = await world.visitor().get(`/api/stream/${key}`);
    });
  });

  test("the access token was good before", () => assert.equal(first.status, 200));

  test("the stream key goes on: a film outlives a token", () => assert.equal(later.status, 200));

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
    const heard = await listener.hear("session", (h) => h.event === "session");
    assert.equal(heard.data.reason, "expired");
    await listener.ended();
  });

  test("the refresh token goes on", async () => {
    const ids = await inTime(28_000, async () => {
      const reply = await person.post("/api/auth/refresh", { refreshToken: person.refreshToken });
      assert.equal(reply.status, 200);
      person.token = reply.json.accessToken;
      person.refreshToken = reply.json.refreshToken;
      return person.get("/api/me");
    });
    assert.equal(ids.status, 200);
    assert.equal(ids.json.role, "admin");
  });

  test("the stream key ends at its own time", async () => {
    await until("its end", () => Date.now() > keyEnds + 1000);
    const reply = await world.visitor().get(`/api/stream/${key}`);
    assert.equal(reply.status, 401);
    assert.equal(reply.json.code, "stream_key_invalid");
  });
});
