// Films whose key frames, times and containers are of every kind, and what stands in
// the segments that HLS makes of them: read here independently of lib/hls.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { build } from "./place.ts";

export const rate = 24;
const folder = path.join(build, "media");

const x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
const keys = "-force_key_frames expr:gt(random(1),0.98)";

/** Ends of ffmpeg's command line behind a picture and a sound, by file name. */
export const recipes: Record<string, string> = {
  "irregular.mp4": `${x264} -bf 3 -g 96 -c:a aac`,
  "open.mkv": `${x264} -x264-params open-gop=1:keyint=60:min-keyint=20:bframes=3 -c:a ac3`,
  "uneven.mkv": `${x264} -bf 2 -g 72 -vf select='not(mod(n,3))+gt(mod(n,97),48)' -fps_mode vfr -c:a aac`,
  "late.mkv": `${x264} -bf 2 ${keys} -g 80 -output_ts_offset 7 -c:a libopus`,
  "stream.ts": `${x264} -bf 3 -g 50 -c:a aac`,
  "early.ts": `${x264} -bf 2 -g 60 -c:a ac3 -muxdelay 0 -output_ts_offset -1.5 -avoid_negative_ts disabled`,
  "shifted.mov": `${x264} -bf 3 ${keys} -g 90 -c:a aac -movflags negative_cts_offsets`,
  "delayed.mp4": `${x264} -bf 2 -g 70 -c:a aac -output_ts_offset 2.5`,
  "wide.mkv":
    "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50 -pix_fmt yuv420p -c:a eac3",
  "woven.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 60 -c:a libopus",
};

const x265 = "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=48";

/** The same of what decoders are asked for: profiles, tiers, levels, bits. */
export const profiles: Record<string, string> = {
  "ten.mkv":
    "-c:v libx264 -preset ultrafast -profile:v high10 -pix_fmt yuv420p10le -g 48 -c:a flac",
  "chroma.mkv":
    "-c:v libx264 -preset ultrafast -profile:v high422 -pix_fmt yuv422p -g 48 -c:a libopus",
  "plain.mp4":
    "-c:v libx264 -preset ultrafast -profile:v baseline -pix_fmt yuv420p -level 3.1 -g 48 -c:a aac",
  "plain.ts":
    "-c:v libx264 -preset ultrafast -profile:v baseline -pix_fmt yuv420p -level 4 -g 48 -c:a aac",
  "deep.mp4": `${x265}:profile=main10 -pix_fmt yuv420p10le -tag:v hev1 -c:a ac3`,
  "tier.mkv": `${x265}:level-idc=5.1:high-tier=1 -pix_fmt yuv420p -c:a eac3`,
  "range.ts": `${x265} -pix_fmt yuv422p10le -c:a ac3`,
  "film.mp4": "-c:v libsvtav1 -preset 12 -g 48 -pix_fmt yuv420p10le -c:a libopus",
  "woven10.webm":
    "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 48 -pix_fmt yuv420p10le -profile:v 2 -c:a libopus",
  "rates.mp4": `${x264} -g 24 -b:v 200k -vf noise=alls=60:allf=t:enable='between(t,6,12)' -c:a aac -b:a 32k`,
  "rates.mkv": `${x264} -g 24 -vf noise=alls=60:allf=t:enable='between(t,6,12)' -c:a libopus`,
};

export function ffmpeg(args: string[]): Buffer {
  const done = spawnSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args], {
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** The path of a film of so many seconds; drawn at the first call. "cut.mp4" begins in
 * the middle of another one, by an edit list. */
export function film(name: string, seconds: number): string {
  const to = path.join(folder, `${seconds}s-${name}`);
  if (existsSync(to)) return to;
  mkdirSync(folder, { recursive: true });
  const half = path.join(folder, `${process.pid}-${name}`);
  if (name === "cut.mp4") {
    const whole = film("irregular.mp4", seconds + 3);
    ffmpeg(["-ss", "1.3", "-i", whole, "-t", String(seconds), "-c", "copy", half]);
  } else {
    const picture = `testsrc=size=160x90:rate=${rate}:duration=${seconds}`;
    const sound = `sine=frequency=440:sample_rate=48000:duration=${seconds}`;
    const recipe = recipes[name] ?? profiles[name];
    if (recipe === undefined) throw new Error(`no film is named ${name}`);
    ffmpeg(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, ...recipe.split(" "), half]);
  }
  renameSync(half, to);
  return to;
}

