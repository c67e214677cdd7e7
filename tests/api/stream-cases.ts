// Range headers and what RFC 9110 §14 makes of them, for a file of a given size;
// and what an answer to each has to be.
import assert from "node:assert/strict";
import type { Reply } from "../world/client.ts";

/** What a header asks for: [from, to] pairs, all (200), none (416), or either. */
export type Wanted = [number, number][] | "all" | "none" | "either";

export function rangeCases(size: number): [string, Wanted][] {
  const last = size - 1;
  return [
    ["bytes=0-0", [[0, 0]]],
    ["bytes=0-1", [[0, 1]]],
    ["bytes=1-1", [[1, 1]]],
    ["bytes=0-", [[0, last]]],
    [`bytes=0-${last}`, [[0, last]]],
    [`bytes=0-${size}`, [[0, last]]],
    [`bytes=0-${size * 10}`, [[0, last]]],
    [`bytes=${last}-`, [[last, last]]],
    [`bytes=${last}-${last}`, [[last, last]]],
    ["bytes=1000-1999", [[1000, 1999]]],
    ["bytes=65535-65536", [[65_535, 65_536]]],
    ["bytes=100000-", [[100_000, last]]],
    ["bytes=-1", [[last, last]]],
    ["bytes=-500", [[size - 500, last]]],
    [`bytes=-${size}`, [[0, last]]],
    [`bytes=-${size + 1}`, [[0, last]]],
    ["bytes=0-9223372036854775807", [[0, last]]],
    ["bytes= 0-9", [[0, 9]]],
    ["bytes=0-9 ", [[0, 9]]],
    ["BYTES=0-9", [[0, 9]]],
    [`bytes=${size}-`, "none"],
    [`bytes=${size}-${size + 10}`, "none"],
    ["bytes=-0", "none"],
    ["bytes=9223372036854775807-", "none"],
    [`bytes=${size}-,${size + 5}-`, "none"],
    ["bytes=5-2", "all"],
    ["bytes=", "all"],
    ["bytes=-", "all"],
    ["bytes=a-b", "all"],
    ["bytes=0x0-0x9", "all"],
    ["bytes=1.0-2", "all"],
    ["bytes=+1-2", "all"],
    ["bytes=--1", "all"],
    ["bytes 0-9", "all"],
    ["bits=0-9", "all"],
    ["=0-9", "all"],
    ["bytes", "all"],
    ["bytes=99999999999999999999999-", "either"],
    [
      "bytes=0-9,20-29",
      [
        [0, 9],
        [20, 29],
      ],
    ],
    [
      "bytes=0-9, 20-29 ,40-49",
      [
        [0, 9],
        [20, 29],
        [40, 49],
      ],
    ],
    [
      "bytes=-10,0-9",
      [
        [size - 10, last],
        [0, 9],
      ],
    ],
    [`bytes=0-9,${size}-`, [[0, 9]]],
    ["bytes=0-9,10-19", [[0, 19]]],
    ["bytes=0-9,5-19", [[0, 19]]],
    ["bytes=0-9,0-9", [[0, 9]]],
    ["bytes=,0-9", [[0, 9]]],
    ["bytes=0-9,", [[0, 9]]],
    ["bytes=0-9,x-y", "all"],
    [
      `bytes=${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `${n * 100}-${n * 100 + 9}`).join()}`,
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n * 100, n * 100 + 9]),
    ],
    [`bytes=${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${n * 100}-${n * 100 + 9}`).join()}`, "none"],
  ];
}

/** The parts of a multipart/byteranges body with their Content-Range. */
function partsOf(reply: Reply): { range: string; body: Buffer }[] {
  const boundary = /boundary="?([^";]+)/.exec(String(reply.headers["content-type"]))?.[1];
  assert.ok(boundary, "a boundary");
  const text = reply.body.toString("latin1");
  assert.ok(text.endsWith(`--${boundary}--\r\n`) || text.endsWith(`--${boundary}--`));
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const at = part.indexOf("\r\n\r\n");
      const head = part.slice(0, at);
      assert.match(head, /Content-Type: video\/mp4/i);
      const range = /Content-Range: (.+)/i.exec(head)?.[1] ?? "";
      return { range, body: Buffer.from(part.slice(at + 4, -2), "latin1") };
    });
}

/** These parts, byte for byte. */
export function assertRanges(reply: Reply, ranges: [number, number][], all: Buffer): void {
  assert.equal(reply.status, 206);
  const named = ranges.map(([from, to]) => `bytes ${from}-${to}/${all.length}`);
  if (ranges.length === 1) {
    const [from, to] = ranges[0] as [number, number];
    assert.equal(reply.headers["content-range"], named[0]);
    assert.equal(reply.headers["content-length"], String(to - from + 1));
    assert.ok(reply.body.equals(all.subarray(from, to + 1)), "the bytes themselves");
    return;
  }
  const parts = partsOf(reply);
  assert.deepEqual(
    parts.map((p) => p.range),
    named,
  );
  for (const [i, [from, to]] of ranges.entries()) {
    assert.ok(parts[i]?.body.equals(all.subarray(from, to + 1)), `part ${i}`);
  }
  assert.equal(reply.headers["content-length"], String(reply.body.length));
}

/** The answer to a row of the table. */
export function assertWanted(reply: Reply, wanted: Wanted, all: Buffer): void {
  if (wanted === "either") assert.ok([200, 416].includes(reply.status));
  else if (wanted === "all") {
    assert.equal(reply.status, 200);
    assert.ok(reply.body.equals(all), "all of it");
  } else if (wanted === "none") {
    assert.equal(reply.status, 416);
    assert.equal(reply.headers["content-range"], `bytes */${all.length}`);
    assert.equal(reply.json.code, "range_not_satisfiable");
  } else assertRanges(reply, wanted, all);
}

/** The same for one that was cut off on its way, of a single range at most. */
export function assertBegun(reply: Reply, from: number, isAll: boolean, all: Buffer): void {
  assert.equal(reply.status, isAll ? 200 : 206);
  const { length } = all;
  assert.equal(reply.headers["content-length"], String(length - from));
  const named = isAll ? undefined : `bytes ${from}-${length - 1}/${length}`;
  assert.equal(reply.headers["content-range"], named);
  assert.ok(reply.body.length > 0);
  assert.ok(all.subarray(from, from + reply.body.length).equals(reply.body));
}
