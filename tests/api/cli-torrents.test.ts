// miauctl and torrents: sharing a file of the house, what other programs make of
// its .torrent, adding, and everything that may be changed about a download.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const folder = path.join(world.hold, "own");
const film = path.join(folder, "Own film (2001).mp4");
mkdirSync(folder, { recursive: true });
// As an MP4 begins; nobody looks further before it is shared.
writeFileSync(film, Buffer.alloc(700_001, "\0\0\0\x18ftypisom own film "));

const json = (...words: string[]) => {
  const { code, stdout, stderr } = world.ctl(...words, "--json");
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
};
const nowhere = `magnet:?xt=urn:btih:${"5".repeat(40)}`;
let id = 0;
const no = () => String(id);

test("nothing is added before somebody agreed", () => {
  const { code, stderr } = world.ctl("add", nowhere);
  assert.equal(code, 1);
  assert.match(stderr, /agree first.*`miauctl config set net\.consent true`/);
  assert.deepEqual(json("downloads", "list").downloads, []);
  assert.match(world.ctl("downloads", "list").stdout, /No download/);
});

test("a file of one's own is shared, and its .torrent is one", () => {
  id = json("share", film, "--title", "Our own").id;
  const file = path.join(world.hold, "own.torrent");
  const magnet = world.ctl("torrent", "export", no(), "-o", file).code;
  assert.equal(magnet, 0);
  const shown = execFileSync("transmission-show", [file], { encoding: "utf8" });
  const hash = /Hash(?: v1)?: ([0-9a-f]{40})/.exec(shown)?.[1] as string;
  assert.match(shown, /Own film \(2001\)\.mp4/);
  assert.match(world.ctl("torrent", "export", no()).stdout, new RegExp(`btih:${hash}`));
  assert.equal(json("downloads", "show", no()).hash, hash);
  assert.equal(world.ctl("torrent", "export", no(), "-o", file).code, 1, "never over a file");
  const bytes = world.ctl("torrent", "export", no(), "-o", "-").stdout;
  assert.equal(bytes.slice(0, 20), readFileSync(file, "utf8").slice(0, 20));
});

test("it is listed, shown and changed", () => {
  const row = json("downloads", "list").downloads[0];
  assert.equal(row.id, id);
  assert.equal(row.isOwnFile, true);
  assert.equal(row.size, 700_001);
  assert.match(world.ctl("downloads", "list").stdout, /No +Title/);
  assert.match(world.ctl("downloads", "show", no()).stdout, /Own film \(2001\)\.mp4/);
  assert.equal(json("downloads", "pause", no()).state, "paused");
  assert.notEqual(json("downloads", "resume", no()).state, "paused");
  assert.deepEqual(json("downloads", "limit", no(), "--down", "7", "--up", "9").limit, {
    down: 7 * 1024,
    up: 9 * 1024,
  });
  assert.deepEqual(json("downloads", "limit", no(), "--up", "0").limit, { down: 7 * 1024, up: 0 });
  assert.equal(json("downloads", "ratio", no(), "1.5").ratioLimit, 1.5);
  const limits = world.ctl("downloads", "show", no()).stdout;
  assert.match(limits, /^Fetches +at most 7\.0 KiB a second$/m);
  assert.match(limits, /^Shared +up to ratio 1\.50$/m);
  assert.doesNotMatch(limits, /^Gives/m);
  assert.equal(json("downloads", "pin", no()).isPinned, true);
  assert.equal(json("downloads", "unpin", no()).isPinned, false);
});

test("the disk that torrents use", () => {
  const status = json("storage", "status");
  assert.ok(status.limit > 0);
  assert.ok(status.used < 700_001, "a file of one's own takes no room here");
  assert.match(world.ctl("storage", "status").stdout, /Limit/);
  assert.equal(world.ctl("storage", "evict", no()).code, 1, "never a file of one's own");
  assert.equal(readFileSync(film).length, 700_001);
});

