// Movies, shows, lists, the catalogue and titles: shapes, paging that survives
// changes, filters, partial answers, validators, hostile parameters.
import assert from "node:assert/strict";
import path from "node:path";
import { before, describe, test } from "node:test";
import { episodes, movies, show, showFilms } from "../world/films.ts";
import { place } from "../world/media.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract
type Json = any;

const world = await newWorld();
await showFilms(world);
await world.pictured();
const uma = await world.person("uma@example.org");
const movie = await world.movieId(movies.front);
const showId = await world.showId(show);

async function pages(
  target: string,
  key: string,
  size: number,
  between?: () => Promise<void>,
): Promise<Json[]> {
  const all: Json[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < 100; n++) {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const glue = target.includes("?") ? "&" : "?";
    const page: Json = await uma.read(`${target}${glue}pageSize=${size}${more}`);
    assert.ok(page[key].length <= size);
    all.push(...page[key]);
    cursor = page.cursor;
    if (cursor === null) return all;
    if (n === 0) await between?.();
  }
  throw new Error("paging does not end");
}

describe("a movie", () => {
  test("says what it is and what is inside its file", async () => {
    const found = await uma.read(`/api/movies/${movie}`);
    assert.equal(found.title, movies.front);
    assert.equal(found.year, 2019);
    assert.equal(found.playable, true);
    assert.equal(found.media.container, "mp4");
    assert.match(found.media.videoCodecString, /^avc1\.[0-9a-f]{6}$/i);
    assert.match(found.media.mimeType, /^video\/mp4; codecs="avc1\.[0-9a-f]{6}, ?mp4a\.40\.2"$/i);
    assert.equal(found.media.width, 320);
    assert.equal(found.media.height, 180);
    assert.ok(Math.abs(found.media.duration - 6) < 0.2);
    assert.equal(found.media.audio.length, 1);
    assert.equal("sources" in found, false);
  });

  test("lists its sources when asked, without paths", async () => {
    const reply = await uma.get(`/api/movies/${movie}?includeSources=true`);
    const [source] = reply.json.sources;
    assert.equal(source.source, "file");
    assert.equal(source.quality, "SD");
    assert.ok(!reply.text.includes(world.films), "no path of the server");
  });

  test("in Matroska tells of both sound tracks and inner subtitles", async () => {
    const found = await uma.read(`/api/movies/${await world.movieId(movies.surround)}`);
    assert.equal(found.media.container, "matroska");
    assert.deepEqual(
      found.media.audio.map((a: Json) => a.codec),
      ["AC-3", "AC-3"],
    );
    assert.deepEqual(
      found.media.audio.map((a: Json) => a.language?.slice(0, 2)),
      ["en", "de"],
    );
    assert.equal(found.media.subtitles.length, 1);
    assert.match(found.media.codecString, /ac-3/);
  });

  for (const [target, status, code] of [
    ["/api/movies/999999999", 404, "movie_not_found"],
    ["/api/movies/9007199254740991", 404, "movie_not_found"],
    ["/api/movies/0", 400, "invalid_fields"],
    ["/api/movies/-1", 400, "invalid_fields"],
    ["/api/movies/1.5", 400, "invalid_fields"],
    ["/api/movies/1e3", 400, "invalid_fields"],
    ["/api/movies/abc", 400, "invalid_fields"],
    ["/api/movies/99999999999999999999", 400, "invalid_fields"],
    ["/api/movies/1'%20OR%20'1'='1", 400, "invalid_fields"],
    [`/api/movies/${movie}?evil=1`, 400, undefined],
    [`/api/movies/${movie}?lang=not%20a%20language`, 400, "invalid_fields"],
    [`/api/movies/${movie}?includeSources=perhaps`, 400, "invalid_fields"],
    [`/api/movies/${movie}?lang=en&lang=de`, 400, undefined],
    [`/api/movies/${movie}?fields=nope`, 400, undefined],
    [`/api/movies/${movie}?fields=`, 400, undefined],
    ["/api/movies?pageSize=0", 400, "invalid_fields"],
    ["/api/movies?pageSize=101", 400, "invalid_fields"],
    ["/api/movies?cursor=AAAA", 400, undefined],
    ["/api/movies?sort=random", 400, "invalid_fields"],
    ["/api/movies?year=19", 400, "invalid_fields"],
    ["/api/shows/999999999", 404, "show_not_found"],
    [`/api/shows/${showId}/seasons/77`, 404, "season_not_found"],
    [`/api/shows/${showId}/seasons/1/episodes/77`, 404, "episode_not_found"],
    [`/api/shows/${showId}/seasons/x`, 400, "invalid_fields"],
    [`/api/movies/${showId === movie ? 1 : showId}999`, 404, "movie_not_found"],
    ["/api/lists/no-such-list", 404, "list_not_found"],
    ["/api/titles/movie-999999999", 404, "title_not_found"],
    ["/api/titles/tt0000001", 404, "title_not_found"],
    ["/api/titles/film-1", 400, "invalid_fields"],
    ["/api/catalog?type=song", 400, "invalid_fields"],
  ] as [string, number, string | undefined][]) {
    test(`GET ${target} is ${status}`, async () => {
      const reply = await uma.get(target);
      assert.equal(reply.status, status, reply.text);
      if (code !== undefined) assert.equal(reply.json.code, code);
    });
  }
});

