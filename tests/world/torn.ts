// Good films that were cut off and damaged at places drawn by lot; the lot is named, so
// that a run can be had again.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { boxes } from "./boxes.ts";
import type { Hostile } from "./lures.ts";
import { elements } from "./matroska.ts";
import { clip } from "./media.ts";
import { lots, many } from "./place.ts";
import { film } from "./segments.ts";

/** Where its parts begin, those inside of the second part too. */
function edges(bytes: Buffer, extension: string): number[] {
  if (extension === "mp4")
    return boxes(bytes).flatMap(({ at, end, body, type }) =>
      type === "moov" ? [at, end, ...boxes(body).map((inside) => at + 8 + inside.at)] : [at, end],
    );
  if (extension === "ts") return [188, 376, bytes.length - 188];
  const parts = elements(bytes).flatMap(({ body }) => elements(body));
  return parts.map(({ whole }) => whole.byteOffset - bytes.byteOffset);
}

function flipped(bytes: Buffer, lot: (n: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  // In the head, where most is said, and all over it.
  for (let i = 0; i < 20; i++) copy[12 + lot(2000)] = lot(256);
  for (let i = 0; i < 200; i++) copy[64 + lot(bytes.length - 64)] = lot(256);
  return copy;
}

/** Some of each container; which ones is drawn anew each time, unless TORN says. */
export async function torn(): Promise<{ seed: number; films: Hostile[] }> {
  const seed = Number(process.env.TORN ?? randomInt(1 << 30));
  const lot = lots(seed);
  const kinds: [string, string][] = [
    ["mp4", await clip("front.mp4")],
    ["mkv", await clip("surround.mkv")],
    ["webm", await clip("vp9.webm")],
    ["ts", film("stream.ts", 12)],
  ];
  const films: Hostile[] = [];
  for (const [extension, file] of kinds) {
    const bytes = readFileSync(file);
    const ends = edges(bytes, extension);
    const at = (i: number) =>
      i % 2 === 0 ? 64 + lot(bytes.length - 64) : (ends[lot(ends.length)] as number);
    for (let i = 0; i < many(4, 30); i++)
      films.push({ name: `Cut ${extension} ${i}`, extension, bytes: bytes.subarray(0, at(i)) });
    for (let i = 0; i < many(3, 30); i++)
      films.push({ name: `Flipped ${extension} ${i}`, extension, bytes: flipped(bytes, lot) });
  }
  return { seed, films };
}
