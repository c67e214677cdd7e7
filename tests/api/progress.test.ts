// A place that is forgotten, and one that is no longer offered to go on with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { movies, show, showFilms } from "../world/films.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
const uma = await world.person("uma@example.org");
const surround = await world.movieId(movies.surround);
const showId = await world.showId(show);
for (const place of [
  { type: "movie", movieId: surround },
  { type: "episode", showId, season: 2, episode: 1 },
])
  await uma.send("/api/progress", { ...place, progress: 0.5, status: "paused" });

test("places are forgotten, one film or one episode at a time", async () => {
  const film = await uma.read(`/api/movies/${surround}`);
  assert.notEqual(film.progress, null);
  assert.equal((await uma.delete(`/api/progress/movie-${surround}`)).status, 204);
  assert.equal((await uma.read(`/api/movies/${surround}`)).progress, null);
  assert.equal((await uma.delete(`/api/progress/movie-${surround}`)).status, 204);
  const at = `/api/shows/${showId}/seasons/2/episodes/1`;
  assert.notEqual((await uma.read(at)).progress, null);
  const query = "season=2&episode=1";
  assert.equal((await uma.delete(`/api/progress/show-${showId}?${query}`)).status, 204);
  assert.equal((await uma.read(at)).progress, null);
  for (const [status, what] of [
    [400, `show-${showId}`],
    [400, `show-${showId}?season=2`],
    [400, `movie-${surround}?season=2&episode=1`],
    [404, `show-${showId}?season=2&episode=99`],
    [404, "movie-999999999"],
  ] as [number, string][])
    assert.equal((await uma.delete(`/api/progress/${what}`)).status, status, what);
});

test("titles leave the row of what one goes on with, until they are watched on", async () => {
  const row = async () =>
    (await uma.read("/api/lists/continue-watching")).results.map((t: { id: number }) => t.id);
  const watch = () =>
    uma.send("/api/progress", {
      type: "movie",
      movieId: surround,
      progress: 0.5,
      status: "paused",
    });
  const hide = (isHidden: boolean) =>
    uma.post("/api/progress/hide", { titleId: `movie-${surround}`, isHidden });
  await watch();
  assert.ok((await row()).includes(surround));
  assert.equal((await hide(true)).status, 204);
  assert.ok(!(await row()).includes(surround));
  assert.notEqual((await uma.read(`/api/movies/${surround}`)).progress, null);
  assert.equal((await hide(false)).status, 204);
  assert.ok((await row()).includes(surround));
  await hide(true);
  await watch();
  assert.ok((await row()).includes(surround));
  assert.equal(
    (await uma.post("/api/progress/hide", { titleId: "movie-999999999", isHidden: true })).status,
    404,
  );
});
