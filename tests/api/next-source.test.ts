// One Play over several sources: what does not play is left for the next best,
// and the answer says what was skipped and why.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { makeTorrent, type Seeder, startAria2 } from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
await showFilms(world, { isShort: true });
const mine = await world.movieId(movies.front);
const tracker = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
});
const { admin } = world;
const visitor = world.visitor();
const config = (name: string, value: string) =>
  assert.equal(world.ctl("config", "set", name, value).code, 0);
config("net.consent", "true");
config("stream.stallLimit", "1");
config("net.peerLimit", "1");
config("net.metadataLimit", "1");

const name = "Salt Road (2014)";
const deadMagnet = (quality: string) =>
  `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}&dn=Salt.Road.2014.${quality}.mkv`;
const add = (what: string): number => world.ctlJson("add", what, "--title", name).id;

interface Film {
  bytes: Buffer;
  torrent: string;
  hash: string;
  folder: string;
}

function newFilm(file: string): Film {
  const folder = path.join(world.hold, file);
  mkdirSync(folder);
  const bytes = randomBytes(700_001);
  writeFileSync(path.join(folder, file), bytes);
  const torrent = path.join(world.hold, `${file}.torrent`);
  return { bytes, torrent, folder, hash: makeTorrent(path.join(folder, file), torrent, tracker) };
}

/** What a player does: the next source whenever one ends without a byte. */
async function playOn(titleId: string): Promise<{ answer: Json; bytes: Buffer; tries: number }> {
  const except: number[] = [];
  for (;;) {
    const started = await admin.post("/api/play/start", { titleId, except });
    assert.equal(started.status, 200, started.text);
    const reply = await visitor.get(started.json.url);
    if (reply.status === 200)
      return { answer: started.json, bytes: reply.body, tries: except.length + 1 };
    assert.equal(reply.status, 504);
    assert.ok(!except.includes(started.json.sourceId), "never the same again");
    except.push(started.json.sourceId);
  }
}

let titleId = "";
const dead: number[] = [];

test("all are dead: the answer says why of each", async () => {
  dead.push(add(deadMagnet("2160p")), add(deadMagnet("1080p")));
  titleId = (await admin.read(`/api/downloads/${dead[0]}`)).titleId;
  const first = await admin.send("/api/play/start", { titleId });
  assert.equal(first.quality, "4K");
  const second = await admin.send("/api/play/start", { titleId, except: [first.sourceId] });
  assert.equal(second.quality, "FHD");
  assert.equal(second.skipped[0].sourceId, first.sourceId);
  const except = [first.sourceId, second.sourceId];
  const reply = await until("both to be known as dead", async () => {
    const got = await admin.post("/api/play/start", { titleId, except });
    return got.json.code !== "stalled" && got;
  });
  assert.equal(reply.status, 504);
  assert.match(reply.json.code, /^(no_peers|metadata_timeout)$/);
  assert.match(reply.json.message, /4K: .+\. FHD: .+\./);
  for (const bad of ["x", [0], ["1"], [1.5], Array(65).fill(1)])
    assert.equal((await admin.post("/api/play/start", { titleId, except: bad })).status, 400);
});

test("a dead magnet first, a live one second: one Play ends up playing", async () => {
  for (const id of dead) assert.equal((await admin.delete(`/api/downloads/${id}`)).status, 204);
  const film = newFilm("Salt Road (2014) 720p.mp4");
  seeders.push(await startAria2(film.torrent, film.hash, film.folder, tracker));
  add(film.torrent);
  add(deadMagnet("1080p"));
  const { answer, bytes, tries } = await playOn(titleId);
  assert.ok(bytes.equals(film.bytes));
  assert.equal(answer.quality, "HD");
  assert.equal(answer.skipped.length, 1);
  assert.equal(answer.skipped[0].quality, "FHD");
  assert.match(answer.skipped[0].code, /^(no_peers|metadata_timeout|stalled)$/);
  assert.ok(answer.skipped[0].sentence.length > 0);
  assert.equal(tries, 2);
});

test("what is known to be dead is not tried first again", async () => {
  const answer = await until("its problem to be known", async () => {
    const got = await admin.send("/api/play/start", { titleId });
    return got.quality === "HD" && got;
  });
  assert.match(answer.skipped[0].code, /^(no_peers|metadata_timeout)$/);
});

test("why it plays is kept and shown", () => {
  const shown = world.ctl("title", "show", titleId);
  assert.match(shown.stdout, /The HD torrent plays: better ones do not play now\./);
  assert.match(shown.stdout, /no_peers|metadata_timeout/);
  const why = world.ctl("why", titleId).stdout;
  assert.match(why, new RegExp(`^${titleId} {2}what plays$`, "m"));
  assert.match(why, /The HD torrent plays: better ones do not play now\. \(source_chosen\)$/m);
});

test("administrators, and they alone, are told by the API why it plays", async () => {
  const target = `/api/titles/${titleId}/choice`;
  const { choice } = await admin.read(target);
  assert.equal(choice.sentence, "The HD torrent plays: better ones do not play now.");
  const [taken, passed, ...more] = choice.sources;
  assert.deepEqual(more, []);
  assert.deepEqual(
    [taken.quality, taken.kind, taken.chosen, taken.problem, taken.sentence],
    ["HD", "torrent", true, null, null],
  );
  assert.equal((await admin.read(`/api/downloads/${taken.downloadId}`)).titleId, titleId);
  assert.deepEqual([passed.quality, passed.chosen], ["FHD", false]);
  assert.match(passed.problem, /^(no_peers|metadata_timeout)$/);
  assert.ok(passed.sentence.length > 0);
  const told = (await admin.get(target)).text;
  assert.doesNotMatch(told, /[0-9a-f]{40}|magnet:/i);
  const uma = await world.person("uma@example.org");
  const refused = await uma.get(target);
  assert.equal(refused.status, 403);
  assert.doesNotMatch(refused.text, /torrent plays|FHD/);
  assert.equal((await visitor.get(target)).status, 401);
});

test("what was not played yet has no choice; what cannot be asked is refused", async () => {
  const unseen = world.ctlJson("add", deadMagnet("720p"), "--title", "Unseen (2011)");
  const other = (await admin.read(`/api/downloads/${unseen.id}`)).titleId;
  assert.deepEqual(await admin.read(`/api/titles/${other}/choice`), { choice: null });
  for (const query of ["season=1", "episode=1", "season=1&episode=1", "what=1"])
    assert.equal((await admin.get(`/api/titles/${titleId}/choice?${query}`)).status, 400, query);
  assert.equal((await admin.get("/api/titles/movie-999999/choice")).status, 404);
});

test("before consent only one's own files play, and that is said", async () => {
  config("net.consent", "false");
  const refused = await until("the refusal", async () => {
    const got = await admin.post("/api/play/start", { titleId });
    return got.status === 409 && got;
  });
  assert.equal(refused.json.code, "consent_needed");
  assert.match(refused.json.message, /agree/);
  const own = await admin.post("/api/play/start", { titleId: `movie-${mine}` });
  assert.equal(own.status, 200, own.text);
  assert.equal((await visitor.get(own.json.url)).status, 200);
  config("net.consent", "true");
  await until("it to play again", async () => {
    return (await admin.post("/api/play/start", { titleId })).status === 200;
  });
});
