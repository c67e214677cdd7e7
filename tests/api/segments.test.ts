// Segments: marks by hand for a film, an episode and a season, which of them holds,
// and who may set them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movies, show, showFilms } from "../world/films.ts";
import { clip } from "../world/media.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const chapters: [start: number, end: number, title: string][] = [
  [0, 5, "Cold open"],
  [5, 12, "Opening"],
  [12, 50, "The Credits Are Mine"],
  [50, 60, "Abspann"],
];
mkdirSync(world.films, { recursive: true });
const notes = path.join(world.films, "chapters.txt");
writeFileSync(
  notes,
  `;FFMETADATA1\n${chapters
    .map(
      ([start, end, title]) =>
        `[CHAPTER]\nTIMEBASE=1/1\nSTART=${start}\nEND=${end}\ntitle=${title}\n`,
    )
    .join("")}`,
);
const withChapters = path.join(world.films, "Long Chapters (2015).mkv");
execFileSync("ffmpeg", [
  ...["-nostdin", "-v", "error", "-i", await clip("front.mp4", 60), "-i", notes],
  ...["-map", "0", "-map_chapters", "1", "-c", "copy", withChapters],
]);
await showFilms(world);
const uma = await world.person("uma@example.org");
const ben = await world.person("ben@example.org");
const movie = `/api/segments/movie-${await world.movieId(movies.front)}`;
const series = `/api/segments/show-${await world.showId(show)}`;
const first = "season=1&episode=1";
const second = "season=1&episode=2";

interface Segment {
  kind: string;
  start: number;
  end: number;
  origin: string;
}

interface Chapter {
  start: number;
  end: number;
  title: string;
}

const told = (segments: Segment[]): string[] =>
  segments.map(({ kind, start, end, origin }) => `${kind} ${start}-${end} ${origin}`);
const at = async (target: string): Promise<string[]> =>
  told((await ben.read(target)).segments as Segment[]);

describe("chapters", () => {
  test("tell the opening and the credits, until somebody marks otherwise", async () => {
    const long = await world.movieId("Long Chapters");
    const play = await ben.send("/api/play/start", { titleId: `movie-${long}` });
    assert.deepEqual(
      play.chapters.map(({ start, end, title }: Chapter) => [start, end, title]),
      chapters,
    );
    const target = `/api/segments/movie-${long}`;
    const read = told(play.segments);
    assert.equal(read.length, 2);
    assert.equal(read[0], "intro 5-12 chapters");
    assert.match(read[1] as string, /^credits 50-(60|59\.9\d*) chapters$/);
    assert.deepEqual(await at(`${target}?sourceId=${play.sourceId}`), read);
    await uma.put(`${target}/intro`, { start: 6, end: 13 });
    await uma.put(`${target}/credits`, { none: true });
    assert.deepEqual(await at(target), ["intro 6-13 own"]);
  });
});

