// Playing: start, keys, positions, what is next, subtitles, intents.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { movies, show, showFilms } from "../world/films.ts";
import { noKey, nowhere } from "../world/samples.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
const uma = await world.person("uma@example.org");
const visitor = world.visitor();
const movie = await world.movieId(movies.front);
const surround = await world.movieId(movies.surround);
const showId = await world.showId(show);
const start = (body: object) => uma.send("/api/play/start", body);

describe("start", () => {
  test("of a movie gives everything a player needs", async () => {
    const play = await start({ titleId: `movie-${movie}` });
    assert.equal(play.titleId, `movie-${movie}`);
    assert.equal(play.url, `/api/stream/${play.streamingKey}`);
    assert.equal(play.directPlay, true);
    assert.equal(play.hlsUrl, `/api/hls/${play.streamingKey}/master.m3u8`);
    assert.deepEqual([play.method, play.reason.code], ["direct", "plays"]);
    assert.equal(play.position, 0);
    assert.equal(play.next, null);
    assert.equal(play.quality, "SD");
    assert.ok(Date.parse(play.expiresAt) > Date.now() + 5 * 3600_000);
    assert.equal((await visitor.get(play.url)).status, 200);
  });

  test("says that a browser's codecs do not suffice", async () => {
    const plain = await start({ titleId: `movie-${surround}` });
    assert.equal(plain.directPlay, false, "AC-3 is in no browser's list");
    assert.equal(plain.media.audio[0].codec, "AC-3");
    assert.deepEqual([plain.method, plain.reason.code], ["sound", "sound"]);
    assert.match(plain.reason.sentence, /cannot play AC-3/);
    const codecs = ["avc1.42C00D", "avc1.640028", "ac-3", "mp4a.40.2"];
    const able = await start({ titleId: `movie-${surround}`, codecs });
    assert.equal(able.directPlay, true);
    assert.equal(able.method, "direct");
    const none = await start({ titleId: `movie-${movie}`, codecs: ["vp09.00.10.08"] });
    assert.equal(none.directPlay, false, "this player decodes VP9 only");
    assert.deepEqual([none.method, none.reason.code], ["transcode", "picture"]);
    const small = { codecs: ["avc1.640028", "mp4a.40.2"], maxHeight: 100, hdr: false };
    const little = await start({ titleId: `movie-${movie}`, hls: small });
    assert.deepEqual([little.method, little.reason.code], ["transcode", "size"]);
  });

  test("tells with the key of a quality how it plays too", async () => {
    await start({ titleId: `movie-${surround}` });
    const key = await uma.send(`/api/movies/${surround}/auto`);
    assert.equal(key.hlsUrl, `/api/hls/${key.streamingKey}/master.m3u8`);
    assert.deepEqual([key.method, key.reason.code], ["sound", "sound"]);
  });

  test("of a show begins at the first episode and names the next", async () => {
    const play = await start({ titleId: `show-${showId}` });
    assert.deepEqual([play.season, play.episode, play.title], [1, 1, "Arrival"]);
    assert.deepEqual([play.next.season, play.next.episode], [1, 2]);
    const second = await start({ titleId: `show-${showId}`, season: 1, episode: 2 });
    assert.deepEqual([second.next.season, second.next.episode], [2, 1]);
  });

  test("makes a different key each time", async () => {
    const keys = new Set<string>();
    for (let i = 0; i < 5; i++) keys.add((await start({ titleId: `movie-${movie}` })).streamingKey);
    assert.equal(keys.size, 5);
  });

  for (const [status, body] of [
    [400, {}],
    [400, { titleId: "movie-" }],
    [400, { titleId: `movie-${"9".repeat(30)}` }],
    [400, { titleId: "movie-1", extra: true }],
    [400, { titleId: "movie-1", quality: "huge" }],
    [400, { titleId: "movie-1", season: -1 }],
    [400, { titleId: "movie-1", codecs: "avc1" }],
    [400, { titleId: "movie-1", codecs: Array(65).fill("avc1") }],
    [400, { titleId: "movie-1", codecs: [1] }],
    [400, { titleId: "movie-1", hls: [] }],
    [400, { titleId: "movie-1", hls: { maxHeight: 0 } }],
    [400, { titleId: "movie-1", hls: { codecs: Array(65).fill("avc1") } }],
    [400, { titleId: "movie-1", hls: { colours: true } }],
    [404, { titleId: "movie-999999999" }],
    [404, { titleId: "tt9999999" }],
    [404, { titleId: `show-${showId}`, season: 9, episode: 9 }],
  ] as [number, object][]) {
    test(`${JSON.stringify(body).slice(0, 60)} is ${status}`, async () => {
      assert.equal((await uma.post("/api/play/start", body)).status, status);
    });
  }

  test("by movie, quality and by episode", async () => {
    const key = await uma.send(`/api/movies/${movie}/auto`);
    assert.equal((await visitor.get(key.url)).status, 200);
    const part = await uma.send(`/api/shows/${showId}/seasons/2/episodes/1/FHD`);
    assert.equal((await visitor.get(part.url)).status, 200);
    assert.equal((await uma.post(`/api/movies/${movie}/ULTRA`)).status, 400);
    assert.equal((await uma.post("/api/movies/999999999/auto")).status, 404);
  });
});

