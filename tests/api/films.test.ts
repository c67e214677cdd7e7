// The list of open films: the one that comes with Miauflix says what it must,
// and a list of the same format, whose film another program shares through a
// tracker on loopback, plays from the swarm.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { root, until } from "../world/place.ts";
import { makeTorrent, type Seeder, startAria2 } from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const tracker = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
});
const { admin } = world;
const config = (name: string, value: string) =>
  assert.equal(world.ctl("config", "set", name, value).code, 0);
const films = async (): Promise<Json[]> => (await admin.read("/api/downloads/films")).films;

test("the list that comes along names films, makers and licences", async () => {
  const written = JSON.parse(readFileSync(path.join(root, "share/films.json"), "utf8")).films;
  const list = await films();
  assert.deepEqual(
    list.map((film) => film.title),
    written.map((film: Json) => film.title),
  );
  assert.ok(list.length >= 4);
  for (const film of list) {
    assert.match(film.licence, /^CC BY [34]\.0$/);
    assert.match(film.licenceUrl, /^https:\/\/creativecommons\.org\/licenses\/by\/[34]\.0\/$/);
    assert.equal(film.downloadId, null);
  }
  assert.equal(new Set(written.map((film: Json) => film.hash)).size, written.length);
  assert.match(world.ctl("films", "list").stdout, /big-buck-bunny +Big Buck Bunny/);
});

test("nothing of it is added before consent", async () => {
  const reply = await admin.post("/api/downloads/films", { name: "sintel" });
  assert.equal(reply.status, 409);
  assert.equal(reply.json.code, "consent_needed");
  assert.equal(world.ctl("films", "add", "all").code, 1);
  assert.ok((await films()).every((film) => film.downloadId === null));
});

test("a film of a list plays from the swarm, and only while it is watched", async () => {
  const folder = path.join(world.hold, "neighbour");
  mkdirSync(folder);
  const bytes = randomBytes(1_200_001);
  writeFileSync(path.join(folder, "Salt Road.mp4"), bytes);
  const torrent = path.join(world.hold, "salt.torrent");
  const hash = makeTorrent(path.join(folder, "Salt Road.mp4"), torrent, tracker);
  seeders.push(await startAria2(torrent, hash, folder, tracker));
  const film = {
    name: "salt-road",
    title: "Salt Road",
    year: 2014,
    runtime: 1,
    overview: "Somebody walks.",
    hash,
    licence: "CC BY 4.0",
    licenceUrl: "https://creativecommons.org/licenses/by/4.0/",
    credit: "The neighbour",
    source: "https://example.org/",
    trackers: [tracker.url],
  };
  const list = path.join(world.hold, "films.json");
  writeFileSync(list, JSON.stringify({ films: [film] }));
  config("films.list", list);
  config("net.consent", "true");
  await until("the new list", async () => (await films())[0]?.name === "salt-road");
  assert.equal((await admin.post("/api/downloads/films", { name: "sintel" })).status, 404);
  const added = await until("the consent to be known", async () => {
    const got = await admin.post("/api/downloads/films", { name: "salt-road" });
    return got.status !== 409 && got;
  });
  assert.equal(added.status, 201);
  const again = await admin.post("/api/downloads/films", { name: "salt-road" });
  assert.deepEqual(again.json, { id: added.json.id, known: true });
  assert.match(world.ctl("films", "add", "all").stdout, /Nothing new/);
  const [shown] = await films();
  assert.equal(shown.downloadId, added.json.id);
  const { titleId } = shown;
  const title = await admin.read(`/api/titles/${titleId}`);
  assert.equal(title.name, "Salt Road");
  assert.equal(title.year, 2014);
  assert.equal(title.synopsis, "Somebody walks.");
  const known = await until("its metadata", async () => {
    const row = await admin.read(`/api/downloads/${added.json.id}`);
    return row.choice !== null && row;
  });
  assert.equal(known.state, "waiting");
  assert.equal(known.sentence, "It comes when somebody watches it.");
  assert.equal(known.done, 0, "nothing is fetched before somebody watches");
  const { url } = await admin.send("/api/play/start", { titleId });
  const reply = await world.visitor().get(url);
  assert.equal(reply.status, 200);
  assert.ok(reply.body.equals(bytes));
});

test("a list that is wrong says where", async () => {
  const list = path.join(world.hold, "films.json");
  const { films: given } = JSON.parse(readFileSync(list, "utf8"));
  for (const [key, value] of [
    ["hash", "beef"],
    ["name", "../up"],
    ["runtime", 0],
    ["source", "javascript:alert(1)"],
    ["trackers", ["file:///etc/passwd"]],
    ["licence", null],
  ] as [string, unknown][]) {
    writeFileSync(list, JSON.stringify({ films: [...given, { ...given[0], [key]: value }] }));
    const reply = await admin.get("/api/downloads/films");
    assert.equal(reply.status, 500, key);
    assert.match(reply.json.message, new RegExp(`Film 2 .*"${key}"`));
  }
});
