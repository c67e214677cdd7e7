// The table of ranges, conditions and habits of players over one film twice:
// while a part of its middle has not come, so that the handler copies what is
// there, and when it is here, so that the web server sends it. Nobody sees a
// difference.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import type { Ask } from "../world/client.ts";
import { sleep, until } from "../world/place.ts";
import { Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";
import {
  assertBegun,
  assertRanges,
  assertWanted,
  rangeCases,
  type Wanted,
} from "./stream-cases.ts";

const world = await newWorld({ hasTls: false });
const swarm = await Swarm.for(world);
swarm.set("stream.stallLimit", "300");
swarm.set("stream.midStallLimit", "300");
const piece = 256 << 10;
const missing = 2;
const size = 5 * piece + 1;
const last = size - 1;
const film = swarm.film("Table", size);
const { bytes } = film;
const play = await swarm.play(film);
const { url } = play;
const peer = await swarm.peer(film, { lacks: (n) => n === missing });
const visitor = world.visitor();
await swarm.isHere(play, film, size - piece);
const etag = String((await visitor.head(url)).headers.etag);

type Row = [what: string, headers: Record<string, string>, wanted: Wanted];
const ten: Wanted = [[10, 19]];
const part = { range: "bytes=10-19" };
const rows: Row[] = [
  ...rangeCases(size).map(([range, wanted]): Row => [range.slice(0, 60), { range }, wanted]),
  ["no range", {}, "all"],
  ["If-Range with our ETag", { ...part, "if-range": etag }, ten],
  ["If-Range with another", { ...part, "if-range": `"${"0".repeat(32)}"` }, "all"],
  ["If-Range with a weak one", { ...part, "if-range": `W/${etag}` }, "all"],
  ["If-Range with a date", { ...part, "if-range": "Thu, 01 Jan 1970 00:00:00 GMT" }, "all"],
  ["If-Range with nonsense", { ...part, "if-range": "nonsense" }, "all"],
  ["If-Range, beyond the end", { range: `bytes=${size}-`, "if-range": etag }, "none"],
  [
    "If-Range, several",
    { range: "bytes=0-4,10-14", "if-range": etag },
    [
      [0, 4],
      [10, 14],
    ],
  ],
];
assert.ok(rows.length >= 40);

/** From where an answer runs into what is missing; undefined for one that does not. */
function meets(wanted: Wanted): number | undefined {
  if (!Array.isArray(wanted)) return wanted === "all" || wanted === "either" ? 0 : undefined;
  const isHit = ([from, to]: [number, number]) =>
    from < (missing + 1) * piece && to >= missing * piece;
  return wanted.find(isHit)?.[0];
}

/** An answer; who has left counts until that is seen, and others are told to wait. */
const answer = (options: Ask, method = "GET") =>
  until("a place", async () => {
    const reply = await visitor.ask(method, url, options);
    return reply.status !== 429 && reply;
  });

async function ask([, headers, wanted]: Row, isWhole: boolean): Promise<void> {
  const from = isWhole ? undefined : meets(wanted);
  const cut = from === undefined ? {} : { cutAfter: 50_000 };
  const reply = await answer({ headers, ...cut });
  if (from === undefined || reply.status === 416) assertWanted(reply, wanted, bytes);
  else assertBegun(reply, from, !Array.isArray(wanted), bytes);
}

const get = async (from: number, to: number) => {
  const reply = await answer({ headers: { range: `bytes=${from}-${to}` } });
  assertRanges(reply, [[from, to]], bytes);
};

function table(isWhole: boolean): void {
  for (const row of rows) test(row[0], () => ask(row, isWhole));

  test("HEAD tells what GET would send", async () => {
    const reply = await answer({ headers: { range: "bytes=0-9" } }, "HEAD");
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-length"], String(size));
    assert.equal(reply.headers["accept-ranges"], "bytes");
    assert.equal(reply.headers.etag, etag);
  });

  test("If-None-Match", async () => {
    const reply = await answer({ headers: { "if-none-match": etag } });
    assert.equal(reply.status, 304);
  });

  test("the last byte first, then backwards", async () => {
    await get(last, last);
    for (let to = last; to > (missing + 1) * piece; to -= 70_000)
      await get(Math.max((missing + 1) * piece, to - 69_999), to);
    for (let to = missing * piece - 1; to > 0; to -= 70_000)
      await get(Math.max(0, to - 69_999), to);
  });

  test("who leaves in the middle, again and again, disturbs nobody", async () => {
    for (let i = 0; i < 20; i++) await answer({ cutAfter: 1 });
    await get(0, 9);
  });

  test("who is cut off goes on where it was", async () => {
    const parts: Buffer[] = [];
    let from = 0;
    while (from < missing * piece) {
      const headers = { range: `bytes=${from}-${missing * piece - 1}`, "if-range": etag };
      const reply = await answer({ headers, cutAfter: 100_000 });
      assert.equal(reply.status, 206);
      parts.push(reply.body);
      from += reply.body.length;
    }
    assert.ok(Buffer.concat(parts).equals(bytes.subarray(0, missing * piece)));
  });

  test("slow readers get all of it", async () => {
    const at = () => sleep(20);
    const slow = async () => {
      const got = await until("a place", async () => {
        const one = await watch(world.visitor(), url, film, { to: missing * piece - 1, at });
        return one.status !== 429 && one;
      });
      assert.deepEqual([got.status, got.bytes, got.isComplete], [206, missing * piece, true]);
    };
    await Promise.all([slow(), slow(), slow()]);
  });
}

const isOffloaded = async () => {
  const reply = await runCgi(world, url, { headers: { MIAU_SENDFILE: "lighttpd" } });
  return reply.headers.has("x-sendfile");
};

describe("while it comes", () => {
  table(false);
  test("it was coming all the time", async () => {
    assert.equal((await swarm.state(play)).state, "downloading");
  });
});

describe("when it is here", () => {
  test("all of it comes", async () => {
    peer.gain();
    assert.ok((await answer({})).body.equals(bytes));
    await swarm.isHere(play, film);
    await until("the web server to send it", isOffloaded);
  });
  table(true);
});
