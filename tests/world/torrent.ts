// A .torrent made here, without any of the programs under test.
import { createHash } from "node:crypto";

const text = (value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(value)}:`), Buffer.from(value)]);

interface Torrent {
  base64: string;
  hash: string; // the info-hash, 40 hexadecimal digits
}

/** A .torrent of one file, as another program would make it. */
export function describedOf(
  name: string,
  bytes: Buffer,
  { piece = 16384, tracker = "", isPrivate = false } = {},
): Torrent {
  const hashes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece)
    hashes.push(
      createHash("sha1")
        .update(bytes.subarray(at, at + piece))
        .digest(),
    );
  const info = Buffer.concat([
    Buffer.from(`d6:lengthi${bytes.length}e4:name`),
    text(name),
    Buffer.from(`12:piece lengthi${piece}e6:pieces`),
    text(Buffer.concat(hashes)),
    Buffer.from(isPrivate ? "7:privatei1ee" : "e"),
  ]);
  const announce = tracker === "" ? [] : [text("announce"), text(tracker)];
  const parts = [Buffer.from("d"), ...announce, text("info"), info, Buffer.from("e")];
  return {
    base64: Buffer.concat(parts).toString("base64"),
    hash: createHash("sha1").update(info).digest("hex"),
  };
}

/** Its bytes alone, in base64. */
export function torrentOf(name: string, bytes: Buffer, piece = 16384): string {
  return describedOf(name, bytes, { piece }).base64;
}
