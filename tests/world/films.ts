// The library folder that most tests share: films of each kind that plays, one
// that a browser refuses, a show of two seasons, subtitles beside a file, and
// files that are no films at all.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { clip, place, placeBroken, subtitleText } from "./media.ts";
import type { World } from "./world.ts";

export const movies = {
  front: "First Light",
  tail: "Tail End",
  surround: "Second Sound",
  webm: "Web Weave",
};
export const show = "Harbour Tales";
export const episodes: [season: number, episode: number, title: string][] = [
  [1, 1, "Arrival"],
  [1, 2, "The Pier"],
  [2, 1, "Return"],
];

/** Where the file of a movie lies. */
export function movieFile(world: World, kind: keyof typeof movies): string {
  const names = {
    front: "First Light (2019).mp4",
    tail: "Tail End (2020).mp4",
    surround: "Second Sound (2021).mkv",
    webm: "Web Weave (2022).webm",
  };
  return path.join(world.films, names[kind]);
}

/** Puts the files in place; nothing is scanned yet. */
export async function layFilms(world: World, options: { isShort?: boolean } = {}): Promise<void> {
  await place("front.mp4", movieFile(world, "front"));
  if (options.isShort) return;
  await place("tail.mp4", movieFile(world, "tail"));
  await place("surround.mkv", movieFile(world, "surround"));
  await place("vp9.webm", movieFile(world, "webm"));
  const beside = movieFile(world, "front").replace(/mp4$/, "");
  writeFileSync(`${beside}en.srt`, subtitleText());
  writeFileSync(
    `${beside}de.forced.srt`,
    Buffer.from("1\n0:00:01,0 --> 0:00:03,0\nGr\xfc\xdfe\n", "latin1"),
  );
  for (const [season, episode, title] of episodes) {
    const two = (n: number) => String(n).padStart(2, "0");
    const name = `${show} S${two(season)}E${two(episode)} ${title}.mp4`;
    await place("front.mp4", path.join(world.films, show, `Season ${season}`, name), 6);
  }
  mkdirSync(path.join(world.films, "Broken"), { recursive: true });
  await placeBroken(path.join(world.films, "Broken"));
}

/** Lays the films, watches the folder and waits for the scan. */
export async function showFilms(world: World, options: { isShort?: boolean } = {}): Promise<void> {
  await layFilms(world, options);
  await world.addFolder(world.films);
}

export { clip };