test("what makes no sense is refused", () => {
  assert.equal(world.ctl("downloads", "show", "999999").code, 1);
  assert.equal(world.ctl("downloads", "show", "first").code, 1);
  const empty = path.join(world.hold, "empty.torrent");
  writeFileSync(empty, "");
  assert.match(world.ctl("add", empty).stderr, /empty\.torrent is empty\./);
  assert.equal(world.ctl("downloads", "limit", no()).code, 1);
  assert.equal(world.ctl("downloads", "ratio", no(), "much").code, 1);
  assert.equal(world.ctl("share", path.join(folder, "gone.mp4")).code, 1);
  assert.equal(world.ctl("share", folder).code, 1);
  const script = path.join(folder, "backup.sh");
  writeFileSync(script, "#!/bin/sh\ntar c /\n".repeat(10));
  const refused = world.ctl("share", script);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Only films are shared, and backup\.sh is none/);
});

test("once agreed, a .torrent is added, and known the second time", () => {
  assert.equal(world.ctl("config", "set", "net.consent", "true").code, 0);
  const other = path.join(world.hold, "other.torrent");
  writeFileSync(path.join(world.hold, "other.mp4"), Buffer.alloc(300_000, "other"));
  execFileSync("transmission-create", ["-o", other, path.join(world.hold, "other.mp4")], {
    stdio: "ignore",
  });
  const first = json("add", other, "--title", "Another", "--paused");
  assert.equal(first.known, false);
  assert.deepEqual(json("add", other), { id: first.id, known: true });
  assert.match(world.ctl("add", other).stdout, /known already/);
  writeFileSync(path.join(world.hold, "bad.torrent"), "d4:info3:bad");
  assert.equal(world.ctl("add", path.join(world.hold, "bad.torrent")).code, 1);
  assert.equal(world.ctl("add", "magnet:?xt=urn:btih:short").code, 1);
});

test("what is fetched when watched gets no room before", async () => {
  const torrentOf = (name: string) => {
    const torrent = path.join(world.hold, `${name}.torrent`);
    writeFileSync(path.join(world.hold, `${name}.mp4`), Buffer.alloc(300_000, name));
    execFileSync("transmission-create", ["-o", torrent, path.join(world.hold, `${name}.mp4`)], {
      stdio: "ignore",
    });
    return torrent;
  };
  const idle = json("add", torrentOf("idle"), "--when-watched").id;
  const whole = json("add", torrentOf("whole")).id;
  const admitted = (one: number): number => json("downloads", "show", String(one)).admitted;
  await until("the other to have got its room", () => admitted(whole) === 300_000);
  assert.equal(admitted(idle), 0);
});

test("what is removed is gone, but never one's own file", () => {
  assert.equal(world.ctl("downloads", "remove", no(), "--erase").code, 0);
  const left = json("downloads", "list").downloads as { id: number }[];
  assert.ok(!left.some((row) => row.id === id));
  assert.equal(readFileSync(film).length, 700_001);
});

test("a shared file that is changed or goes is said, and found when it is back", async () => {
  const bytes = readFileSync(film);
  const shares = ["Changed (2002).mp4", "Gone (2003).mp4"].map((name) => {
    const file = path.join(folder, name);
    writeFileSync(file, Buffer.concat([bytes, Buffer.from(name)]));
    return { file, id: String(json("share", file).id), was: readFileSync(file) };
  });
  const [changed, gone] = shares as [(typeof shares)[0], (typeof shares)[0]];
  const all = (what: string, is: (row: { state: string; problem: string }) => boolean) =>
    until(what, () => shares.every(({ id }) => is(json("downloads", "show", id))));
  await all("both to be shared", (row) => row.state === "seeding");
  writeFileSync(changed.file, Buffer.from(changed.was).fill(7, 400_000, 500_000));
  rmSync(gone.file);
  await all("it to be said", (row) => row.state === "failed" && row.problem === "corrupt");
  for (const { id } of shares)
    assert.match(world.ctl("downloads", "show", id).stdout, /not the one that was shared/);
  for (const { file, was } of shares) writeFileSync(file, was);
  await all("both to be shared again", (row) => row.state === "seeding" && row.problem === null);
});
