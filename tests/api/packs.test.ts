// A torrent of several files, shared by another program: each episode plays its
// own bytes, and where names do not tell, a person is asked and what was said
// plays.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { until } from "../world/place.ts";
import { type Shared, Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const swarm = await Swarm.for(world);
const { admin } = world;
const visitor = world.visitor();

interface Pack extends Shared {
  bytes: Record<string, Buffer>;
}

/** Made, and shared by aria2. */
async function share(name: string, sizes: Record<string, number>): Promise<Pack> {
  const folder = path.join(world.hold, name);
  const bytes: Record<string, Buffer> = {};
  for (const [file, size] of Object.entries(sizes)) {
    const to = path.join(folder, file);
    mkdirSync(path.dirname(to), { recursive: true });
    bytes[file] = randomBytes(size);
    writeFileSync(to, bytes[file]);
  }
  return { bytes, ...(await swarm.share(folder)) };
}

const show = (id: number): Promise<Json> => admin.read(`/api/downloads/${id}`);
const indexOf = async (id: number, file: string): Promise<number> => {
  const { fileList } = await show(id);
  return fileList.find((f: Json) => f.path.endsWith(file)).index;
};

async function plays(what: Json, bytes: Buffer | undefined): Promise<void> {
  const { url } = await admin.send("/api/play/start", what);
  const reply = await visitor.get(url);
  assert.equal(reply.status, 200);
  assert.ok(reply.body.equals(bytes as Buffer), `${JSON.stringify(what)} plays its own bytes`);
}

test("each episode of a pack plays its own bytes", async () => {
  const pack = await share("Night Harbour", {
    "Night.Harbour.S01E02.mp4": 400_001,
    "Night.Harbour.S01E01.mp4": 300_001,
    "Night.Harbour.S01E03E04.mp4": 600_001,
    "Sample/night.harbour.s01e01.sample.mp4": 20_000,
    "Night.Harbour.S01.nfo": 2000,
  });
  const shown = await swarm.added(pack.torrent, "--title", "Night Harbour");
  const { id, titleId, choice, fileList } = shown;
  assert.match(titleId, /^show-/);
  assert.equal(choice.code, "pack_chosen");
  assert.ok(choice.confidence > 0.5);
  assert.equal(fileList.filter((f: Json) => f.chosen).length, 3);
  const told = Object.fromEntries(
    fileList.map((f: Json) => [
      path.basename(f.path),
      f.episodes?.map((e: Json) => `${e.season}x${e.episode}`) ?? null,
    ]),
  );
  assert.deepEqual(told, {
    "Night.Harbour.S01E02.mp4": ["1x2"],
    "Night.Harbour.S01E01.mp4": ["1x1"],
    "Night.Harbour.S01E03E04.mp4": ["1x3", "1x4"],
    "night.harbour.s01e01.sample.mp4": [],
    "Night.Harbour.S01.nfo": null,
  });
  const { stdout } = world.ctl("downloads", "show", String(id));
  assert.match(stdout, /Choice +Each file tells/);
  assert.match(stdout, /S01E03E04\.mp4 .* S1E3 S1E4$/m);
  assert.match(stdout, /sample\.mp4 .* not known$/m);
  const files: [number, string][] = [
    [1, "Night.Harbour.S01E01.mp4"],
    [2, "Night.Harbour.S01E02.mp4"],
    [3, "Night.Harbour.S01E03E04.mp4"],
    [4, "Night.Harbour.S01E03E04.mp4"],
  ];
  for (const [episode, file] of files)
    await plays({ titleId, season: 1, episode }, pack.bytes[file]);
  const asked = `/api/titles/${titleId}/choice`;
  const { choice: taken } = await admin.read(`${asked}?season=1&episode=2`);
  assert.deepEqual(
    taken.sources.map((s: Json) => [s.downloadId, s.chosen]),
    [[id, true]],
  );
  for (const query of ["", "?season=1", "?episode=2"])
    assert.equal((await admin.get(asked + query)).status, 400, query);
  assert.equal((await admin.get(`${asked}?season=1&episode=99`)).status, 404);
  const why = world.ctl("why", titleId).stdout;
  assert.equal(why.split("Each file tells its episode").length, 2, `told once: ${why}`);
});

test("a film among films is asked for, and what is said plays", async () => {
  const pack = await share("Two of them", {
    "The one.mp4": 300_001,
    "The other.mp4": 310_001,
  });
  const asked = await swarm.added(pack.torrent, "--title", "Iron Lake (2016)");
  const { id } = asked;
  assert.equal(asked.choice.code, "unsure");
  assert.equal(asked.choice.confidence, 0);
  assert.equal(asked.fileList.filter((f: Json) => f.chosen).length, 0);
  const start = await admin.post("/api/play/start", { titleId: asked.titleId });
  assert.equal(start.status, 404, "nothing is guessed");
  assert.match(world.ctl("downloads", "list").stdout, /which file\?/);
  const other = await indexOf(id, "The other.mp4");
  assert.equal(world.ctl("downloads", "file", String(id), String(other)).code, 0);
  const told = await show(id);
  assert.equal(told.choice.code, "file_chosen");
  assert.equal(told.choice.confidence, 1);
  await plays({ titleId: told.titleId }, pack.bytes["The other.mp4"]);
});

test("episodes without numbers are named one by one", async () => {
  const pack = await share("Day Harbour", { "The Quay.mp4": 300_001, "The Tide.mp4": 310_001 });
  const { id, choice } = await swarm.added(pack.torrent, "--title", "Day Harbour");
  assert.equal(choice.code, "unsure");
  const tide = await indexOf(id, "The Tide.mp4");
  const quay = await indexOf(id, "The Quay.mp4");
  const change = (body: object) => admin.patch(`/api/downloads/${id}`, body);
  for (const body of [
    { season: 1, episode: 1 },
    { fileIndex: tide, season: 1 },
    { fileIndex: 17, season: 1, episode: 1 },
  ])
    assert.equal((await change(body)).status, 400, JSON.stringify(body));
  assert.equal((await change({ fileIndex: tide, season: 1, episode: 1 })).status, 200);
  const said = world.ctl("downloads", "file", String(id), String(quay), "--episode", "1x01");
  assert.equal(said.code, 0, said.stderr);
  const moved = await change({ fileIndex: tide, season: 1, episode: 2 });
  const { titleId } = moved.json;
  assert.match(titleId, /^show-/);
  assert.equal((await show(id)).fileList.filter((f: Json) => f.chosen).length, 2);
  await plays({ titleId, season: 1, episode: 1 }, pack.bytes["The Quay.mp4"]);
  await plays({ titleId, season: 1, episode: 2 }, pack.bytes["The Tide.mp4"]);
  const named = await change({ fileIndex: quay });
  assert.equal(named.status, 400, "its name tells no episode");
});

test("a film plays by its magnet before it is known what is in it", async () => {
  const pack = await share("Salt Road (2014)", {
    "Salt Road (2014).mp4": 500_001,
    "Sample/salt road sample.mp4": 20_000,
  });
  const { magnet } = await (async () => {
    const { id } = world.ctlJson("add", pack.torrent);
    const given = await admin.read(`/api/downloads/${id}/export`);
    assert.equal((await admin.delete(`/api/downloads/${id}?erase=true`)).status, 204);
    return given;
  })();
  const link = `${magnet}&tr=${encodeURIComponent(swarm.tracker.url)}`;
  pack.seeder.stall();
  const { id } = world.ctlJson("add", link, "--title", "Salt Road (2014)");
  const titleId = await until("its title", async () => (await show(id)).titleId ?? undefined);
  const { url, streamingKey } = await admin.send("/api/play/start", { titleId });
  const running = visitor.get(url);
  const state = await admin.send("/api/play/state", { streamingKey });
  assert.equal(state.size, null, "nobody knows yet what is in it");
  assert.equal((await show(id)).choice, null);
  pack.seeder.goOn();
  const reply = await running;
  assert.equal(reply.status, 200, reply.text);
  assert.ok(reply.body.equals(pack.bytes["Salt Road (2014).mp4"] as Buffer));
});

test("episodes of a magnet appear by themselves when its metadata comes", async () => {
  const pack = await share("Low Harbour", {
    "Low.Harbour.S01E01.mp4": 300_001,
    "Low.Harbour.S01E02.mp4": 310_001,
  });
  const { magnet } = await (async () => {
    const { id } = world.ctlJson("add", pack.torrent, "--paused");
    const given = await admin.read(`/api/downloads/${id}/export`);
    assert.equal((await admin.delete(`/api/downloads/${id}?erase=true`)).status, 204);
    return given;
  })();
  // The catalogue knows the show, as it does what a person looked for.
  const list = JSON.stringify([{ kind: "show", name: "Low Harbour", year: 2012 }]);
  assert.equal(world.ctlWith({ input: list }, "title", "import", "-").code, 0);
  const number = await world.showId("Low Harbour");
  pack.seeder.stall();
  const link = magnet.includes("&tr=")
    ? magnet
    : `${magnet}&tr=${encodeURIComponent(swarm.tracker.url)}`;
  const { id } = world.ctlJson("add", link, "--title-id", `show-${number}`);
  assert.equal((await show(id)).titleId, `show-${number}`);
  const before = await admin.read(`/api/shows/${number}`);
  assert.equal(before.playable, false, "nobody knows yet which episodes are in it");
  pack.seeder.goOn();
  const now = await until("the show to be playable", async () => {
    const told = await admin.read(`/api/shows/${number}`);
    return told.playable && told;
  });
  const [season] = now.seasons;
  assert.deepEqual(
    season.episodes.map((e: Json) => [e.episodeNumber, e.playable]),
    [
      [1, true],
      [2, true],
    ],
  );
  assert.equal((await show(id)).choice.code, "pack_chosen");
  const titleId = `show-${number}`;
  await plays({ titleId, season: 1, episode: 2 }, pack.bytes["Low.Harbour.S01E02.mp4"]);
});
