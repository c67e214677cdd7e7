// The library screen: folders, the chooser, scans, what was refused and why;
// pictures of what was found.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movieFile, movies, showFilms } from "../world/films.ts";
import { place, placeBroken } from "../world/media.ts";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract
type Json = any;

const world = await newWorld();
await showFilms(world);
const folders = () => world.admin.read("/api/library/folders");
const files = (query = "") => world.admin.read(`/api/library/files?pageSize=100${query}`);
const add = (folder: string) => world.admin.post("/api/library/folders", { path: folder });

describe("folders", () => {
  test("count what plays and what was refused", async () => {
    const [folder] = (await folders()).folders;
    assert.equal(folder.path, world.films);
    assert.equal(folder.state, "ok");
    assert.equal(folder.files, 7);
    assert.equal(folder.refused, 4);
    assert.ok(folder.scannedAt);
  });

  test("are not watched twice, nor one inside the other", async () => {
    assert.equal((await add(world.films)).json.code, "folder_taken");
    assert.equal((await add(`${world.films}/`)).status, 409);
    assert.equal((await add(`${world.films}/../films`)).status, 409);
    assert.equal((await add(path.join(world.films, "Broken"))).status, 409);
    symlinkSync(world.films, path.join(world.hold, "link"));
    assert.equal((await add(path.join(world.hold, "link"))).status, 409);
  });

  test("that are none are refused with a sentence", async () => {
    for (const wrong of ["/nowhere/at/all", movieFile(world, "front"), "/proc/self/fd"]) {
      const reply = await add(wrong);
      assert.ok([409, 422].includes(reply.status), `${wrong}: ${reply.status}`);
      assert.ok(reply.json.message.length > 10);
    }
    for (const wrong of ["relative", "", "/a\u0000b", `/${"x".repeat(5000)}`]) {
      assert.equal((await add(wrong)).status, 400, wrong.slice(0, 20));
    }
  });

  test("of the server itself are none", async () => {
    for (const own of [
      world.state,
      path.join(world.state, "keys"),
      path.join(world.state, "run"),
    ]) {
      mkdirSync(own, { recursive: true });
      assert.ok([409, 422].includes((await add(own)).status), own);
    }
  });

  test("can be forgotten; the files stay, the titles go", async () => {
    const other = path.join(world.hold, "other");
    await place("front.mp4", path.join(other, "Brief Visit (2011).mp4"));
    const folder = await world.addFolder(other);
    const id = await world.movieId("Brief Visit");
    const { streamingKey } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
    assert.equal((await world.admin.delete(`/api/library/folders/${folder.id}`)).status, 204);
    assert.equal((await world.admin.delete(`/api/library/folders/${folder.id}`)).status, 404);
    const gone = await world.visitor().get(`/api/stream/${streamingKey}`);
    assert.ok([401, 404].includes(gone.status), String(gone.status));
    const { results } = await world.admin.read("/api/movies?pageSize=100");
    const left = results.find((m: Json) => m.title === "Brief Visit");
    assert.ok(left === undefined || left.playable === false);
  });
});

describe("the folder chooser", () => {
  const browse = (where?: string) =>
    world.admin.get(
      `/api/library/browse${where === undefined ? "" : `?path=${encodeURIComponent(where)}`}`,
    );

  test("begins with the usual places", async () => {
    const { path: at, entries } = (await browse()).json;
    assert.equal(at, null);
    assert.ok(entries.length > 0);
  });

  test("shows folders only and counts films", async () => {
    const answer = (await browse(world.films)).json;
    assert.deepEqual(answer.entries.map((e: Json) => e.name).sort(), ["Broken", "Harbour Tales"]);
    assert.ok(answer.videos >= 4);
    assert.equal(answer.parent, world.hold);
    assert.equal(answer.readable, true);
  });

  test("explains what it cannot read, and what is not there", async () => {
    const missing = await browse(path.join(world.films, "missing"));
    assert.equal(missing.status, 404);
    const file = await browse(movieFile(world, "front"));
    assert.ok(file.status === 404 || file.json.readable === false);
    assert.equal((await browse("relative")).status, 400);
    const odd = path.join(world.hold, "odd");
    mkdirSync(path.join(odd, "new\nline"), { recursive: true });
    writeFileSync(path.join(odd, "file"), "");
    mkdirSync(Buffer.from(`${odd}/\xe9t\xe9`, "latin1"));
    const names = (await browse(odd)).json.entries.map((e: Json) => e.name);
    assert.equal(names.length, 2);
    assert.ok(
      names.some((n: string) => n.includes("\ufffd")),
      JSON.stringify(names),
    );
  });
});

