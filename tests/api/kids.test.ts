// A profile with a limit, tried by every way around: each row that is open to it
// is asked for a title beyond the limit, and nothing of that title (name, number,
// poster, bytes) comes through. A new row needs its way here, or a reason.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { type Operation, operations } from "../world/contract.ts";
import { episodes, movies, show, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { collectIds, type Ids, nowhere, outcomes, sampleOf } from "../world/samples.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
await world.pictured();
const seen = await world.movieId(movies.front);
const hidden = await world.movieId(movies.tail);
const unrated = await world.movieId(movies.webm);
const hiddenShow = await world.showId(show);

const rate = (titleId: string, json: object) =>
  world.admin.put(`/api/titles/${titleId}/certification`, json);
await rate(`movie-${seen}`, { certification: "G", minimumAge: 0 });
await rate(`movie-${hidden}`, { certification: "R", minimumAge: 17 });
await rate(`show-${hiddenShow}`, { certification: "TV-14", minimumAge: 14 });

// An administrator's account: what the parent may, the child must not.
const email = "parent@example.org";
const parent = await world.person(email, "admin");
const own = await collectIds(world, parent);
const child = await parent.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
const kid = await world.visitor().signIn(email, password);
await kid.send(`/api/me/profiles/${child.id}/use`, {});

const posters: string[] = [];
let parentKey = "";
before(async () => {
  for (const target of [
    `/api/movies/${hidden}`,
    `/api/movies/${unrated}`,
    `/api/shows/${hiddenShow}`,
  ]) {
    const { poster, backdrop } = await parent.read(target);
    for (const picture of [poster, backdrop]) if (picture) posters.push(picture);
  }
  assert.ok(posters.length >= 3, posters.join());
  parentKey = (await parent.send("/api/play/start", { titleId: `movie-${hidden}` })).streamingKey;
});

/** Nothing of what is hidden is in the answer. */
function assertClean(name: string, { text }: Reply): void {
  const words = [
    movies.tail,
    movies.webm,
    show,
    ...episodes.map(([, , title]) => `"${title}"`),
    `movie-${hidden}`,
    `movie-${unrated}`,
    `show-${hiddenShow}`,
    ...posters.map((poster) => poster.split("/").at(-1) as string),
  ];
  for (const word of words) assert.equal(text.includes(word), false, `${word} in ${name}: ${text}`);
}

/** [what is asked, a body if any, the status]. */
type Way = [target: string, json: object | null, status: number];

const film = `/api/movies/${hidden}`;
const series = `/api/shows/${hiddenShow}`;
const season = `${series}/seasons/1`;
const titles = [`movie-${hidden}`, `movie-${unrated}`, `show-${hiddenShow}`];
const none = (target: string): Way => [target, null, 404];
const list = (target: string): Way => [target, null, 200];

const ways: Record<string, () => Way[]> = {
  show_export: () => [
    list("/api/export/-/everything.m3u"),
    ...titles.map((id) => none(`/api/export/-/${id}.m3u`)),
  ],
  play_export: () =>
    titles.map((id) => none(`/api/export/-/play/${id.replace(/^show.*/, "$&-s1-e1")}`)),
  list_movies: () => [
    ...["popularity", "name", "year", "added"].map((sort) =>
      list(`/api/movies?pageSize=100&sort=${sort}`),
    ),
    list("/api/movies?year=2020"),
  ],
  show_movie: () => [
    none(film),
    none(`${film}?includeSources=true`),
    none(`/api/movies/${unrated}`),
  ],
  create_movie_key: () => [[`${film}/auto`, null, 404]],
  list_shows: () => [list("/api/shows?pageSize=100")],
  show_show: () => [none(series)],
  list_seasons: () => [none(`${series}/seasons`)],
  show_season: () => [none(season)],
  list_episodes: () => [none(`${season}/episodes`)],
  show_episode: () => [none(`${season}/episodes/1`)],
  create_episode_key: () => [[`${season}/episodes/1/auto`, null, 404]],
  list_titles: () => [
    list("/api/catalog?pageSize=100"),
    list("/api/catalog?type=show"),
    list("/api/catalog?fields=id,name"),
  ],
  show_title: () => [
    list(`/api/titles/movie-${seen}`),
    ...titles.map((id) => none(`/api/titles/${id}`)),
  ],
  show_segments: () => [
    list(`/api/segments/movie-${seen}`),
    none(`/api/segments/movie-${hidden}`),
    none(`/api/segments/movie-${unrated}`),
    none(`/api/segments/show-${hiddenShow}?season=1`),
    none(`/api/segments/show-${hiddenShow}?season=1&episode=1`),
  ],
  list_lists: () => [list("/api/lists")],
  show_list: () =>
    ["recently-added", "all-movies", "all-shows", "continue-watching"].map((slug) =>
      list(`/api/lists/${slug}?pageSize=100`),
    ),
  show_image: () =>
    posters.flatMap((poster) => [none(poster), none(poster.replace(/\/\d+\//, "/400/"))]),
  start_play: () => titles.map((titleId) => ["/api/play/start", { titleId }, 404]),
  renew_play: () => [["/api/play/renew", { streamingKey: parentKey }, 404]],
  show_play_state: () => [["/api/play/state", { streamingKey: parentKey }, 404]],
  save_position: () => [
    ["/api/play/heartbeat", { streamingKey: parentKey, position: 1 }, 404],
    ["/api/play/heartbeat", { titleId: `movie-${hidden}`, position: 1 }, 404],
  ],
  list_progress: () => [list("/api/progress")],
  create_progress: () => [
    ["/api/progress", { type: "movie", movieId: hidden, progress: 0.5, status: "watching" }, 404],
  ],
  forget_progress: () => [none(`/api/progress/movie-${hidden}`)],
  hide_progress: () => [
    ["/api/progress/hide", { titleId: `movie-${hidden}`, isHidden: true }, 404],
  ],
  create_intent: () => titles.map((titleId) => ["/api/ui/intent", { titleId, kind: "open" }, 404]),
  show_me: () => [list("/api/me")],
  show_session: () => [list("/api/auth/session")],
  show_status: () => [list("/api/status")],
  list_profiles: () => [list("/api/me/profiles")],
};

/** Rows that are open and that no way leads through, and why. */
const reasons: Record<string, string> = {
  update_me: "changes language and preferences, tried below",
  follow_events: "the news, tried below",
  use_profile: "the doors between profiles, tried below",
};

const signed = operations.filter((op) => op.access === "user" || op.access === "admin");
const name = (op: Operation) => `${op.method} ${op.path}`;

describe("a limited profile", () => {
  for (const op of signed.filter((o) => o.limited && !(o.id in reasons))) {
    test(`${name(op)} tells nothing of what is beyond it`, async () => {
      const tried = ways[op.id];
      assert.ok(tried, "tests/api/kids.test.ts knows no way through this row");
      for (const prefix of ["/api/", "/api/v1/"])
        for (const [target, json, status] of tried()) {
          const asked = target.replace("/api/", prefix);
          const reply = await kid.ask(op.method, asked, json === null ? {} : { json });
          assert.equal(reply.status, status, `${asked}: ${reply.text}`);
          assertClean(asked, reply);
        }
    });
  }

  for (const op of signed.filter((o) => !o.limited)) {
    test(`${name(op)} is closed`, async () => {
      const { target, json } = sampleOf(op, own);
      const reply = await kid.ask(op.method, target, json === undefined ? {} : { json });
      assert.equal(reply.status, 403, reply.text);
      assert.equal(reply.json.code, "profile_limited");
    });
  }

  test("finds what it may see, and totals that agree", async () => {
    for (const target of ["/api/movies", "/api/catalog", "/api/lists/all-movies"]) {
      const { total, results, items } = await kid.read(`${target}?pageSize=100`);
      assert.equal(total, 1, target);
      assert.equal((results ?? items).length, 1, target);
    }
    assert.equal((await kid.read("/api/shows")).total, 0);
    assert.equal((await kid.read(`/api/movies/${seen}`)).title, movies.front);
    const lists = await kid.read("/api/lists");
    assert.ok(lists.every((l: { slug: string }) => l.slug !== "all-shows"));
    const { poster } = await kid.read(`/api/movies/${seen}`);
    assert.equal((await kid.get(poster)).status, 200);
    const play = await kid.send("/api/play/start", { titleId: `movie-${seen}` });
    assert.equal((await world.visitor().get(play.url)).status, 200);
  });

  test("is no administrator, and changes nothing of the account", async () => {
    assert.equal((await kid.read("/api/me")).role, "user");
    assert.equal((await kid.read("/api/auth/session")).user.role, "user");
    for (const json of [{ email: "kid@example.org" }, { name: "kid" }, { displayName: "Kid" }]) {
      const reply = await kid.patch("/api/me", json);
      assert.equal(reply.status, 403, reply.text);
    }
    assert.equal((await kid.patch("/api/me", { preferences: { autoplay: false } })).status, 200);
    assert.equal((await parent.read("/api/me")).email, email);
  });

  test("sees unrated titles where an adult allows them", async () => {
    await parent.ask("PATCH", `/api/me/profiles/${child.id}`, { json: { allowsUnrated: true } });
    assert.equal((await kid.get(`/api/movies/${unrated}`)).status, 200);
    assert.equal((await kid.get(film)).status, 404);
    await parent.ask("PATCH", `/api/me/profiles/${child.id}`, { json: { allowsUnrated: false } });
    assert.equal((await kid.get(`/api/movies/${unrated}`)).status, 404);
  });
});

/** The rows that a key opens, with a key of this client for a film. */
async function statuses(key: string): Promise<number[]> {
  const keyed = operations.filter((op) => op.access === "key");
  const all = keyed.map(async (op) => {
    const { target, json } = sampleOf(op, { ...own, key } as Ids);
    const { status } = await world.visitor().ask(op.method, target, { json });
    return status === outcomes[op.id] ? 200 : status;
  });
  return Promise.all(all);
}

async function keyOf(client: Client, titleId: string): Promise<string> {
  return (await client.send("/api/play/start", { titleId })).streamingKey;
}

describe("stream keys", () => {
  test("end when the title is rated beyond the profile's limit", async () => {
    const key = await keyOf(kid, `movie-${seen}`);
    assert.deepEqual([...new Set(await statuses(key))], [200]);
    await rate(`movie-${seen}`, { minimumAge: 7 });
    assert.deepEqual([...new Set(await statuses(key))], [401]);
    await rate(`movie-${seen}`, { certification: "G", minimumAge: 0 });
  });

  test("end when the profile's limit changes", async () => {
    const { id } = await parent.send("/api/me/profiles", { name: "Ben" });
    const ben = await world.visitor().signIn(email, password);
    await ben.send(`/api/me/profiles/${id}/use`, {});
    const key = await keyOf(ben, `movie-${hidden}`);
    assert.equal((await world.visitor().get(`/api/stream/${key}`)).status, 200);
    const json = { maturityLimit: 12 };
    assert.equal((await parent.patch(`/api/me/profiles/${id}`, json)).status, 200);
    assert.deepEqual([...new Set(await statuses(key))], [401]);
    assert.equal((await ben.post("/api/play/renew", { streamingKey: key })).status, 404);
    assert.equal((await parent.delete(`/api/me/profiles/${id}`, { json: {} })).status, 204);
  });

  test("end when their session goes on as another profile", async () => {
    const both = await world.visitor().signIn(email, password);
    const key = await keyOf(both, `movie-${seen}`);
    await both.send(`/api/me/profiles/${child.id}/use`, {});
    assert.deepEqual([...new Set(await statuses(key))], [401]);
  });
});

describe("the news", () => {
  test("name no title to a limited profile, and nothing that another profile does", async () => {
    const [mine, adults] = [await Listener.open(kid), await Listener.open(parent)];
    const other = await world.visitor().signIn(email, password);
    await other.send("/api/play/heartbeat", { titleId: `movie-${hidden}`, position: 2 });
    await adults.hear("playback", (h) => h.data.titleId === `movie-${hidden}`);
    await rate(`movie-${hidden}`, { certification: "R", minimumAge: 18 });
    await adults.hear("title", (h) => h.data.titleId === `movie-${hidden}`);
    await mine.hear("something", (h) => h.event === "library" && h.data.kind === "title");
    for (const { event, data } of mine.heard) {
      assert.notEqual(event, "playback");
      assert.equal(JSON.stringify(data).includes(`movie-${hidden}`), false);
    }
    mine.close();
    adults.close();
  });

  test("end when the session goes on as another profile", async () => {
    const both = await world.visitor().signIn(email, password);
    const listener = await Listener.open(both);
    await both.send(`/api/me/profiles/${child.id}/use`, {});
    const last = await listener.hear("the end", (h) => h.event === "session");
    assert.equal(last.data.reason, "profile_changed");
    listener.close();
  });
});

test("a profile of somebody else is none", async () => {
  const ned = await world.person("ned@example.org");
  for (const id of [child.id, nowhere]) {
    assert.equal((await ned.post(`/api/me/profiles/${id}/use`, {})).status, 404);
    assert.equal((await ned.patch(`/api/me/profiles/${id}`, { name: "x" })).status, 404);
    assert.equal((await ned.delete(`/api/me/profiles/${id}`, { json: {} })).status, 404);
  }
});