describe("a key", () => {
  test("lives on when renewed", async () => {
    const { streamingKey } = await start({ titleId: `movie-${movie}` });
    const renewed = await uma.send("/api/play/renew", { streamingKey });
    assert.equal(renewed.streamingKey, streamingKey);
    assert.ok(Date.parse(renewed.expiresAt) > Date.now());
  });
  test("that nobody has cannot be renewed", async () => {
    assert.equal((await uma.post("/api/play/renew", { streamingKey: noKey })).status, 404);
    assert.equal((await uma.post("/api/play/renew", { streamingKey: "short" })).status, 400);
  });
});

describe("the state", () => {
  test("of a file of the library is that all of it is here", async () => {
    const { streamingKey, url } = await start({ titleId: `movie-${movie}` });
    const state = await uma.send("/api/play/state", { streamingKey });
    const bytes = Number((await visitor.head(url)).headers["content-length"]);
    assert.equal(state.state, "whole");
    assert.equal(state.size, bytes);
    assert.deepEqual(state.published, [[0, bytes]]);
    assert.equal(state.problem, null);
  });
  test("is told to the key's owner alone", async () => {
    const { streamingKey } = await start({ titleId: `movie-${movie}` });
    assert.equal((await world.admin.post("/api/play/state", { streamingKey })).status, 404);
    assert.equal((await uma.post("/api/play/state", { streamingKey: noKey })).status, 404);
    assert.equal((await uma.post("/api/play/state", {})).status, 400);
  });
});

