// A .torrent made here, without any of the programs under test.
import { createHash } from "node:crypto";

const text = (value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(value)}:`), Buffer.from(value)]);

/** A .torrent of one file, as another program would make it, in base64. */
export function torrentOf(name: string, bytes: Buffer, piece = 16384): string {
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
    Buffer.from("e"),
  ]);
  return Buffer.concat([Buffer.from("d4:info"), info, Buffer.from("e")]).toString("base64");
}
