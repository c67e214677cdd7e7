// Films of few bytes that become large when they are read: pictures, words
// beside them, and times in which nothing happens.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import type { Hostile } from "./lures.ts";
import { clip } from "./media.ts";
import { build, many } from "./place.ts";

/** One picture for four hours, and one as large as ffmpeg has them. */
const recipes: Record<string, string> = {
  "still.mp4": "color=c=red:s=320x180:r=1/14400:d=14400 -c:v libx264 -pix_fmt yuv420p",
  "still.mkv": "color=c=red:s=320x180:r=1/14400:d=14400 -c:v libx264 -pix_fmt yuv420p",
  "wide.mkv": "color=c=gray:s=16000x16000:r=1:d=1,format=gray -c:v png -pix_fmt gray",
};

function drawn(name: string): Buffer {
  const to = path.join(build, "media", `giant-${name}`);
  if (!existsSync(to)) {
    mkdirSync(path.dirname(to), { recursive: true });
    const half = path.join(build, "media", `${process.pid}-${name}`);
    const [picture = "", ...rest] = (recipes[name] as string).split(" ");
    const words = ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture, ...rest];
    execFileSync("ffmpeg", [...words, "-frames:v", "1", half]);
    renameSync(half, to);
  }
  return readFileSync(to);
}

const clock = (s: number) => new Date(s * 1000).toISOString().slice(11, 23).replace(".", ",");

const srt = (n: number, words: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => {
    const at = (i * 5) / n;
    return `${i + 1}\n${clock(at)} --> ${clock(at + 1)}\n${words(i)}\n\n`;
  }).join("");

const ass = (words: string) =>
  `[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontsize\nStyle: Default,99999
[Events]\nFormat: Start, End, Style, Text\nDialogue: 0:00:01.00,0:00:04.00,Default,${words}\n`;

/** What lies beside a film, by the end of its name. */
function words(): Record<string, Buffer> {
  const all: Record<string, string> = {
    "en.srt": srt(many(150_000, 170_000), (i) => `Cue ${i}`),
    "de.srt": srt(many(300_000, 1_000_000), (i) => `Cue ${i}`),
    "fr.srt": srt(1, () => "x".repeat(7 << 20)),
    "it.srt": srt(1, () => "x".repeat(many(20, 100) << 20)),
    "es.ass": ass(`${"{\\blur9999\\fs99999\\t(0,1,\\frz99)\\p9}".repeat(100_000)}m 0 0 l 9 9`),
    "pt.vtt": `WEBVTT\n\n00:01.000 --> 00:04.000\n${"<c.x><i>".repeat(400_000)}Deep\n`,
  };
  return Object.fromEntries(Object.entries(all).map(([end, said]) => [end, Buffer.from(said)]));
}

/** All of them. */
export async function giants(): Promise<Hostile[]> {
  const film = readFileSync(await clip("surround.mkv"));
  return [
    { name: "One Picture", extension: "mp4", bytes: drawn("still.mp4") },
    { name: "One Picture More", extension: "mkv", bytes: drawn("still.mkv") },
    { name: "Wide Picture", extension: "mkv", bytes: drawn("wide.mkv") },
    { name: "Words Beside", extension: "mkv", bytes: film, beside: words() },
  ];
}
