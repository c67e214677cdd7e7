// What somebody may play next is made ready: of a film that is not here its head,
// its tail and the place where this person stopped, and nothing else.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { until } from "../world/place.ts";
import { makeTorrent, type Seeder, startAria2 } from "../world/seeder.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const tracker = await startTracker();
const seeders: Seeder[] = [];
after(async () => {
  for (const seeder of seeders) await seeder.stop();
  await tracker.stop();
});
assert.equal(world.ctl("config", "set", "net.consent", "true").code, 0);

const mib = 1024 * 1024;
const size = 40 * mib;

/** A film that nobody has asked for yet. */
async function newFilm(name: string): Promise<{ titleId: string; id: number; bytes: Buffer }> {
  const folder = path.join(world.hold, name);
  mkdirSync(folder);
  const bytes = randomBytes(size);
  const file = path.join(folder, `${name} (2001).mp4`);
  writeFileSync(file, bytes);
  const torrent = path.join(world.hold, `${name}.torrent`);
  const hash = makeTorrent(file, torrent, tracker);
  seeders.push(await startAria2(torrent, hash, folder, tracker));
  const added = world.ctl("add", torrent, "--when-watched", "--json");
  assert.equal(added.code, 0, added.stderr);
  const { id } = JSON.parse(added.stdout);
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  return { titleId, id, bytes };
}

/** Which MiB of it are here, as a picture: "#" here, "." not at all. */
async function here(id: number): Promise<string> {
  const { pieces } = await world.admin.read(`/api/downloads/${id}`);
  const bits = Buffer.from(pieces.published, "base64");
  const perMib = mib / pieces.size;
  let picture = "";
  for (let at = 0; at < size / mib; at++) {
    let n = 0;
    for (let p = at * perMib; p < (at + 1) * perMib; p++)
      if ((bits[p >> 3] ?? 0) & (0x80 >> (p & 7))) n++;
    picture += n === perMib ? "#" : n === 0 ? "." : "+";
  }
  return picture;
}

const head = "##";
const tail = "#";
const dots = (n: number) => ".".repeat(n);

/** Waits until just that is here, and that it stays so. */
async function warmed(id: number, picture: string): Promise<void> {
  await until(`download ${id} to be ${picture}`, async () => (await here(id)) === picture, {
    every: 200,
  });
  const shown = await world.admin.read(`/api/downloads/${id}`);
  assert.equal(shown.admitted, shown.done, "nothing else was asked for");
}

test("a film under the pointer: its head and its tail come", async () => {
  const { titleId, id } = await newFilm("Hovered");
  assert.equal(await here(id), dots(40));
  await world.admin.send("/api/ui/intent", { titleId, kind: "hover" });
  await warmed(id, head + dots(37) + tail);
});

test("a film that was begun: also the place where it stopped", async () => {
  const { titleId, id, bytes } = await newFilm("Begun");
  await world.admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.split("-")[1]),
    progress: 0.5,
    status: "watching",
  });
  await world.admin.send("/api/ui/intent", { titleId, kind: "continue" });
  // Two MiB before the middle, six after it.
  await warmed(id, `${head}${dots(16)}${"#".repeat(8)}${dots(13)}${tail}`);
  // What is warm is played as it is, although nobody shares it any more.
  await seeders.at(-1)?.stop();
  seeders.pop();
  const { url } = await world.admin.send("/api/play/start", { titleId });
  const range = `bytes=${20 * mib}-${26 * mib - 1}`;
  const got = await world.visitor().get(url, { headers: { Range: range } });
  assert.equal(got.status, 206);
  assert.ok(got.body.equals(bytes.subarray(20 * mib, 26 * mib)));
});

test("another person has another place", async () => {
  const { titleId, id } = await newFilm("Shared");
  await world.admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.split("-")[1]),
    progress: 0.5,
    status: "watching",
  });
  const other = await world.person("other@example.org");
  await other.send("/api/ui/intent", { titleId, kind: "open" });
  await warmed(id, head + dots(37) + tail);
});

test("what was paused stays so", async () => {
  const { titleId, id } = await newFilm("Paused");
  assert.equal(world.ctl("downloads", "pause", `${id}`).code, 0);
  await world.admin.send("/api/ui/intent", { titleId, kind: "hover" });
  const next = await newFilm("Next");
  await world.admin.send("/api/ui/intent", { titleId: next.titleId, kind: "hover" });
  await warmed(next.id, head + dots(37) + tail);
  assert.equal(await here(id), dots(40));
});

test("what has the number of a film that was removed", async () => {
  const gone = await newFilm("Gone");
  await world.admin.send("/api/ui/intent", { titleId: gone.titleId, kind: "hover" });
  await warmed(gone.id, head + dots(37) + tail);
  assert.equal(world.ctl("downloads", "remove", `${gone.id}`, "--erase").code, 0);
  const next = await newFilm("Instead");
  assert.equal(next.id, gone.id);
  const other = await newFilm("Other");
  await world.admin.send("/api/ui/intent", { titleId: other.titleId, kind: "hover" });
  await warmed(other.id, head + dots(37) + tail);
  assert.equal(await here(next.id), dots(40), "nobody is interested in this one");
  await world.admin.send("/api/ui/intent", { titleId: next.titleId, kind: "hover" });
  await warmed(next.id, head + dots(37) + tail);
});
