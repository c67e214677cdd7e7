// The bytes of a film: ranges of RFC 9110 §14 as a table, whether the web server
// sends the file itself or the handler copies it; validators; broken requests.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movieFile, movies, showFilms } from "../world/films.ts";
import { placeBig } from "../world/media.ts";
import { newWorld } from "../world/world.ts";
import { assertRanges, assertWanted, rangeCases } from "./stream-cases.ts";

const world = await newWorld();
await showFilms(world);
const bigFile = path.join(world.films, "Wide River (2018).mp4");
await placeBig(bigFile, 24 << 20);
await world.rescan();

const visitor = world.visitor();
const keyOf = async (title: string): Promise<string> => {
  const id = await world.movieId(title);
  return (await world.admin.send("/api/play/start", { titleId: `movie-${id}` })).streamingKey;
};
const key = await keyOf(movies.front);
const url = `/api/stream/${key}`;
const bytes = readFileSync(movieFile(world, "front"));
const size = bytes.length;
const last = size - 1;

const whole = await visitor.get(url);
const etag = String(whole.headers.etag);

const cases = rangeCases(size);

describe("ranges", () => {
  test("without a range the whole file is sent", () => {
    assert.equal(whole.status, 200);
    assert.equal(whole.headers["content-type"], "video/mp4");
    assert.equal(whole.headers["accept-ranges"], "bytes");
    assert.equal(whole.headers["content-length"], String(size));
    assert.match(etag, /^"[0-9a-f]{32}"$/);
    assert.ok(whole.body.equals(bytes));
  });

  for (const [header, wanted] of cases) {
    const what = Array.isArray(wanted) ? `${wanted.length} part(s)` : wanted;
    test(`${header.slice(0, 60)}: ${what}`, async () => {
      assertWanted(await visitor.get(url, { headers: { range: header } }), wanted, bytes);
    });
  }
});

describe("conditions", () => {
  const range = "bytes=10-19";
  const ten: [number, number][] = [[10, 19]];
  const modified = String(whole.headers["last-modified"] ?? "Thu, 01 Jan 1970 00:00:00 GMT");

  test("If-Range with our ETag gives the part", async () => {
    assertRanges(await visitor.get(url, { headers: { range, "if-range": etag } }), ten, bytes);
  });
  for (const [what, value] of [
    ["another ETag", '"0123456789abcdef0123456789abcdef"'],
    ["a weak ETag", `W/${etag}`],
    ["an old date", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["nonsense", "nonsense"],
  ] as const) {
    test(`If-Range with ${what} gives all`, async () => {
      const reply = await visitor.get(url, { headers: { range, "if-range": value } });
      assert.equal(reply.status, 200);
      assert.ok(reply.body.equals(bytes));
    });
  }
  test("If-Range with several ranges", async () => {
    const headers = { range: "bytes=0-4,10-14", "if-range": etag };
    assertRanges(
      await visitor.get(url, { headers }),
      [
        [0, 4],
        [10, 14],
      ],
      bytes,
    );
  });
  for (const value of [etag, `W/${etag}`, "*", `"x", ${etag}`]) {
    test(`If-None-Match ${value.slice(0, 10)}… is 304`, async () => {
      const reply = await visitor.get(url, { headers: { "if-none-match": value } });
      assert.equal(reply.status, 304);
      assert.equal(reply.headers.etag, etag);
    });
  }
  test("If-None-Match with another tag gives all", async () => {
    const reply = await visitor.get(url, { headers: { "if-none-match": '"other"' } });
    assert.equal(reply.status, 200);
    assert.ok(modified.length > 0);
  });
});

describe("HEAD", () => {
  test("tells what GET would send", async () => {
    const reply = await visitor.head(url);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-length"], String(size));
    assert.equal(reply.headers.etag, etag);
    assert.equal(reply.headers["accept-ranges"], "bytes");
    assert.equal(reply.headers["content-type"], "video/mp4");
  });
  test("of an unknown key is 401", async () => {
    assert.equal((await visitor.head(`/api/stream/${"B".repeat(43)}`)).status, 401);
  });
});

describe("ways", () => {
  test("every container has its media type", async () => {
    const types = {
      [movies.surround]: "video/x-matroska",
      [movies.webm]: "video/webm",
      [movies.tail]: "video/mp4",
    };
    for (const [title, type] of Object.entries(types)) {
      const reply = await visitor.head(`/api/stream/${await keyOf(title)}`);
      assert.equal(reply.headers["content-type"], type, title);
    }
  });

  test("a big file arrives whole, by one range and by several", async () => {
    const all = readFileSync(bigFile);
    const big = `/api/stream/${await keyOf("Wide River")}`;
    const digest = (b: Buffer) => createHash("sha256").update(b).digest("hex");
    const full = await visitor.get(big);
    assert.equal(digest(full.body), digest(all));
    const one = await visitor.get(big, { headers: { range: `bytes=${5 << 20}-${20 << 20}` } });
    assertRanges(one, [[5 << 20, 20 << 20]], all);
    const two = `bytes=${1 << 20}-${9 << 20},${12 << 20}-${23 << 20}`;
    const several = await visitor.get(big, { headers: { range: two } });
    assertRanges(
      several,
      [
        [1 << 20, 9 << 20],
        [12 << 20, 23 << 20],
      ],
      all,
    );
  });

  test("the handler's own copy is the same as the web server's", async () => {
    // Conditions and several ranges are never handed to the web server.
    const sent = await visitor.get(url, { headers: { range: `bytes=1000-${last}` } });
    const copied = await visitor.get(url, {
      headers: { range: `bytes=1000-${last}`, "if-range": etag },
    });
    assert.ok(sent.body.equals(copied.body));
    for (const header of [
      "content-type",
      "etag",
      "content-range",
      "content-length",
      "accept-ranges",
    ]) {
      assert.equal(sent.headers[header], copied.headers[header], header);
    }
  });

  test("quality and hevc are accepted and change nothing, others are refused", async () => {
    const reply = await visitor.get(`${url}?quality=FHD&hevc=true`, {
      headers: { range: "bytes=0-9" },
    });
    assertRanges(reply, [[0, 9]], bytes);
    assert.equal((await visitor.get(`${url}?evil=1`)).status, 400);
  });

  test("many readers at once get the right bytes", async () => {
    const readers = Array.from({ length: 12 }, async (_, i) => {
      const from = i * 1000;
      const reply = await visitor.get(url, {
        headers: { range: `bytes=${from}-${from + 99_999}` },
      });
      assertRanges(reply, [[from, from + 99_999]], bytes);
    });
    await Promise.all(readers);
  });

  test("a client that leaves in the middle disturbs nobody", async () => {
    const big = `/api/stream/${await keyOf("Wide River")}`;
    for (let i = 0; i < 30; i++) await visitor.get(big, { cutAfter: 1 });
    assertRanges(
      await visitor.get(big, { headers: { range: "bytes=0-9" } }),
      [[0, 9]],
      readFileSync(bigFile),
    );
  });

  test("a file that has gone is 404", async () => {
    const goneKey = await keyOf(movies.tail);
    rmSync(movieFile(world, "tail"));
    const reply = await visitor.get(`/api/stream/${goneKey}`);
    assert.equal(reply.status, 404);
    assert.ok(["file_gone", "source_not_found"].includes(reply.json.code), reply.text);
  });
});
