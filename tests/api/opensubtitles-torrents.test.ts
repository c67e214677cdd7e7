// Subtitles of films from torrents: found by the hash of the file as soon as its first
// and last part are here, else by its name; and those taken out of one go with it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { apiKey, OpenSubtitles } from "../upstreams/opensubtitles.ts";
import { until } from "../world/place.ts";
import { film as drawn, ffmpeg } from "../world/segments.ts";
import { type Film, Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged against the contract
type Json = any;

const world = await newWorld();
const swarm = await Swarm.for(world);
const service = await new OpenSubtitles().start();
after(() => service.stop());
swarm.set("opensubtitles.url", service.base);
const keyFile = path.join(world.hold, "key");
writeFileSync(keyFile, apiKey);
const set = world.ctl("config", "set", "opensubtitles.apiKey", "--value-file", keyFile);
assert.equal(set.code, 0, set.stderr);

function hashOf(bytes: Buffer): string {
  let sum = BigInt(bytes.length);
  for (const start of [0, bytes.length - 65_536])
    for (let at = start; at < start + 65_536; at += 8) sum += bytes.readBigUInt64LE(at);
  return (sum & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, "0");
}

const bytes = Buffer.from("1\n00:00:01,000 --> 00:00:03,000\nSaid\n");

/** What is found for a film of which the peer lacks one piece, or none. */
async function foundFor(film: Film, name: string, lacked: number | null): Promise<Json[]> {
  service.offers = [
    { fileId: 1, language: "en", release: "Exact", hash: hashOf(film.bytes), bytes },
    { fileId: 2, language: "en", release: "By name", name, bytes },
  ];
  const play = await swarm.play(film);
  await swarm.peer(film, { lacks: (piece) => piece === lacked });
  await swarm.isHere(play, film, film.bytes.length - (lacked === null ? 0 : film.pieceSize));
  service.asked = [];
  const { results } = await world.admin.read(`/api/subtitles/${play.key}/search?language=en`);
  return results.map(({ release, exactMatch }: Json) => [release, exactMatch]);
}

const PIECES = 12;
const PIECE = 64;
const random = (name: string): Film => swarm.film(name, PIECES * PIECE * 1024, PIECE);
const askedByHash = () => service.asked.some(({ url }) => url.includes("moviehash="));

describe("a film from a torrent", () => {
  test("that is whole is known by its hash", async () => {
    assert.deepEqual(await foundFor(random("All Here"), "all here", null), [["Exact", true]]);
  });

  test("that is still coming is, once its first and last part are here", async () => {
    const found = await foundFor(random("Middle Lacks"), "middle lacks", PIECES / 2);
    assert.deepEqual(found, [["Exact", true]]);
  });

  for (const [name, lacked] of [
    ["End Lacks", PIECES - 1],
    ["Begin Lacks", 0],
  ] as const) {
    test(`is looked for by its name before that: ${name}`, async () => {
      const found = await foundFor(random(name), name.toLowerCase(), lacked);
      assert.deepEqual(found, [["By name", false]]);
      assert.equal(askedByHash(), false);
    });
  }
});

describe("what was taken out of a film from a torrent", () => {
  const texts = path.join(world.state, "texts");

  /** Downloaded whole, with its subtitles taken out. */
  async function taken(name: string): Promise<number> {
    const folder = mkdtempSync(path.join(world.hold, "made-"));
    const [srt, mkv] = [path.join(folder, "a.srt"), path.join(folder, "a.mkv")];
    writeFileSync(srt, bytes);
    const of = ["-i", drawn("open.mkv", 60), "-i", srt, "-map", "0:v", "-map", "1"];
    ffmpeg([...of, "-c", "copy", "-c:s", "srt", mkv]);
    const film = swarm.film(name, readFileSync(mkv), PIECE);
    rmSync(folder, { recursive: true });
    const play = await swarm.play(film);
    await swarm.peer(film);
    await swarm.isHere(play, film);
    const { titleId } = await world.admin.read(`/api/downloads/${play.id}`);
    await until("its subtitles", async () => {
      const { subtitles } = await world.admin.send("/api/play/start", { titleId });
      const reply = subtitles[0] && (await world.visitor().get(subtitles[0].url));
      return reply?.status === 200 ? reply.text.includes("Said") : undefined;
    });
    return play.id;
  }

  test("goes with its download", async () => {
    const id = await taken("Gone Film");
    assert.equal(readdirSync(texts).length, 1);
    assert.equal((await world.admin.delete(`/api/downloads/${id}?erase=true`)).status, 204);
    await until("its texts to go", () => readdirSync(texts).length === 0 || undefined);
  });

  test("is swept when nobody knows its film, and else stays", async () => {
    await taken("Kept Film");
    const [kept] = readdirSync(texts);
    mkdirSync(path.join(texts, "t999999-0-999999-1"));
    writeFileSync(path.join(texts, "t999999-0-999999-1", "0.ass"), "x");
    const run = world.ctl("tasks", "run", "sweep");
    assert.equal(run.code, 0, run.stderr);
    await until("a sweep", () => readdirSync(texts).length === 1 || undefined);
    assert.deepEqual(readdirSync(texts), [kept]);
  });
});
