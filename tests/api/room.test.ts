// Room on the disk for downloads: under a smaller limit as little goes as is
// enough, and people are told what went and why, also after a restart.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { until } from "../world/place.ts";
import { type Film, Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const swarm = await Swarm.for(world);
const { admin } = world;
const mb = 1_000_000;

const show = (id: number): Promise<Json> => admin.read(`/api/downloads/${id}`);
const room = (): Promise<Json> => admin.read("/api/storage");
const itemOf = async (id: number): Promise<Json> =>
  (await room()).items.find((item: Json) => item.downloadId === id);
const add = async (film: Film): Promise<number> => {
  const torrent = readFileSync(film.torrent).toString("base64");
  return (await admin.send("/api/downloads", { torrent })).id;
};
const isWhole = (id: number) =>
  until(`all of download ${id}`, async () => {
    const { done, size, finishedAt } = await show(id);
    return done === size && finishedAt !== null;
  });

const whole: { film: Film; id: number }[] = [];

describe("a limit that is made smaller", () => {
  test("a little below what is here: a little goes", async () => {
    for (const [name, size] of [
      ["Old", 6 * mb],
      ["New", 3 * mb],
    ] as const) {
      const film = swarm.film(name, size);
      await swarm.peer(film);
      const id = await add(film);
      await isWhole(id);
      whole.push({ film, id });
    }
    const before = (await room()).used;
    const limit = before - mb;
    swarm.set("storage.limit", String(limit));
    await until("the limit to hold", async () => (await room()).used <= limit);
    const told = await Promise.all(whole.map(({ id }) => show(id)));
    const gone = told.map(({ size, done }) => size - done);
    const sum = gone.reduce((a, b) => a + b, 0);
    // What lists of pieces and rests of blocks may come to is kept free, too.
    const most = mb + 2 * (256 << 10) + 200_000;
    assert.ok(sum >= mb && sum <= most, String(gone));
    assert.deepEqual(
      told.map((download) => download.givenUp?.bytes ?? 0),
      gone,
    );
  });

  test("people are told what went and why", async () => {
    const { id } = (await until("one of them", async () => {
      const told = await Promise.all(whole.map((one) => show(one.id)));
      return told.find((download) => download.givenUp !== null);
    })) as Json;
    const said = /^1\.\d MB of it were given up to keep the storage limit\.$/;
    const { givenUp } = await show(id);
    assert.match(givenUp.sentence, said);
    assert.equal((await itemOf(id)).reason, givenUp.sentence);
    const line = world
      .ctl("storage", "status")
      .stdout.split("\n")
      .find((one) => one.includes("given up"));
    assert.match(line ?? "", new RegExp(`^ *${id} .*to keep the storage limit`));
    assert.match(world.ctl("downloads", "show", String(id)).stdout, /^Given up +1\.\d MB of it/m);
    const why = () => world.ctl("why", `torrent:${id}`).stdout;
    await until("the note", () => /given up to keep the storage limit\. \(given_up\)/.test(why()));
    assert.match(why(), /\(file_chosen\)/);
    const { pid } = world.process("miaud");
    process.kill(pid, "SIGKILL");
    await until("another miaud", () => world.processes("miaud").some((p) => p.pid !== pid));
    await world.ready();
    assert.equal((await show(id)).givenUp?.sentence, givenUp.sentence);
    swarm.set("storage.limit", "0");
    await isWhole(id);
    assert.equal((await show(id)).givenUp, null);
    assert.equal((await itemOf(id)).reason, "It is to be fetched whole.");
  });
});

describe("what takes room", () => {
  test("somebody asks for all of it", async () => {
    const { id } = whole[0] as { id: number };
    const before = (await show(id)).done;
    assert.equal((await admin.delete(`/api/storage/${id}`)).json.freed, before);
    const { sentence, bytes } = (await show(id)).givenUp;
    assert.match(sentence, /^6\.0 MB of it were given up because somebody asked for its room\.$/);
    assert.equal(bytes, before);
    const { used, reason } = await itemOf(id);
    assert.deepEqual([used, reason], [0, sentence]);
  });

  test("neither what has not begun nor a file of the library", async () => {
    const paused = await add(swarm.film("Not Begun", mb));
    await admin.patch(`/api/downloads/${paused}`, { paused: true });
    const folder = path.join(world.hold, "own");
    mkdirSync(folder);
    const file = path.join(folder, "Own Film (2003).mp4");
    const head = Buffer.from("\0\0\0\x18ftypisom", "latin1");
    writeFileSync(file, Buffer.concat([head, randomBytes(300_000)]));
    const { id } = world.ctlJson("share", file);
    assert.equal((await show(id)).isOwnFile, true);
    const { items } = await room();
    const ids = items.map((item: Json) => item.downloadId);
    assert.deepEqual([ids.includes(paused), ids.includes(id)], [false, false]);
  });
});
