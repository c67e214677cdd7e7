// The swarm that other tests stand on: tracker and foreign programs, with each
// other, without anything of ours in between.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { startTracker, type Tracker } from "../../tools/tracker.ts";
import {
  fetchWithAria2,
  makeTorrent,
  type Seeder,
  sha256,
  startAria2,
  startTransmission,
} from "../world/seeder.ts";

let hold: string;
let tracker: Tracker;
let torrent: string;
let hash: string;

before(async () => {
  hold = mkdtempSync(path.join(tmpdir(), "miau-swarm-"));
  tracker = await startTracker();
  mkdirSync(path.join(hold, "shared"));
  writeFileSync(path.join(hold, "shared/film.bin"), randomBytes(3_000_001));
  torrent = path.join(hold, "film.torrent");
  hash = makeTorrent(path.join(hold, "shared/film.bin"), torrent, tracker);
});

after(async () => {
  await tracker.stop();
  rmSync(hold, { recursive: true, force: true });
});

async function fetchedFrom(seeder: Seeder, name: string): Promise<void> {
  const folder = path.join(hold, name);
  mkdirSync(folder);
  try {
    await fetchWithAria2(torrent, folder);
  } finally {
    await seeder.stop();
  }
  assert.equal(
    await sha256(path.join(folder, "film.bin")),
    await sha256(path.join(hold, "shared/film.bin")),
  );
}

test("aria2 shares with aria2", async () => {
  await fetchedFrom(await startAria2(torrent, hash, path.join(hold, "shared"), tracker), "one");
});

test("transmission shares with aria2", async () => {
  const shared = path.join(hold, "shared");
  await fetchedFrom(await startTransmission(torrent, hash, shared, tracker), "two");
});

test("who has gone is not named any more, and strangers get an error", async () => {
  const announce = (more: string) =>
    fetch(`${tracker.url}?info_hash=${"%aa".repeat(20)}&port=7&left=0${more}`);
  assert.match(await (await announce("")).text(), /8:completei1e/);
  assert.deepEqual(tracker.peers("aa".repeat(20)), ["127.0.0.1:7"]);
  await announce("&event=stopped");
  assert.deepEqual(tracker.peers("aa".repeat(20)), []);
  assert.match(await (await fetch(`${tracker.url}?port=7`)).text(), /failure reason/);
  const scraped = await fetch(
    tracker.url.replace("announce", `scrape?info_hash=${"%aa".repeat(20)}`),
  );
  assert.match(await scraped.text(), /8:completei0e/);
});
