// A film of a known size and a torrent for each time that it is fetched anew, so
// that no run profits from an earlier one: the bytes are the same, the names and
// with them the info-hashes differ.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "../world/place.ts";

export interface Torrent {
  title: string;
  file: string;
  torrent: string;
  hash: string;
  magnet: string;
}

const text = (value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(value)}:`), Buffer.from(value)]);

/** A film as it comes from a disc: 1280x720, about 12 Mbit/s, index in front.
 * Drawn once and kept. */
export async function drawFilm(seconds: number): Promise<string> {
  const file = path.join(build, "media", `bench-${seconds}s.mp4`);
  if (existsSync(file)) return file;
  mkdirSync(path.dirname(file), { recursive: true });
  const half = file.replace(".mp4", ".half.mp4");
  const picture = `testsrc2=size=1280x720:rate=25:duration=${seconds},noise=alls=12:allf=t`;
  await promisify(execFile)("ffmpeg", [
    ...["-nostdin", "-v", "error", "-y"],
    ...["-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"],
    ...["-b:v", "12M", "-minrate", "12M", "-maxrate", "12M", "-bufsize", "12M"],
    ...["-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", half],
  ]);
  renameSync(half, file);
  return file;
}

/** Torrents of one file, as many as there are names. */
export function makeTorrents(
  film: string,
  folder: string,
  names: string[],
  piece: number,
  tracker: string,
): Torrent[] {
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(film);
  const hashes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    const part = bytes.subarray(at, at + piece);
    hashes.push(createHash("sha1").update(part).digest());
  }
  const pieces = text(Buffer.concat(hashes));
  return names.map((name) => {
    const title = `${name} (2001)`;
    const full = `${title}.mp4`;
    const info = Buffer.concat([
      Buffer.from(`d6:lengthi${bytes.length}e4:name`),
      text(full),
      Buffer.from(`12:piece lengthi${piece}e6:pieces`),
      pieces,
      Buffer.from("e"),
    ]);
    const hash = createHash("sha1").update(info).digest("hex");
    const file = path.join(folder, full);
    linkSync(film, file);
    const torrent = path.join(folder, `${name}.torrent`);
    const head = Buffer.concat([Buffer.from("d8:announce"), text(tracker), Buffer.from("4:info")]);
    writeFileSync(torrent, Buffer.concat([head, info, Buffer.from("e")]));
    const params = `dn=${encodeURIComponent(full)}&tr=${encodeURIComponent(tracker)}`;
    return { title, file, torrent, hash, magnet: `magnet:?xt=urn:btih:${hash}&${params}` };
  });
}
