// Torrents made to do harm, by the API and by miauctl: each is refused with a
// sentence that says why, and nothing of it stays in the database or in a folder.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { bencode, type Value } from "../world/bencode.ts";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const { admin } = world;
assert.equal(world.ctl("config", "set", "net.consent", "true").code, 0);

const piece = 16384;
const hashes = (n: number) => Buffer.alloc(20 * n, "h");
const torrent = (info: Value) => bencode({ info });
/** A pack of these files, its other rows as they should be. */
const pack = (files: Value[], size = 5) =>
  torrent({
    files,
    name: "Pack",
    "piece length": piece,
    pieces: hashes(Math.max(1, Math.ceil(size / piece))),
  });
const file = (parts: Value[], length: number | bigint = 5, more: object = {}): Value => ({
  ...more,
  length,
  path: parts,
});
const single = (length: number | bigint, more: { [key: string]: Value } = {}) =>
  torrent({ length, name: "x.mp4", "piece length": piece, pieces: hashes(1), ...more });
const root = createHash("sha256").update("12345").digest();
const tree = (files: { [key: string]: Value }, more: { [key: string]: Value } = {}) =>
  torrent({ "file tree": files, "meta version": 2, name: "Pack", "piece length": piece, ...more });
const leaf = (length: number | bigint = 5): Value => ({ "": { length, "pieces root": root } });

const cases: [string, Buffer, RegExp][] = [
  ["a path that leads out", pack([file(["..", "x"])]), /leads out of its folder/],
  ["a path that leads out in the middle", pack([file(["a", "..", "..", "x"])]), /leads out/],
  ["an absolute path", pack([file(["/etc", "passwd"])]), /holds a slash/],
  ["slashes of another system", pack([file(["..\\..\\x"])]), /holds a slash/],
  ["a name that leads out", single(5, { name: "../x.mp4" }), /holds a slash/],
  ["a second path that leads out", pack([file(["x"], 5, { "path.utf-8": [".."] })]), /leads out/],
  ["a name with a zero byte", pack([file([Buffer.from("a\0b")])]), /control/],
  ["a name that is no UTF-8", pack([file([Buffer.from([0xff, 0xfe])])]), /not UTF-8/],
  ["a link", pack([file(["x"], 5, { attr: "l", "symlink path": ["etc"] })]), /holds a link/],
  ["a single link", single(5, { attr: "l" }), /holds a link/],
  ["nothing at all", single(0), /holds nothing/],
  ["files without bytes", pack([file(["a"], 0), file(["b"], 0)]), /holds nothing/],
  ["no files", pack([]), /no files/],
  ["a negative size", single(-1), /too large/],
  ["2^63 - 1 bytes", single(9223372036854775807n), /too large/],
  ["more than 64 bits", single(99999999999999999999n), /holds nothing/],
  [
    "sizes whose sum overflows",
    pack([file(["a"], 1n << 62n), file(["b"], 1n << 62n)]),
    /too large/,
  ],
  ["too many pieces", single(BigInt(piece) * 300_000n), /too many pieces/],
  ["pieces that are too large", single(5, { "piece length": 128 << 20 }), /pieces is not accepted/],
  ["pieces of no size", single(5, { "piece length": 0 }), /pieces is not accepted/],
  ["hashes for other pieces", single(5, { pieces: hashes(2) }), /one hash for each piece/],
  ["two files of one name", pack([file(["a"]), file(["a"])], 10), /the same name/],
  [
    "too many files",
    pack(
      Array.from({ length: 10_001 }, (_, i) => file([`${i}`], 1)),
      10_001,
    ),
    /too many files/,
  ],
  ["a deep path", pack([file(Array.from({ length: 33 }, () => "d"))]), /too deep/],
  ["bad bencoding", Buffer.from("d4:infod6:lengthi5e"), /encoding is damaged/],
  ["lists in lists", Buffer.from(`${"l".repeat(5000)}${"e".repeat(5000)}`), /encoding is damaged/],
  ["a number", Buffer.from("i5e"), /encoding is damaged/],
  ["no description", bencode({ announce: "http://127.0.0.1/announce" }), /what it holds/],
  ["version 2 that leads out", tree({ "..": { x: leaf() } }), /leads out/],
  ["version 2 with a link", tree({ x: { "": { attr: "l", length: 5 } } }), /holds a link/],
  ["version 2 of nothing", tree({}), /tree of files in this torrent is damaged/],
  ["version 2 that is too large", tree({ x: leaf(1n << 62n) }), /too large/],
  [
    "both versions, which differ",
    tree({ "x.mp4": leaf() }, { length: 6, name: "x.mp4", pieces: hashes(1) }),
    /damaged/,
  ],
];

async function isClean(): Promise<void> {
  assert.deepEqual((await admin.read("/api/downloads")).downloads, []);
  assert.equal(world.sql("SELECT count(*) FROM torrent"), "0");
  for (const folder of ["resume", "torrents"])
    assert.deepEqual(readdirSync(path.join(world.state, folder)), [], folder);
}

describe("by its file", () => {
  for (const [what, bytes, because] of cases) {
    test(`${what} is refused`, async () => {
      const body = { torrent: bytes.toString("base64") };
      const reply = await admin.post("/api/downloads", body);
      assert.equal(reply.status, 422, reply.text);
      assert.equal(reply.json.code, "torrent_invalid");
      assert.match(reply.json.message, because);
      const given = path.join(world.hold, "given.torrent");
      writeFileSync(given, bytes);
      const { code, stdout, stderr } = world.ctl("add", given);
      assert.equal(code, 1, stdout);
      assert.match(stderr, because);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      await isClean();
    });
  }
  test("more than 10 MiB are refused", async () => {
    const given = path.join(world.hold, "large.torrent");
    writeFileSync(given, Buffer.alloc(11 << 20, "x"));
    const { code, stderr } = world.ctl("add", given);
    assert.equal(code, 1);
    assert.match(stderr, /too large|larger/);
    await isClean();
  });
});

const hash = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a";
const links: [string, string][] = [
  ["no hash", "magnet:?dn=x"],
  ["a short hash", "magnet:?xt=urn:btih:c12fe1"],
  ["a hash of other signs", `magnet:?xt=urn:btih:${"z".repeat(40)}`],
  ["another kind of name", `magnet:?xt=urn:ed2k:${hash}`],
  ["an endless link", `magnet:?xt=urn:btih:${hash}&dn=${"x".repeat(9000)}`],
  ["nothing behind it", "magnet:"],
];

describe("by its link", () => {
  for (const [what, magnet] of links) {
    test(`${what} is refused`, async () => {
      const reply = await admin.post("/api/downloads", { magnet });
      assert.equal(reply.status, 422, reply.text);
      assert.equal(reply.json.code, "torrent_invalid");
      const { code, stderr } = world.ctl("add", magnet);
      assert.equal(code, 1);
      assert.match(stderr, /magnet link/);
      await isClean();
    });
  }
});

test("honest ones of either version are taken", async () => {
  for (const [i, bytes] of [tree({ "x.mp4": leaf() }, { name: "x.mp4" }), single(5)].entries()) {
    const body = { torrent: bytes.toString("base64"), paused: true };
    const reply = await admin.post("/api/downloads", body);
    assert.equal(reply.status, 201, `${i}: ${reply.text}`);
    await until("it to go again", async () => {
      // 503 while it is just beginning.
      const gone = await admin.delete(`/api/downloads/${reply.json.id}?erase=true`);
      return gone.status === 204;
    });
    await isClean();
  }
});
