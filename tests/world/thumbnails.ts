// Films of which each second has a grey of its own, and the pictures that are made of
// them for the seek bar.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, utimesSync } from "node:fs";
import path from "node:path";
import type { Client } from "./client.ts";
import { build, hangMs, until } from "./place.ts";
import type { World } from "./world.ts";

/** From one second to the next, of 256. */
const greys = 4;
const darkest = 20;

/** What Play says of the pictures. */
export interface Sheets {
  url: string;
  vttUrl: string;
  step: number;
  count: number;
  width: number;
  height: number;
  columns: number;
  rows: number;
}

/** The ends of ffmpeg's command lines for what can be awkward about a film. */
const kinds: Record<string, string[]> = {
  // As usual: a key frame each second.
  even: ["-g", "25"],
  // Key frames too far apart to go by them alone.
  sparse: ["-g", "1000", "-keyint_min", "1000", "-sc_threshold", "0"],
  // The same, and so large that it takes a while to read.
  large: ["-vf", "scale=1920:816", "-g", "5000", "-keyint_min", "5000", "-sc_threshold", "0"],
};

/** A film whose second n is darkest + greys · n; sound goes through all of it. */
export function placeGrey(kind: string, seconds: number, to: string): string {
  const kept = path.join(build, "media", `${seconds}s-grey-${kind}${path.extname(to)}`);
  mkdirSync(path.dirname(kept), { recursive: true });
  mkdirSync(path.dirname(to), { recursive: true });
  const half = `${kept}.${process.pid}${path.extname(to)}`;
  const grey = `geq=lum='${darkest}+floor(T)*${greys}':cb=128:cr=128`;
  const from = `color=black:size=320x136:rate=25:duration=${seconds},${grey}`;
  const sound = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`];
  execFileSync("ffmpeg", [
    ..."-nostdin -v error -y -f lavfi -i".split(" "),
    from,
    ...sound,
    ..."-c:v libx264 -preset ultrafast -qp 10 -pix_fmt yuv420p -c:a aac -b:a 32k".split(" "),
    ...(kinds[kind] ?? []),
    half,
  ]);
  renameSync(half, to);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
  return to;
}

/** The grey of each picture of a sheet, at its middle. */
export function greysOf(jpeg: Buffer, { width, height, columns, rows }: Sheets): number[] {
  const done = spawnSync(
    "ffmpeg",
    "-v error -f mjpeg -i pipe:0 -f rawvideo -pix_fmt gray pipe:1".split(" "),
    { input: jpeg, maxBuffer: 64 << 20 },
  );
  assert.equal(done.status, 0, String(done.stderr));
  assert.equal(done.stdout.length, width * columns * height * rows, "the size of a sheet");
  return Array.from({ length: columns * rows }, (_, i) => {
    const x = (i % columns) * width + width / 2;
    const y = Math.floor(i / columns) * height + height / 2;
    return done.stdout[Math.floor(y) * width * columns + Math.floor(x)] as number;
  });
}

/** The second that has this grey; JPEG spreads what films hold between 16 and 235 over
 * all of a byte. */
export const secondOf = (grey: number): number => ((grey * 219) / 255 + 16 - darkest) / greys;

/** Which second of the film each of the pictures shows. */
export async function secondsShown(client: Client, sheets: Sheets): Promise<number[]> {
  const shown: number[] = [];
  const inSheet = sheets.columns * sheets.rows;
  for (let sheet = 0; sheet * inSheet < sheets.count; sheet++) {
    const { status, body } = await client.get(sheets.url.replace("{sheet}", String(sheet)));
    assert.equal(status, 200);
    shown.push(...greysOf(body, sheets));
  }
  return shown.slice(0, sheets.count).map(secondOf);
}

/** The ffmpeg that makes pictures now; and whether it is stopped. */
export function making(world: World): { pid: number; isStopped: boolean } | undefined {
  const found = world.processes("ffmpeg").find(({ command }) => command.includes("tile="));
  if (found === undefined) return undefined;
  try {
    const state = readFileSync(`/proc/${found.pid}/stat`, "latin1").split(") ").pop()?.[0];
    return { pid: found.pid, isStopped: state === "T" };
  } catch {
    return undefined;
  }
}

/** What Play says of a film's pictures, when they are there. */
export async function thumbnailsOf(world: World, title: string): Promise<Sheets> {
  const row = `FROM thumbnails n JOIN library_file f ON f.id = n.library_file_id
    WHERE f.display LIKE '${title}%'`;
  await until(`pictures of ${title}`, () => world.sql(`SELECT 1 ${row}`) === "1", {
    within: hangMs,
    why: () => world.log().slice(-2000),
  });
  const titleId = `movie-${await world.movieId(title)}`;
  const { thumbnails } = await world.admin.send("/api/play/start", { titleId });
  assert.ok(thumbnails, world.sql(`SELECT n.problem ${row}`));
  return thumbnails;
}
