// MP4 (ISO/IEC 14496-12) written by hand: boxes of any claim, and films changed in one
// place. Films whose index lies at the end can be changed there without moving a byte
// of their pictures.
import { boxes } from "./boxes.ts";

/** A box that says it has so many bytes. */
export function boxOf(type: string, size: number, ...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...parts]);
}

export function box(type: string, ...parts: Buffer[]): Buffer {
  return boxOf(type, 8 + parts.reduce((sum, part) => sum + part.length, 0), ...parts);
}

/** Numbers of four bytes. */
export function words(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, n] of numbers.entries()) bytes.writeUInt32BE(n >>> 0, 4 * i);
  return bytes;
}

/** The same bytes, where what is in each box at a path, as "moov/trak/mdia", is
 * another: `change` gives its body, and how many bytes the box claims where that is a
 * lie. */
export function changed(
  bytes: Buffer,
  path: string,
  change: (body: Buffer) => Buffer | { body: Buffer; size: number },
): Buffer {
  const [first, ...rest] = path.split("/") as [string, ...string[]];
  const parts = boxes(bytes).map(({ type, body, at, end }) => {
    if (type !== first) return bytes.subarray(at, end);
    if (rest.length > 0) return box(type, changed(body, rest.join("/"), change));
    const made = change(body);
    return Buffer.isBuffer(made) ? box(type, made) : boxOf(type, made.size, made.body);
  });
  return Buffer.concat(parts);
}