/** When the first picture of a film is shown, in seconds on the file's own clock. */
export function firstPicture(file: string): number {
  const args = "-v error -select_streams v:0 -read_intervals %+3 -show_entries frame=pts_time";
  const done = spawnSync("ffprobe", [...args.split(" "), "-of", "csv=p=0", file]);
  return Math.min(...[...done.stdout.toString().matchAll(/-?\d+\.\d+/g)].map(Number));
}

/** A checksum of each decoded picture. */
export function pictures(file: string): string[] {
  const sums = ffmpeg([
    "-i",
    file,
    "-map",
    "0:v:0",
    "-fps_mode",
    "passthrough",
    "-enc_time_base",
    "1:90000",
    "-f",
    "framemd5",
    "-",
  ]);
  return [...sums.toString().matchAll(/^0,.*, *([0-9a-f]{32})$/gm)].map((m) => m[1] as string);
}

/** How bright a part of each picture is on average ("width:height:x:y"), with the time
 * that the file tells. */
export function brightness(file: string, part: string): { time: number; light: number }[] {
  const filter = `crop=${part},signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-`;
  const told = ffmpeg(["-copyts", "-i", file, "-vf", filter, "-f", "null", "-"]).toString();
  return [...told.matchAll(/pts_time:([\d.]+)\n.*YAVG=([\d.]+)/g)].map(([, time, light]) => ({
    time: Number(time),
    light: Number(light),
  }));
}

/** How loud a file's sound is at most, in dB below full. */
export function loudness(file: string): number {
  const done = spawnSync("ffmpeg", [
    "-nostdin",
    "-i",
    file,
    "-af",
    "volumedetect",
    "-f",
    "null",
    "-",
  ]);
  return Number(/max_volume: (-?[\d.]+) dB/.exec(done.stderr.toString())?.[1]);
}

/** Seconds of a file's sound that can be heard: tenths with any sample that is loud. */
export function audible(file: string): number {
  const bytes = ffmpeg([
    "-i",
    file,
    "-map",
    "0:a:0",
    "-ac",
    "1",
    "-ar",
    "8000",
    "-f",
    "s16le",
    "-",
  ]);
  let tenths = 0;
  for (let at = 0; at + 1600 <= bytes.length; at += 1600) {
    let peak = 0;
    for (let i = at; i < at + 1600; i += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(i)));
    if (peak > 300) tenths++;
  }
  return tenths / 10;
}

/** Ticks of a second of a track. */
export function timescale(init: Buffer): number {
  const at = init.indexOf("mdhd");
  if (at === -1) throw new Error("no mdhd");
  return init.readUInt32BE(at + (init[at + 4] === 1 ? 24 : 16));
}

export interface Sample {
  /** Ticks. */
  shown: number;
  decoded: number;
  lasts: number;
  isKey: boolean;
}

/** The samples of a segment of one fragment, in the order of decoding. */
export function samples(segment: Buffer): Sample[] {
  const tfdt = segment.indexOf("tfdt");
  const trun = segment.indexOf("trun");
  if (tfdt === -1 || trun === -1) return [];
  let decoded = Number(segment.readBigUInt64BE(tfdt + 8));
  const count = segment.readUInt32BE(trun + 8);
  const all: Sample[] = [];
  for (let i = 0, at = trun + 16; i < count; i++, at += 16) {
    const lasts = segment.readUInt32BE(at);
    const shown = decoded + segment.readInt32BE(at + 12);
    all.push({ shown, decoded, lasts, isKey: (segment.readUInt32BE(at + 8) & 0x10000) === 0 });
    decoded += lasts;
  }
  return all;
}

/** Beginnings and ends of a playlist's segments, in seconds, and the greatest length
 * that it promises. */
export function readPlaylist(text: string): { at: number[]; target: number; isWhole: boolean } {
  const at = [0];
  for (const [, length] of text.matchAll(/^#EXTINF:([\d.]+),$/gm))
    at.push((at.at(-1) as number) + Number(length));
  return {
    at,
    target: Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(text)?.[1]),
    isWhole: text.endsWith("#EXT-X-ENDLIST\n"),
  };
}