describe("positions", () => {
  const beat = (body: object) => uma.post("/api/play/heartbeat", body);

  test("are kept by key and by title and come back at start", async () => {
    const { streamingKey } = await start({ titleId: `movie-${movie}` });
    assert.equal((await beat({ streamingKey, position: 2.5, duration: 6 })).status, 204);
    const found = await uma.read(`/api/movies/${movie}`);
    assert.equal(found.progress.position, 2.5);
    assert.equal(found.progress.status, "watching");
    assert.ok(Math.abs(found.progress.progress - 2.5 / 6) < 0.02);
    await beat({ titleId: `movie-${movie}`, position: 3, duration: 6, state: "paused" });
    const again = await start({ titleId: `movie-${movie}` });
    assert.equal(again.position, 3);
    assert.equal(again.progress.status, "paused");
  });

  test("fill the row of what is being watched, newest first", async () => {
    await beat({ titleId: `show-${showId}`, season: 1, episode: 1, position: 1, duration: 6 });
    const lists = await uma.read("/api/lists");
    assert.equal(lists[0].slug, "continue-watching");
    const { results } = await uma.read("/api/lists/continue-watching");
    assert.deepEqual(
      results.map((r: { _type: string }) => r._type),
      ["tvshow", "movie"],
    );
    const other = await world.admin.read("/api/lists");
    assert.notEqual(other[0].slug, "continue-watching");
  });

  test("near the end are a finished film, which starts anew", async () => {
    await beat({ titleId: `movie-${movie}`, position: 5.6, duration: 6 });
    const found = await uma.read(`/api/movies/${movie}`);
    assert.equal(found.progress.status, "completed");
    assert.equal((await start({ titleId: `movie-${movie}` })).position, 0);
    const { results } = await uma.read("/api/lists/continue-watching");
    assert.ok(results.every((r: { _type: string }) => r._type !== "movie"));
  });

  test("at the end of an episode lead to the next one", async () => {
    await beat({
      titleId: `show-${showId}`,
      season: 1,
      episode: 2,
      position: 6,
      duration: 6,
      state: "ended",
    });
    const play = await start({ titleId: `show-${showId}` });
    assert.deepEqual([play.season, play.episode], [2, 1]);
  });

  test("are set by share as well, with the same result", async () => {
    const post = (body: object) => uma.post("/api/progress", body);
    const done = await post({ type: "movie", movieId: surround, progress: 0.5, status: "paused" });
    assert.equal(done.status, 204);
    const { progress } = await uma.read("/api/progress");
    const row = progress.find((p: { movieId: number }) => p.movieId === surround);
    assert.equal(row.status, "paused");
    assert.ok(Math.abs(row.position - 3) < 0.2, `position ${row.position}`);
    const episode = {
      type: "episode",
      showId,
      season: 2,
      episode: 1,
      progress: 0.1,
      status: "watching",
    };
    assert.equal((await post(episode)).status, 204);
    const first = (await uma.read("/api/progress?pageSize=1")).progress[0];
    assert.deepEqual([first.showId, first.season, first.episode], [showId, 2, 1]);
  });

  for (const [status, body] of [
    [400, { position: 1 }],
    [400, { streamingKey: noKey }],
    [400, { titleId: "movie-1", position: -1 }],
    [400, { titleId: "movie-1", position: "1" }],
    [400, { titleId: "movie-1", position: 1e9 }],
    [400, { titleId: "movie-1", position: 1, state: "flying" }],
    [404, { streamingKey: noKey, position: 1 }],
    [404, { titleId: "movie-999999999", position: 1 }],
  ] as [number, object][]) {
    test(`heartbeat ${JSON.stringify(body).slice(0, 60)} is ${status}`, async () => {
      assert.equal((await beat(body)).status, status);
    });
  }
  for (const [status, body] of [
    [400, { type: "movie", progress: 1.1, status: "paused", movieId: 1 }],
    [400, { type: "movie", progress: 0.5, status: "paused" }],
    [400, { type: "episode", progress: 0.5, status: "paused", showId: 1 }],
    [400, { type: "song", progress: 0.5, status: "paused", movieId: 1 }],
    [400, { type: "movie", progress: 0.5, status: "done", movieId: 1 }],
    [404, { type: "movie", progress: 0.5, status: "paused", movieId: 999_999_999 }],
  ] as [number, object][]) {
    test(`progress ${JSON.stringify(body).slice(0, 60)} is ${status}`, async () => {
      assert.equal((await uma.post("/api/progress", body)).status, status);
    });
  }

  test("NaN and infinity are no JSON", async () => {
    for (const value of ["NaN", "Infinity", "1e999"]) {
      const body = `{"titleId":"movie-${movie}","position":${value}}`;
      const headers = { "content-type": "application/json" };
      const reply = await uma.post("/api/play/heartbeat", undefined, { body, headers });
      assert.equal(reply.status, 400, value);
    }
  });
});

describe("subtitles", () => {
  test("beside the file are listed and served as WebVTT", async () => {
    const play = await start({ titleId: `movie-${movie}` });
    const english = play.subtitles.find((s: { language: string }) => s.language === "en");
    const german = play.subtitles.find((s: { language: string }) => s.language === "de");
    assert.ok(english && german, JSON.stringify(play.subtitles));
    assert.equal(german.forced, true);
    const listed = await visitor.read(`/api/subtitles/${play.streamingKey}`);
    assert.deepEqual(listed.subtitles, play.subtitles);
    const reply = await visitor.get(english.url);
    assert.match(String(reply.headers["content-type"]), /^text\/vtt/);
    assert.match(reply.text, /^WEBVTT/);
    assert.match(reply.text, /00:00:00\.500 --> 00:00:02\.000\r?\nThe first line of the film\./);
    const latin = await visitor.get(german.url);
    assert.match(latin.text, /Grüße/, "Latin-1 became UTF-8");
  });

  for (const track of [
    "99.vtt",
    "x.vtt",
    "0.srt",
    "..%2f..%2fkeys%2fmaster",
    "-1.vtt",
    "00000.vtt",
  ]) {
    test(`track ${track} is refused`, async () => {
      const { streamingKey } = await start({ titleId: `movie-${movie}` });
      const reply = await visitor.get(`/api/subtitles/${streamingKey}/${track}`);
      assert.ok([400, 404].includes(reply.status), String(reply.status));
    });
  }
});

test("intents are taken from those who know the title", async () => {
  const intent = (body: object) => uma.post("/api/ui/intent", body);
  for (const kind of ["hover", "focus", "open", "continue"]) {
    assert.equal((await intent({ titleId: `movie-${movie}`, kind })).status, 204);
  }
  assert.equal((await intent({ titleId: "movie-999999999", kind: "open" })).status, 404);
  assert.equal((await intent({ titleId: `movie-${movie}`, kind: "stare" })).status, 400);
  assert.equal((await intent({ titleId: nowhere, kind: "open" })).status, 400);
});
