// Subtitles from OpenSubtitles: by the hash of a file, by the numbers of a title,
// by its name; fetched once, for everybody; and whatever that service does, what
// is here goes on as before.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { apiKey, OpenSubtitles } from "../upstreams/opensubtitles.ts";
import type { Client } from "../world/client.ts";
import { episodes, movieFile, movies, show, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { Line } from "../world/socket.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged against the contract
type Json = any;

const world = await newWorld();
await showFilms(world);
const service = await new OpenSubtitles().start();
after(() => service.stop());
const config = async (name: string, value: string) => {
  const reply = await world.admin.put("/api/config", { settings: [{ name, value }] });
  assert.equal(reply.status, 200, JSON.stringify(reply.json));
};
await config("opensubtitles.url", service.base);

/** The hash by its definition, read anew. */
function hashOf(file: string): string {
  const bytes = readFileSync(file);
  let sum = BigInt(bytes.length);
  for (const start of [0, bytes.length - 65_536])
    for (let at = start; at < start + 65_536; at += 8) sum += bytes.readBigUInt64LE(at);
  return (sum & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, "0");
}

async function play(person: Client, name: string): Promise<string> {
  const titleId = `movie-${await world.movieId(name)}`;
  return (await person.send("/api/play/start", { titleId })).streamingKey;
}

const search = (key: string, language = "en") =>
  world.admin.get(`/api/subtitles/${key}/search?language=${language}`);
const fetch = (key: string, fileId: number) =>
  world.admin.post(`/api/subtitles/${key}/fetch`, { fileId });
const srt = (text: string) => Buffer.from(`1\n00:00:01,000 --> 00:00:03,000\n${text}\n`);
const searches = () => service.asked.filter(({ url }) => url.includes("/subtitles?"));

/** miaud goes by it at once, and by nothing it was told before. */
async function setUpAnew(): Promise<void> {
  service.asked = [];
  await config("opensubtitles.url", service.base);
}

const offers = () => [
  {
    ...{ fileId: 11, language: "en", release: "First.Light.2019.WEB" },
    downloads: 5,
    bytes: srt("Exact"),
    hash: hashOf(movieFile(world, "front")),
  },
  {
    ...{ fileId: 12, language: "en", release: "Tail.End" },
    ...{ imdbId: 12345, downloads: 1 },
    bytes: srt("By id"),
  },
  {
    ...{ fileId: 13, language: "en", release: "Tail.End.SDH" },
    ...{ imdbId: 12345, downloads: 9 },
    ...{ sdh: true, bytes: srt("By id too") },
  },
  {
    ...{ fileId: 17, language: "en", release: "Tail.End.by.program" },
    ...{ imdbId: 12345, downloads: 99 },
    ...{ machine: true, bytes: srt("Translated") },
  },
  {
    ...{ fileId: 14, language: "en", release: "Web.Weave" },
    name: "web weave",
    bytes: Buffer.from(
      "[Script Info]\n\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:03.00,By name\n",
    ),
    fileName: "x.ass",
  },
  {
    ...{ fileId: 15, language: "en", release: "Harbour" },
    name: show.toLowerCase(),
    season: 2,
    episode: 1,
    bytes: srt("Third"),
  },
  {
    ...{ fileId: 16, language: "fr", release: "No text" },
    imdbId: 12345,
    bytes: Buffer.from("<html>nothing</html>"),
  },
];

beforeEach(() => {
  service.offers = offers();
  service.remaining = 20;
  service.linkOrigin = "";
});

describe("without a key of its API", () => {
  test("nothing is asked, and a sentence says what to do", async () => {
    const titleId = `movie-${await world.movieId(movies.front)}`;
    const begun = await world.admin.send("/api/play/start", { titleId });
    assert.equal(begun.subtitlesOnline, false);
    const reply = await search(begun.streamingKey);
    assert.equal(reply.status, 409);
    assert.equal(reply.json.code, "upstream_off");
    assert.match(reply.json.message, /administrator/);
    assert.equal(service.asked.length, 0);
  });

  test("the key is kept sealed and shown to nobody", async () => {
    await config("opensubtitles.apiKey", apiKey);
    const titleId = `movie-${await world.movieId(movies.front)}`; // known a moment later
    await until("Play to know it", async () => {
      const begun = await world.admin.send("/api/play/start", { titleId });
      return begun.subtitlesOnline || undefined;
    });
    assert.doesNotMatch(
      readFileSync(path.join(world.state, "miauflix.db"), "latin1"),
      /opensubtitles-key/,
    );
    const { settings } = await world.admin.read("/api/config");
    assert.doesNotMatch(JSON.stringify(settings), /opensubtitles-key/);
    assert.doesNotMatch(world.ctl("config", "list").stdout, /opensubtitles-key/);
  });
});

describe("a search", () => {
  test("finds by the hash what was made for the file", async () => {
    const { json } = await search(await play(world.admin, movies.front));
    assert.deepEqual(
      json.results.map((r: Json) => [r.fileId, r.exactMatch, r.release, r.downloads]),
      [[11, true, "First.Light.2019.WEB", 5]],
    );
    assert.equal(service.asked.at(-1)?.headers["api-key"], apiKey);
  });

  test("goes on by the numbers of the title, the most fetched first", async () => {
    const line = await Line.open(path.join(world.state, "run/miaud.sock"));
    const title = { kind: "movie", name: movies.tail, year: 2020, imdbId: "tt0012345" };
    assert.ok((await line.call("catalogue.import", { titles: [title] })).result);
    line.close();
    service.asked = [];
    const { json } = await search(await play(world.admin, movies.tail));
    assert.deepEqual(
      json.results.map((r: Json) => [r.fileId, r.exactMatch, r.hearingImpaired]),
      [
        [13, false, true],
        [12, false, false],
        [17, false, false],
      ],
    );
    const byProgram = json.results.map((r: Json) => r.machineTranslated);
    assert.deepEqual(byProgram, [false, false, true], "those come last");
    assert.deepEqual(
      searches().map(({ url }) => url.replace(/moviehash=.*/, "moviehash=…")),
      [
        "/api/v1/subtitles?languages=en&moviehash=…",
        "/api/v1/subtitles?imdb_id=12345&languages=en",
      ],
    );
  });

  test("ends with the name; an episode by its place in the show", async () => {
    service.asked = [];
    // The episodes are the same bytes as a film.
    service.offers = service.offers.filter(({ hash }) => hash === undefined);
    const film = await search(await play(world.admin, movies.webm));
    assert.deepEqual(
      film.json.results.map((r: Json) => r.fileId),
      [14],
    );
    assert.match(searches().at(-1)?.url ?? "", /\?languages=en&query=web%20weave&year=2022$/);
    const titleId = `show-${await world.showId(show)}`;
    const [season, episode] = episodes[2] ?? [];
    const { streamingKey } = await world.admin.send("/api/play/start", {
      titleId,
      season,
      episode,
    });
    const { json } = await search(streamingKey);
    assert.deepEqual(
      json.results.map((r: Json) => r.fileId),
      [15],
    );
    const asked = "?episode_number=1&languages=en&query=harbour%20tales&season_number=2";
    assert.ok(searches().at(-1)?.url.endsWith(asked), searches().at(-1)?.url);
  });

  test("that finds nothing says so", async () => {
    const { status, json } = await search(await play(world.admin, movies.surround));
    assert.equal(status, 200);
    assert.deepEqual(json.results, []);
  });

  test("needs a key that plays something, and a language", async () => {
    assert.equal((await search("A".repeat(43))).status, 401);
    const key = await play(world.admin, movies.front);
    assert.equal((await world.admin.get(`/api/subtitles/${key}/search`)).status, 400);
  });
});

describe("what was found", () => {
  test("is fetched once and is a track for everybody", async () => {
    const key = await play(world.admin, movies.front);
    await search(key);
    const { status, json } = await fetch(key, 11);
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(json.quota, { remaining: 19, resetAt: "2099-01-01T00:00:00.000Z" });
    const track = json.subtitles[json.index];
    assert.equal(track.exactMatch, true);
    assert.equal(track.title, "First.Light.2019.WEB");
    assert.match((await world.visitor().get(track.url)).text, /^WEBVTT[\s\S]*Exact/);
    // Another person, another key, another day.
    const uma = await world.person("uma@example.org");
    const theirs = await play(uma, movies.front);
    const list = (await world.visitor().read(`/api/subtitles/${theirs}`)).subtitles;
    assert.equal(list.at(-1).title, "First.Light.2019.WEB");
    // Once more costs nothing.
    service.asked = [];
    await search(theirs);
    assert.equal((await fetch(theirs, 11)).status, 200);
    assert.deepEqual(
      service.asked.filter(({ url }) => url.includes("/download")),
      [],
    );
    assert.equal(service.remaining, 19);
  });

  test("alone can be fetched", async () => {
    const key = await play(world.admin, movies.front);
    service.asked = [];
    const { status, json } = await fetch(key, 12);
    assert.equal(status, 404);
    assert.equal(json.code, "subtitle_not_found");
    assert.equal(service.asked.length, 0);
  });

  test("may be of another format", async () => {
    const key = await play(world.admin, movies.webm);
    await search(key);
    const { json } = await fetch(key, 14);
    const track = json.subtitles[json.index];
    assert.deepEqual([track.format, track.exactMatch], ["ass", false]);
    assert.match((await world.visitor().get(track.url)).text, /By name/);
  });

  test("is refused when there are no subtitles in it", async () => {
    const key = await play(world.admin, movies.tail);
    await search(key, "fr");
    const { status, json } = await fetch(key, 16);
    assert.equal(status, 502);
    assert.equal(json.code, "upstream_answer");
    assert.equal(existsSync(path.join(world.state, "subtitles/16")), false);
    assert.deepEqual((await world.admin.read(`/api/subtitles/${key}`)).subtitles, []);
  });

  test("is not got from an address in the house", async () => {
    const other = await new OpenSubtitles().start();
    after(() => other.stop());
    service.linkOrigin = other.origin;
    const key = await play(world.admin, movies.tail);
    await search(key);
    const { status, json } = await fetch(key, 12);
    assert.deepEqual([status, json.code], [502, "upstream_answer"]);
    assert.match(json.message, /not of the public Internet/);
    assert.equal(other.asked.length, 0);
  });

  test("waits for the quota, without asking in vain", async () => {
    service.remaining = 0;
    const key = await play(world.admin, movies.tail);
    await search(key);
    const first = await fetch(key, 12);
    assert.deepEqual([first.status, first.json.code], [503, "upstream_quota"]);
    assert.match(first.json.message, /begins anew at 2099-01-01 00:00 UTC/);
    const left = (Date.parse(service.resetAt) - Date.now()) / 1000;
    assert.ok(Math.abs(Number(first.headers["retry-after"]) - left) < 600);
    service.asked = [];
    assert.equal((await fetch(key, 12)).json.code, "upstream_quota");
    assert.equal(service.asked.length, 0);
    // It is known after another start, and forgotten with another key.
    await world.stop();
    await world.start();
    assert.equal((await search(await play(world.admin, movies.tail))).json.quota.remaining, 0);
    await setUpAnew();
    service.remaining = 1;
    const again = await play(world.admin, movies.tail);
    assert.equal((await search(again)).json.quota, null);
    assert.equal((await fetch(again, 12)).json.quota.remaining, 0);
    await setUpAnew();
  });
});
