// Sharing a file answers before it was read: its download tells how far that is,
// it may be taken back, it survives a kill, and what goes wrong with the file is
// said. The long film is a hole of many gigabytes behind the head of a film.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { openSync, renameSync, truncateSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { miauctl, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract already
type Json = any;

const world = await newWorld();
const { admin } = world;
const head = Buffer.alloc(70_000, "\0\0\0\x18ftypisom own film ");
const huge = 1000 * 2 ** 30;

/** A film in the library's folder that is too long to be read while this runs. */
function lay(name: string, size = huge): string {
  const file = path.join(world.films, name);
  writeSync(openSync(file, "w"), head);
  truncateSync(file, size);
  return file;
}

const show = (id: number): Promise<Json> => admin.read(`/api/downloads/${id}`);
const share = (file: string) => admin.post("/api/downloads/share", { path: file });
const list = async (): Promise<Json[]> => (await admin.read("/api/downloads")).downloads;
const isRead = (id: number): Promise<Json> =>
  until("some of it to be read", async () => {
    const now = await show(id);
    assert.equal(now.state, "hashing");
    return now.done > 0 && now;
  });

const long = lay("Long Way (2010).mp4");
const short = lay("Short Way (2011).mp4", 300_000);
await world.addFolder(world.films);
let id = 0;

test("the answer comes at once, and the download tells how far it is", async () => {
  const made = await share(long);
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.known, false);
  id = made.json.id;
  const first = await isRead(id);
  assert.equal(first.size, huge);
  assert.equal(first.isOwnFile, true);
  assert.ok(first.rate > 0 && first.eta > 0, JSON.stringify(first));
  await until("more of it to be read", async () => (await show(id)).done > first.done);
  assert.match(world.ctl("downloads", "list").stdout, /Long Way.* hashing/);
  assert.equal((await admin.get(`/api/downloads/${id}/export`)).status, 409);
});

test("it is shared once", async () => {
  const again = await share(long);
  assert.equal(again.status, 200);
  assert.deepEqual(again.json, { id, known: true });
  assert.equal((await list()).length, 1);
});

test("what can be known at once is refused at once", async () => {
  const text = path.join(world.films, "notes.mp4");
  writeSync(openSync(text, "w"), "no film");
  for (const [status, file] of [
    [422, text],
    [404, path.join(world.films, "gone.mp4")],
    [403, path.join(world.state, "miauflix.db")],
  ] as [number, string][])
    assert.equal((await share(file)).status, status, file);
  const outside = path.join(world.hold, "outside.mp4");
  writeSync(openSync(outside, "w"), head);
  assert.equal((await share(outside)).status, 403);
  assert.equal((await list()).length, 1);
});

test("one file is read at a time, and others wait for that", async () => {
  const { code, stdout } = world.ctl("share", short, "--detach", "--json");
  assert.equal(code, 0);
  const other = JSON.parse(stdout).id;
  const waiting = await show(other);
  assert.equal(waiting.state, "hashing");
  assert.match(waiting.sentence, /when the file before it/);
  assert.match(world.ctl("share", short, "--detach").stdout, /being read as download/);
  // Who does not wait for another gets on meanwhile.
  assert.equal((await admin.patch(`/api/downloads/${id}`, { paused: true })).status, 200);
  await until("the other to be shared", async () => (await show(other)).state === "seeding");
  assert.equal((await show(id)).state, "paused");
  const goOn = await admin.patch(`/api/downloads/${id}`, { paused: false });
  assert.equal(goOn.json.state, "hashing");
  await isRead(id);
});

test("after a kill it is read from the beginning", async () => {
  const before = await isRead(id);
  process.kill(world.process("miaud").pid, "SIGKILL");
  const after = await until("miaud to be back", async () => {
    const got = await admin.get(`/api/downloads/${id}`);
    return got.status === 200 && got.json;
  });
  assert.equal(after.state, "hashing");
  assert.equal(after.title, before.title);
  await isRead(id);
});

test("a file that changes meanwhile is not shared, and may be shared again", async () => {
  truncateSync(long, huge / 2);
  const failed = await until("it to be said", async () => {
    const now = await show(id);
    return now.state === "failed" && now;
  });
  assert.match(failed.sentence, /was changed while it was read/);
  const again = await share(long);
  assert.deepEqual(again.json, { id, known: true });
  assert.equal((await isRead(id)).size, huge / 2);
});

test("so is one that goes away", async () => {
  const there = `${long}.away`;
  renameSync(long, there);
  const failed = await until("it to be said", async () => {
    const now = await show(id);
    return now.state === "failed" && now;
  });
  assert.match(failed.sentence, /went away while it was read/);
  assert.equal(world.ctl("downloads", "resume", String(id)).code, 0);
  await until("it to be said again", async () => {
    const { state, sentence } = await show(id);
    return state === "failed" && /no longer there/.test(sentence);
  });
  renameSync(there, long);
  assert.equal(world.ctl("downloads", "resume", String(id)).code, 0);
  await isRead(id);
});

test("removing takes it back, also while it is read", async () => {
  const { env, hold } = world;
  let told: { code: number; stderr: string } | undefined;
  const waits = promisify(execFile)(miauctl, ["share", long], { env, cwd: hold }).then(
    () => assert.fail("it was shared"),
    (error: { code: number; stderr: string }) => (told = error),
  );
  await isRead(id);
  assert.equal((await admin.delete(`/api/downloads/${id}`)).status, 204);
  assert.equal((await admin.get(`/api/downloads/${id}`)).status, 404);
  // Who asks to share it only now begins anew, which is taken back too.
  await until("who waits to be told", async () => {
    for (const { id: again, size } of await list())
      if (size > 2 ** 30) await admin.delete(`/api/downloads/${again}`);
    return told !== undefined;
  });
  const { code, stderr } = await waits;
  assert.equal(code, 1);
  assert.match(stderr, /no download/);
});

test("the same bytes under another name are known when they were read", async () => {
  const copy = lay("Short Way, the copy (2011).mp4", 300_000);
  // Torrents are named by what is in them and by their file's name.
  const twin = path.join(world.hold, path.basename(short));
  renameSync(copy, twin);
  const { code, stderr } = world.ctl("share", twin);
  assert.equal(code, 1);
  assert.match(stderr, /same bytes as download [0-9]+/);
  unlinkSync(twin);
});

test("who waits is told when it is shared", async () => {
  const file = lay("Third Way (2012).mp4", 400_000);
  const { code, stdout } = world.ctl("share", file);
  assert.equal(code, 0);
  const of = Number(/Shared as download ([0-9]+)/.exec(stdout)?.[1]);
  assert.equal((await show(of)).files, 1);
  assert.match(world.ctl("torrent", "export", String(of)).stdout, /^magnet:/);
});
