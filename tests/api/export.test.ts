// Films for other players: folders of .strm files and playlists, whose addresses play
// as long as the key in them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movies, show, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_LOG_LEVEL: "info" } });
await showFilms(world);
const visitor = world.visitor();
const email = "uma@example.org";
const uma = await world.person(email);
const folder = path.join(world.hold, "export");
const webm = await world.movieId(movies.webm);
const tail = await world.movieId(movies.tail);

interface Done {
  written: number;
  removed: number;
  leftAlone: number;
}
const run = (): Done => world.ctlJson("export", "strm", email, folder, "--address", world.origin);

const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".strm"))
    .sort();

const address = (name: string): string => readFileSync(path.join(folder, name), "utf8").trim();

/** Seconds that another player finds at an address. */
function seconds(url: string): number {
  const show = ["-show_entries", "format=duration", "-of", "csv=p=0"];
  return Number(execFileSync("ffprobe", ["-v", "error", ...show, url], { encoding: "utf8" }));
}

const target = (url: string): string => url.slice(world.origin.length);
const light = `Films/${movies.front} (2019)/${movies.front} (2019).strm`;
const pier = `Shows/${show}/Season 01/${show} S01E02.strm`;

describe("a folder of .strm files", () => {
  test("has a place for each film and episode, and each plays", () => {
    assert.deepEqual(run(), { folder, written: 7, removed: 0, leftAlone: 0 });
    assert.ok(files().includes(light), files().join("\n"));
    assert.ok(files().includes(pier), files().join("\n"));
    for (const name of files()) assert.ok(seconds(address(name)) > 1, name);
  });

  test("is left as it is when nothing has changed", () => {
    const before = files().map(address);
    assert.deepEqual(run(), { folder, written: 0, removed: 0, leftAlone: 0 });
    assert.deepEqual(files().map(address), before);
  });

  test("loses what was made alone, and no file of somebody else", () => {
    const own = path.join(folder, "Films", "Own.strm");
    writeFileSync(own, "http://127.0.0.1/own\n");
    const playable = (is: number) =>
      world.sql(`UPDATE title SET is_playable = ${is} WHERE name = '${movies.front}'`);
    playable(0);
    assert.deepEqual(run(), { folder, written: 0, removed: 1, leftAlone: 0 });
    assert.ok(existsSync(own) && !existsSync(path.dirname(path.join(folder, light))));
    playable(1);
    writeFileSync(path.join(folder, "Films", `${movies.tail} (2020)`, "film.nfo"), "<movie/>");
    run();
    assert.ok(existsSync(path.join(folder, "Films", `${movies.tail} (2020)`, "film.nfo")));
  });

  test("leaves a file alone that has the name of one of its own", () => {
    const other = path.join(world.hold, "other");
    const before = path.join(other, light);
    execFileSync("mkdir", ["-p", path.dirname(before)]);
    writeFileSync(before, "mine\n");
    const done = world.ctlJson("export", "strm", email, other, "--address", world.origin);
    assert.deepEqual([done.written, done.leftAlone], [6, 1]);
    assert.equal(readFileSync(before, "utf8"), "mine\n");
  });

  test("has no name that leads elsewhere or that a disk refuses", () => {
    const hostile = `../../up/..\\x: ${"é".repeat(200)}?`;
    const rename = (pid: number, name: string, year: number) =>
      world.sql(
        `UPDATE title SET name = '${name}', year = ${year} WHERE kind = 'movie' AND pid = ${pid}`,
      );
    rename(webm, hostile, 2022);
    rename(tail, movies.surround, 2021);
    run();
    assert.equal(files().filter((name) => name !== "Films/Own.strm").length, 7);
    for (const name of files()) {
      assert.equal(/[\\:?]|\/\./.test(name), false, name);
      assert.ok(name.split("/").every((part) => Buffer.from(part).length < 255));
    }
    rename(webm, movies.webm, 2022);
    rename(tail, movies.tail, 2020);
  });

  test("ends with its key", async () => {
    const url = target(address(pier));
    assert.equal((await visitor.get(url)).status, 302);
    const keys = await uma.read("/api/auth/keys");
    const scopes = keys.map(({ scope }: { scope: string }) => scope);
    assert.ok(scopes.length > 0 && scopes.every((scope: string) => scope === "play"), scopes);
    for (const { id } of keys) await uma.delete(`/api/auth/keys/${id}`, { json: {} });
    assert.equal((await visitor.get(url)).status, 401);
    assert.equal(run().written, 7);
    assert.equal((await visitor.get(target(address(pier)))).status, 302);
  });
});