describe("addresses that no honest client sends", () => {
  for (const target of [
    "/api/movies/%00",
    "/api/movies?cursor=%ff%fe",
    "/api/movies/%c0%ae%c0%ae",
    "/api/lists/..%2f..%2fetc%2fpasswd",
    "/api/lists/..%5c..%5cetc",
    `/api/movies/${"9".repeat(9000)}`,
    "/api//movies//1",
    "/api/movies/./1",
  ]) {
    // The web server may refuse or tidy up before a handler sees anything.
    test(`${target.slice(0, 40)} does no harm`, async () => {
      const reply = await uma.get(target, { isUnjudged: true });
      assert.ok(reply.status < 500, String(reply.status));
      const type = String(reply.headers["content-type"]);
      if (reply.status === 200) assert.match(type, /^text\/html/, "at most a page of the app");
      assert.ok(!reply.text.includes("root:x:"));
    });
  }
});

describe("a show", () => {
  test("has its seasons and episodes in order", async () => {
    const found = await uma.read(`/api/shows/${showId}`);
    assert.equal(found.name, show);
    const flat = found.seasons.flatMap((s: Json) =>
      s.episodes.map((e: Json) => [s.seasonNumber, e.episodeNumber, e.title]),
    );
    assert.deepEqual(flat, episodes);
    assert.deepEqual([found.next.season, found.next.episode], [1, 1]);
  });

  test("each level is the same thing", async () => {
    const found = await uma.read(`/api/shows/${showId}`);
    const seasons = await pages(`/api/shows/${showId}/seasons`, "results", 1);
    assert.deepEqual(seasons, found.seasons);
    assert.deepEqual(await uma.read(`/api/shows/${showId}/seasons/1`), found.seasons[0]);
    const list = await pages(`/api/shows/${showId}/seasons/1/episodes`, "results", 1);
    assert.deepEqual(list, found.seasons[0].episodes);
  });

  test("an episode knows its neighbours over the border of a season", async () => {
    const at = (s: number, e: number) =>
      uma.read(`/api/shows/${showId}/seasons/${s}/episodes/${e}`);
    const last = await at(1, 2);
    assert.deepEqual([last.previous.season, last.previous.episode], [1, 1]);
    assert.deepEqual([last.next.season, last.next.episode], [2, 1]);
    assert.equal((await at(1, 1)).previous, null);
    assert.equal((await at(2, 1)).next, null);
    assert.equal(last.show.id, showId);
  });
});

describe("lists", () => {
  test("come in order, none of them empty", async () => {
    const lists = await uma.read("/api/lists");
    const slugs = lists.map((l: Json) => l.slug);
    assert.deepEqual(slugs.slice(0, 3), ["recently-added", "all-movies", "all-shows"]);
    for (const list of lists) {
      assert.equal(list.url, `/list/${list.slug}`);
      assert.ok((await uma.read(`/api/lists/${list.slug}`)).total > 0, list.slug);
    }
  });

  test("hold both kinds where kinds mix", async () => {
    const { results } = await uma.read("/api/lists/recently-added?pageSize=100");
    const kinds = new Set(results.map((r: Json) => r._type));
    assert.deepEqual([...kinds].sort(), ["movie", "tvshow"]);
  });

  test("have an alias that answers the same or not at all", async () => {
    const reply = await uma.get("/api/list/all-movies");
    if (reply.status !== 404) assert.deepEqual(reply.json, await uma.read("/api/lists/all-movies"));
  });
});

