// Files of forty kinds, and how each comes to three devices: a table written down, not
// derived from the program.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { build } from "./place.ts";
import { ffmpeg } from "./segments.ts";

const folder = path.join(build, "media");
export const [seconds, rate] = [8, 24];

/** What the devices decode: Chromium, Apple's players, a weak television. */
export const devices = {
  chromium: {
    codecs: ["avc1.640028", "av01.0.08M.08", "vp09.02.41.10", "vp8", "mp4a.40.2"].concat([
      "mp3",
      "opus",
      "vorbis",
      "flac",
    ]),
    hls: { codecs: ["avc1.640028", "av01.0.08M.08", "vp09.02.41.10", "mp4a.40.2", "opus", "flac"] },
  },
  apple: {
    codecs: ["avc1.640028", "hvc1.2.4.L153.B0", "mp4a.40.2", "ac-3", "ec-3", "alac"],
    hls: { native: true },
  },
  tv: { codecs: ["avc1.4D401F", "mp4a.40.2"], hls: { codecs: ["avc1.4D401F", "mp4a.40.2"] } },
};

const pictures: Record<string, string> = {
  avc: "libx264 -preset ultrafast -pix_fmt yuv420p -bf 2",
  avc10: "libx264 -preset ultrafast -pix_fmt yuv420p10le",
  hevc: "libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1",
  hevcmkv: "libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le",
  vp8: "libvpx -deadline realtime -cpu-used 8 -pix_fmt yuv420p",
  vp9: "libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p",
  av1: "libaom-av1 -usage realtime -cpu-used 8 -pix_fmt yuv420p",
  mpeg2: "mpeg2video -b:v 400k",
  asp: "mpeg4 -bf 2 -b:v 400k",
  wmv: "wmv2 -b:v 400k",
  theora: "libtheora -pix_fmt yuv420p",
};
const sounds: Record<string, string> = {
  mp3: "libmp3lame",
  opus: "libopus",
  vorbis: "libvorbis",
  dts: "dca",
  truehd: "truehd",
  pcm: "pcm_s16le",
  wma: "wmav2",
};

/** Container, picture, sounds (each a track) and how it comes to chromium, apple, tv:
 * direct, remux, sound, transcode. */
export type Kind = [file: string, picture: string, sounds: string, ways: string];
export const kinds: Kind[] = [
  ["mp4", "avc", "aac", "DDD"],
  ["mp4", "avc", "ac3", "SDS"],
  ["mp4", "avc", "eac3", "SDS"],
  ["mp4", "avc", "mp3", "DSS"],
  ["mp4", "avc", "flac", "DSS"],
  ["mp4", "avc", "aac ac3", "DDD"],
  ["mp4", "hevc", "aac", "TDT"],
  ["mp4", "av1", "aac", "DTT"],
  ["mp4", "vp9", "aac", "DTT"],
  ["mp4", "avc10", "aac", "TTT"],
  ["mov", "avc", "aac", "DDD"],
  ["mov", "avc", "pcm", "SSS"],
  ["mov", "hevc", "aac", "TDT"],
  ["mkv", "avc", "aac", "DDD"],
  ["mkv", "avc", "ac3", "SDS"],
  ["mkv", "avc", "eac3", "SDS"],
  ["mkv", "avc", "dts", "SSS"],
  ["mkv", "avc", "truehd", "SSS"],
  ["mkv", "avc", "flac", "DSS"],
  ["mkv", "avc", "opus", "DSS"],
  ["mkv", "avc", "vorbis", "DSS"],
  ["mkv", "avc", "mp3 aac", "DSS"],
  ["mkv", "avc", "pcm", "SSS"],
  ["mkv", "hevcmkv", "eac3 aac", "TDT"],
  ["mkv", "hevcmkv", "dts", "TST"],
  ["mkv", "avc10", "flac", "TTT"],
  ["mkv", "vp9", "opus", "DTT"],
  ["mkv", "av1", "opus", "DTT"],
  ["mkv", "mpeg2", "ac3", "TTT"],
  ["mkv", "asp", "mp3", "TTT"],
  ["webm", "vp8", "vorbis", "DTT"],
  ["webm", "vp9", "opus", "DTT"],
  ["webm", "av1", "opus", "DTT"],
  ["avi", "asp", "mp3", "TTT"],
  ["avi", "avc", "ac3", "TTT"],
  ["ts", "avc", "aac", "RRR"],
  ["ts", "mpeg2", "mp2", "TTT"],
  ["m2ts", "avc", "ac3", "SRS"],
  ["flv", "avc", "mp3", "SSS"],
  ["ogv", "theora", "vorbis", "TTT"],
  ["wmv", "wmv", "wma", "TTT"],
];

export const nameOf = ([file, picture, said]: Kind): string =>
  `${file} ${picture} ${said}`.replaceAll(" ", "-");

/** The path of a film of that kind; drawn at the first call. */
export function draw(kind: Kind): string {
  const [file, picture, said] = kind;
  const to = path.join(folder, `${nameOf(kind)}.${file}`);
  if (existsSync(to)) return to;
  mkdirSync(folder, { recursive: true });
  const half = path.join(folder, `${process.pid}-${nameOf(kind)}.${file}`);
  const all = said.split(" ");
  const tracks = ["-map", "0:v", ...all.flatMap(() => ["-map", "1:a"])];
  const coded = all.flatMap((name, i) => {
    const [codec, ...rest] = (sounds[name] ?? name).split(" ");
    return [`-c:a:${i}`, codec as string, ...rest];
  });
  const from = [
    ..."-f lavfi -i".split(" "),
    `testsrc=size=176x144:rate=${rate}:duration=${seconds}`,
    ..."-f lavfi -i".split(" "),
    `sine=frequency=440:sample_rate=${file === "flv" ? 44100 : 48000}:duration=${seconds}`,
  ];
  const shape = ["-g", "24", "-ac", "2", ...coded, "-strict", "-2"];
  ffmpeg([...from, ...tracks, "-c:v", ...(pictures[picture] ?? "").split(" "), ...shape, half]);
  renameSync(half, to);
  return to;
}