describe("a mark by hand", () => {
  test("of a film holds for everybody, also for what plays next", async () => {
    assert.deepEqual(await at(movie), []);
    assert.equal((await uma.put(`${movie}/credits`, { start: 5, end: 6 })).status, 204);
    assert.equal((await uma.put(`${movie}/intro`, { start: 1, end: 2.5 })).status, 204);
    const wanted = ["intro 1-2.5 own", "credits 5-6 own"];
    assert.deepEqual(await at(movie), wanted);
    const play = await ben.send("/api/play/start", { titleId: movie.split("/").at(-1) });
    assert.deepEqual(told(play.segments), wanted);
    assert.deepEqual(play.chapters, []);
    await uma.put(`${movie}/intro`, { start: 0, end: 2 });
    assert.deepEqual(await at(movie), ["intro 0-2 own", "credits 5-6 own"]);
    assert.equal((await ben.delete(`${movie}/intro`)).status, 204);
    assert.deepEqual(await at(movie), ["credits 5-6 own"]);
    assert.equal((await ben.delete(`${movie}/intro`)).status, 204, "there is none any more");
  });

  test("of a season holds for its episodes, but where one has its own", async () => {
    await uma.put(`${series}/intro`, { season: 1, start: 1, end: 2 });
    assert.deepEqual(await at(`${series}?${first}`), ["intro 1-2 season"]);
    assert.deepEqual(await at(`${series}?${second}`), ["intro 1-2 season"]);
    assert.deepEqual(await at(`${series}?season=2&episode=1`), []);
    await uma.put(`${series}/intro`, { season: 1, episode: 2, start: 3, end: 4 });
    assert.deepEqual(await at(`${series}?${first}`), ["intro 1-2 season"]);
    assert.deepEqual(await at(`${series}?${second}`), ["intro 3-4 own"]);
    await uma.put(`${series}/intro`, { season: 1, episode: 2, none: true });
    assert.deepEqual(await at(`${series}?${second}`), []);
    await uma.delete(`${series}/intro?${second}`);
    assert.deepEqual(await at(`${series}?${second}`), ["intro 1-2 season"]);
    assert.deepEqual(await at(`${series}?season=1`), ["intro 1-2 season"]);
  });

  test("counted from the end follows each episode's length", async () => {
    const json = { season: 1, start: 2, end: 0, fromEnd: true };
    assert.equal((await uma.put(`${series}/credits`, json)).status, 204);
    const play = await ben.send("/api/play/start", {
      titleId: series.split("/").at(-1),
      season: 1,
      episode: 1,
    });
    const credits = (play.segments as Segment[]).find(({ kind }) => kind === "credits");
    assert.deepEqual(credits, {
      kind: "credits",
      start: play.media.duration - 2,
      end: play.media.duration,
      origin: "season",
    });
  });

  test("is written to the audit log", async () => {
    await uma.put(`${series}/recap`, { season: 2, start: 0, end: 1 });
    const { items } = await world.admin.read("/api/audit?event=segment.marked&pageSize=1");
    assert.equal(items[0].target, series.split("/").at(-1));
    assert.deepEqual(items[0].detail.slice(0, 2), [
      { name: "segment", value: "recap" },
      { name: "season", value: 2 },
    ]);
  });
});

describe("refused is", () => {
  for (const [status, target, json] of [
    [400, `${movie}/intro`, {}],
    [400, `${movie}/intro`, { start: 1 }],
    [400, `${movie}/intro`, { start: 2, end: 2 }],
    [400, `${movie}/intro`, { start: 1, end: 2, fromEnd: true }],
    [400, `${movie}/intro`, { start: -1, end: 2 }],
    [400, `${movie}/intro`, { start: 1, end: 1e9 }],
    [400, `${movie}/intro`, { start: 1, end: 2, season: 1 }],
    [400, `${movie}/finale`, { start: 1, end: 2 }],
    [400, `${series}/intro`, { start: 1, end: 2 }],
    [400, `${series}/intro`, { start: 1, end: 2, episode: 1 }],
    [404, `${series}/intro`, { start: 1, end: 2, season: 9 }],
    [404, `${series}/intro`, { start: 1, end: 2, season: 1, episode: 9 }],
    [404, "/api/segments/movie-999999/intro", { start: 1, end: 2 }],
  ] as [number, string, object][])
    test(`${target.replace(/^.*-\d+/, "…")} ${JSON.stringify(json)}: ${status}`, async () => {
      const reply = await uma.put(target, json);
      assert.equal(reply.status, status, reply.text);
    });

  test("a profile with a limit", async () => {
    const { id } = await uma.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
    await world.admin.put(`${movie.replace("segments", "titles")}/certification`, {
      minimumAge: 0,
    });
    await uma.send(`/api/me/profiles/${id}/use`, {});
    assert.equal((await uma.get(movie)).status, 200);
    assert.equal((await uma.put(`${movie}/intro`, { start: 1, end: 2 })).status, 403);
    assert.equal((await uma.delete(`${movie}/credits`)).status, 403);
    assert.deepEqual(await at(movie), ["credits 5-6 own"]);
  });
});
