// Short films drawn by ffmpeg's own generators, made once and kept in
// build/media. Names say what is special about each.
import { execFile } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "./place.ts";

const run = promisify(execFile);
const folder = path.join(build, "media");

const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"];
const aac = ["-c:a", "aac", "-b:a", "64k"];

function picture(seconds: number, size = "320x180"): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=${seconds}`];
}
function tone(seconds: number, pitch = 440): string[] {
  return ["-f", "lavfi", "-i", `sine=frequency=${pitch}:duration=${seconds}`];
}

const cues = `1
00:00:00,500 --> 00:00:02,000
The first line of the film.

2
00:00:02,500 --> 00:00:05,500
<i>The second line,</i> über alles.
`;

/** Each clip's ffmpeg arguments up to the name of the result. */
const clips: Record<string, (seconds: number) => string[]> = {
  // Index in front: plays at once.
  "front.mp4": (s) => [...picture(s), ...tone(s), ...h264, ...aac, "-movflags", "+faststart"],
  // Index at the end of the file.
  "tail.mp4": (s) => [
    "-f",
    "lavfi",
    "-i",
    "mandelbrot=size=320x180:rate=25:maxiter=60",
    ...tone(s, 330),
    ...h264,
    ...aac,
  ],
  // Two AC-3 sound tracks and subtitles inside: what a browser refuses.
  "surround.mkv": (s) => [
    ...picture(s),
    ...tone(s, 220),
    ...tone(s, 550),
    "-i",
    path.join(folder, "cues.srt"),
    "-map",
    "0:v",
    "-map",
    "1:a",
    "-map",
    "2:a",
    "-map",
    "3:s",
    ...h264,
    "-c:a",
    "ac3",
    "-b:a",
    "96k",
    "-c:s",
    "subrip",
    "-metadata:s:a:0",
    "language=eng",
    "-metadata:s:a:1",
    "language=deu",
    "-metadata:s:s:0",
    "language=eng",
  ],
  // The same, large enough to be shown in a lower quality too.
  "wide.mkv": (s) => [
    ...picture(s, "854x480"),
    ...tone(s, 220),
    ...tone(s, 550),
    ..."-map 0:v -map 1:a -map 2:a".split(" "),
    ...h264,
    ..."-c:a ac3 -b:a 96k -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu".split(" "),
  ],
  "vp9.webm": (s) => [
    ...picture(s),
    ...tone(s, 660),
    "-c:v",
    "libvpx-vp9",
    "-deadline",
    "realtime",
    "-cpu-used",
    "8",
    "-b:v",
    "200k",
    "-c:a",
    "libopus",
    "-b:a",
    "48k",
  ],
  // Chromium plays the sound and shows nothing.
  "hevc.mp4": (s) => [
    ...picture(s),
    ...tone(s),
    ..."-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1".split(" "),
    ...aac,
    "-movflags",
    "+faststart",
  ],
  "old.avi": (s) => [...picture(s), ...tone(s), "-c:v", "mpeg4", "-c:a", "libmp3lame"],
};

const lengths: Record<string, number> = { "tail.mp4": 4 };

async function draw(name: string, seconds: number, to: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Another test may read it at this moment.
  const halfCues = path.join(folder, `cues.${process.pid}.srt`);
  writeFileSync(halfCues, cues);
  renameSync(halfCues, path.join(folder, "cues.srt"));
  const recipe = clips[name];
  if (recipe === undefined) throw new Error(`no clip is named ${name}`);
  const half = `${to}.${process.pid}${path.extname(name)}`;
  const limits = ["-t", String(seconds), "-threads", "2", "-fflags", "+bitexact", "-y", half];
  await run("ffmpeg", ["-nostdin", "-v", "error", ...recipe(seconds), ...limits]);
  renameSync(half, to);
}

/** The path of a clip of this kind and length; drawn at the first call. */
export async function clip(name: string, seconds = lengths[name] ?? 6): Promise<string> {
  const to = path.join(folder, `${seconds}s-${name}`);
  if (!existsSync(to)) await draw(name, seconds, to);
  return to;
}

/** As if written an hour ago: a file that is young might still grow, and waits. */
export function age(file: string): void {
  const then = Date.now() / 1000 - 3600;
  utimesSync(file, then, then);
}

/** Copies a clip into a library folder under a name of its own. */
export async function place(name: string, to: string, seconds?: number): Promise<string> {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(await clip(name, seconds), to);
  age(to);
  return to;
}

/** An MP4 that plays for so long at about so many bytes a second, its index in
 * front: twenty seconds of noise, over and over. */
export async function placeLong(to: string, seconds: number, rate: number): Promise<string> {
  const kept = path.join(folder, `${seconds}s-${rate}-long.mp4`);
  if (!existsSync(kept)) await drawLong(kept, seconds, rate);
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(kept, to);
  age(to);
  return to;
}

async function drawLong(to: string, seconds: number, rate: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const part = path.join(folder, `part.${process.pid}.mp4`);
  const half = `${to}.${process.pid}.mp4`;
  const bits = ["-b:v", `${8 * rate}`, "-maxrate", `${8 * rate}`, "-bufsize", `${4 * rate}`];
  const start = ["-nostdin", "-v", "error", "-y"];
  const noise = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25,noise=alls=60:allf=t"];
  await run("ffmpeg", [
    ...start,
    ...noise,
    ...tone(20),
    ...h264,
    ...bits,
    ...aac,
    "-t",
    "20",
    part,
  ]);
  const times = String(Math.ceil(seconds / 20) - 1);
  const whole = ["-c", "copy", "-t", String(seconds), "-movflags", "+faststart", half];
  await run("ffmpeg", [...start, "-stream_loop", times, "-i", part, ...whole]);
  rmSync(part);
  renameSync(half, to);
}

/** An MP4 of exactly this many bytes: a clip and a `free` box that fills up. */
export async function placeBig(to: string, size: number): Promise<string> {
  await place("front.mp4", to);
  const rest = size - statSync(to).size;
  if (rest < 8 || rest > 0xffff_ffff) throw new Error("a free box holds 8 bytes to 4 GiB");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(rest, 0);
  head.write("free", 4, "latin1");
  const fd = openSync(to, "a");
  writeSync(fd, head);
  // Numbered blocks, so that a wrong offset shows; sparse beyond 8 MiB.
  const filled = Math.min(rest - 8, 8 << 20);
  const block = Buffer.alloc(filled);
  for (let at = 0; at + 4 <= filled; at += 4) block.writeUInt32BE(at, at);
  writeSync(fd, block);
  ftruncateSync(fd, size);
  closeSync(fd);
  age(to);
  return to;
}

/** Files that are no films although their names say so. */
export async function placeBroken(folderPath: string): Promise<string[]> {
  mkdirSync(folderPath, { recursive: true });
  const at = (name: string) => path.join(folderPath, name);
  writeFileSync(at("Three Bytes (2001).mp4"), "abc");
  writeFileSync(at("Nothing (2002).mkv"), "");
  writeFileSync(at("Plain Words (2003).mkv"), "These are only words.\n".repeat(500));
  await place("tail.mp4", at("Cut Off (2004).mp4"));
  truncateSync(at("Cut Off (2004).mp4"), 20_000);
  const names = [
    "Three Bytes (2001).mp4",
    "Nothing (2002).mkv",
    "Plain Words (2003).mkv",
    "Cut Off (2004).mp4",
  ];
  for (const name of names) age(at(name));
  return names;
}

export function subtitleText(): string {
  return cues;
}