describe("files", () => {
  test("that are no films say why", async () => {
    const { items } = await files("&state=refused");
    assert.equal(items.length, 4);
    for (const file of items) {
      assert.ok(file.reason?.code && file.reason.message.length > 10, file.path);
      assert.equal(file.titleId, null, file.path);
    }
    const why = world.ctl("why", `file:${items[0].id}`);
    assert.equal(why.code, 0, why.stderr);
    assert.ok(why.stdout.includes(items[0].reason.message), why.stdout);
  });

  test("that play name their title and what is inside", async () => {
    const { items, total } = await files("&state=ready");
    assert.equal(total, 7);
    const mkv = items.find((f: Json) => f.path.endsWith(".mkv"));
    assert.equal(mkv.titleName, movies.surround);
    assert.match(mkv.audioCodec, /AC-?3/i);
    const part = items.find((f: Json) => f.path.includes("S02E01"));
    assert.deepEqual([part.season, part.episode], [2, 1]);
  });

  test("come page by page", async () => {
    const first = await world.admin.read("/api/library/files?pageSize=2");
    const next = await world.admin.read(
      `/api/library/files?pageSize=2&cursor=${encodeURIComponent(first.cursor)}`,
    );
    const ids = [...first.items, ...next.items].map((f: Json) => f.id);
    assert.equal(new Set(ids).size, 4);
  });
});

describe("changes on the disk are followed without being asked", () => {
  const playable = async (title: string) => {
    const { results } = await world.admin.read("/api/movies?pageSize=100");
    return results.find((m: Json) => m.title === title)?.playable === true;
  };
  const seen = (title: string, is: boolean) =>
    until(`${title} to be ${is ? "there" : "gone"}`, async () => (await playable(title)) === is, {
      every: 100,
    });

  test("a new film appears, a renamed one is found, a removed one goes", async () => {
    const from = path.join(world.films, "Late Guest (2012).mp4");
    await place("front.mp4", from);
    await seen("Late Guest", true);
    renameSync(from, path.join(world.films, "Renamed Guest (2013).mp4"));
    await seen("Renamed Guest", true);
    await seen("Late Guest", false);
    rmSync(path.join(world.films, "Renamed Guest (2013).mp4"));
    await seen("Renamed Guest", false);
  });

  test("a new folder with films is seen too", async () => {
    await place("front.mp4", path.join(world.films, "new", "deep", "Deep Water (2014).mp4"));
    await seen("Deep Water", true);
  });

  test("a broken file that is repaired plays", async () => {
    const at = path.join(world.films, "Second Chance (2015).mp4");
    await placeBroken(path.join(world.films, "more"));
    writeFileSync(at, "not yet");
    await world.rescan();
    assert.equal(await playable("Second Chance"), false);
    await place("front.mp4", at);
    await seen("Second Chance", true);
  });
});

describe("pictures", () => {
  test("are drawn for every film and stay where they are", async () => {
    const id = await world.movieId(movies.front);
    const poster = await until(
      "the poster",
      async () => (await world.admin.read(`/api/movies/${id}`)).poster,
    );
    const reply = await world.admin.get(poster);
    assert.equal(reply.status, 200);
    assert.ok(reply.body.length > 500);
    assert.match(String(reply.headers["cache-control"]), /private.*immutable|immutable.*private/);
    for (const size of [200, 600]) {
      const other = await world.admin.get(poster.replace("/400/", `/${size}/`));
      assert.equal(other.status, 200, String(size));
      assert.notEqual(other.body.length, reply.body.length);
    }
    const wide = await world.admin.get(poster.replace("/400/", "/640/"));
    assert.ok([400, 404].includes(wide.status), "the size of a backdrop");
    const tag = String(reply.headers.etag);
    assert.equal(
      (await world.admin.get(poster, { headers: { "if-none-match": tag } })).status,
      304,
    );
  });

  for (const name of [
    "..%2f..%2fmiauflix.db",
    "none.webp",
    "%20",
    ".hidden",
    `${"a".repeat(200)}`,
  ]) {
    test(`${name.slice(0, 24)} is none`, async () => {
      const reply = await world.admin.get(`/api/images/poster/400/${name}`);
      assert.ok([400, 404].includes(reply.status), String(reply.status));
    });
  }
});

chmodSync(world.films, 0o755);