describe("paging", () => {
  test("shows each title once, in any page size and order", async () => {
    for (const sort of ["name", "year", "added", "popularity"]) {
      const ids = (list: Json[]) => list.map((item) => item.id);
      const once = ids(await pages(`/api/catalog?sort=${sort}`, "items", 100));
      assert.equal(new Set(once).size, once.length);
      for (const size of [1, 2, 3]) {
        assert.deepEqual(ids(await pages(`/api/catalog?sort=${sort}`, "items", size)), once, sort);
      }
    }
  });

  test("by name is in the order of names", async () => {
    const names = (await pages("/api/movies?sort=name", "results", 2)).map((m) => m.title);
    assert.deepEqual(
      names,
      [...names].sort((a, b) => a.localeCompare(b, "en")),
    );
  });

  test("survives a title that is added between two pages", async () => {
    const before = (await pages("/api/movies?sort=name", "results", 100)).map((m) => m.title);
    const during = await pages("/api/movies?sort=name", "results", 2, async () => {
      await place("front.mp4", path.join(world.films, "Aardvark (2001).mp4"));
      await world.rescan();
    });
    const titles = during.map((m) => m.title);
    assert.equal(new Set(titles).size, titles.length, "nothing twice");
    for (const title of before) assert.ok(titles.includes(title), `${title} was not lost`);
    assert.equal((await world.movieId("Aardvark")) > 0, true);
  });

  test("a cursor of one list is not taken by another", async () => {
    const { cursor } = await uma.read("/api/movies?pageSize=1&sort=name");
    const reply = await uma.get(
      `/api/movies?pageSize=1&sort=year&cursor=${encodeURIComponent(cursor)}`,
    );
    assert.equal(reply.status, 400);
  });
});

describe("answers", () => {
  // Of the film that was added meanwhile, too.
  before(() => world.pictured());

  test("hold only the asked properties", async () => {
    const one = await uma.read(`/api/movies/${movie}?fields=id,title`);
    assert.deepEqual(one, { id: movie, title: movies.front });
    const list = await uma.read("/api/movies?fields=title");
    for (const item of list.results) assert.deepEqual(Object.keys(item), ["title"]);
    assert.ok("total" in list && "cursor" in list);
  });

  test("carry an ETag that saves the body", async () => {
    for (const target of [
      `/api/movies/${movie}`,
      "/api/lists",
      "/api/catalog",
      "/api/openapi.json",
      "/api/me",
    ]) {
      const first = await uma.get(target);
      const tag = String(first.headers.etag);
      assert.match(tag, /^(W\/)?"[^"]+"$/, target);
      assert.match(String(first.headers["cache-control"]), /private|no-cache|public/);
      const second = await uma.get(target, { headers: { "if-none-match": tag } });
      assert.equal(second.status, 304, target);
      const third = await uma.get(target, { headers: { "if-none-match": '"other"' } });
      assert.equal(third.status, 200);
    }
  });

  test("to HEAD are those of GET without the body", async () => {
    for (const target of [`/api/movies/${movie}`, "/api/lists", "/api/health", "/api/movies/1"]) {
      const [get, head] = [await uma.get(target), await uma.head(target)];
      assert.equal(head.status, get.status);
      assert.equal(head.headers["content-type"], get.headers["content-type"]);
      if (head.headers["content-length"] !== undefined) {
        assert.equal(head.headers["content-length"], String(get.body.length));
      }
    }
  });

  test("carry a request id of their own; a stranger does not choose it", async () => {
    const ask = (id: string) => uma.get("/api/lists", { headers: { "x-request-id": id } });
    const seen = new Set<string>();
    for (const id of ["abcdefgh-123", "a b", 'a"b', "<script>"]) {
      const own = String((await ask(id)).headers["x-request-id"]);
      assert.match(own, /^[A-Za-z0-9-]{8,63}$/);
      assert.notEqual(own, id);
      seen.add(own);
    }
    assert.equal(seen.size, 4);
  });

  test("cannot be sniffed, framed or kept by others", async () => {
    const { headers } = await uma.get("/api/me");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(String(headers["cache-control"]), /private|no-store/);
    assert.doesNotMatch(String(headers.server ?? ""), /[0-9]/, "no version of the web server");
  });
});