describe("a playlist", () => {
  /** Title → address. */
  const read = (text: string): Map<string, string> => {
    assert.ok(text.startsWith("#EXTM3U\n"), text);
    const found = text.matchAll(/^#EXTINF:\d+ tvg-id="[^"]+",(.+)\n(http.+)$/gm);
    return new Map([...found].map(([, name, url]) => [name as string, url as string]));
  };

  test("has everything, and what it says plays", async () => {
    const { secret } = await uma.send("/api/auth/keys", { name: "A player", scope: "play" });
    const base = `/api/export/${secret}`;
    const all = read((await visitor.get(`${base}/everything.m3u`)).text);
    assert.equal(all.size, 7);
    const url = all.get(`${movies.front} (2019)`) as string;
    assert.ok(seconds(url) > 1);
    const series = read((await visitor.get(`${base}/show-${await world.showId(show)}.m3u8`)).text);
    assert.deepEqual([...series.keys()][1], `${show} S01E02 The Pier`);
    assert.equal((await visitor.get(`${base}/nothing.m3u`)).status, 404);
    const again = await Promise.all([visitor.get(target(url)), visitor.get(target(url))]);
    const [first, second] = again.map(({ headers }) => headers.location);
    assert.equal(first, second, "players ask anew for each place in a film");
    const other = await uma.send("/api/auth/keys", { name: "Another", scope: "play" });
    const third = await visitor.get(target(url).replace(secret, other.secret));
    assert.notEqual(third.headers.location, first);
    assert.equal(world.log().includes(secret), false, "no log has a key");
  });

  test("is given for an app password, and holds none", async () => {
    const made = { name: "A set", kind: "password", scope: "play" };
    const { secret } = await uma.send("/api/auth/keys", made);
    const Authorization = `Basic ${Buffer.from(`${email}:${secret}`).toString("base64")}`;
    const headers = { Authorization };
    const all = read((await visitor.get("/api/export/-/all-movies.m3u", { headers })).text);
    const [url] = all.values();
    assert.equal((await visitor.get(`/api/export/${secret}/everything.m3u`)).status, 401);
    const refused = /"path":"\/api\/export\/.*everything\.m3u".*"status":401/;
    await until("the log to tell of it", () => refused.test(world.log()));
    assert.equal(world.log().includes(secret), false, "no log has it");
    assert.match(url as string, /\/api\/export\/-\/play\/movie-\d+$/);
    assert.equal((await visitor.get(target(url as string))).status, 401);
    assert.equal((await visitor.get(target(url as string), { headers })).status, 302);
  });

  test("has what its profile sees alone", async () => {
    const id = await world.movieId(movies.front);
    const rate = (minimumAge: number) =>
      world.admin.put(`/api/titles/movie-${id}/certification`, { minimumAge });
    const { secret } = await uma.send("/api/auth/keys", { name: "Mia", scope: "play" });
    await rate(17);
    const [me] = (await uma.read("/api/me/profiles")).profiles;
    world.sql(`UPDATE profile SET maturity_limit = 6, allows_unrated = 1 WHERE id = '${me.id}'`);
    const all = read((await visitor.get(`/api/export/${secret}/everything.m3u`)).text);
    assert.equal(all.size, 6);
    assert.equal((await visitor.get(`/api/export/${secret}/play/movie-${id}`)).status, 404);
  });
});
