// What a title's page knows about playing: where Play leads and what it says.
import {
  catalogue,
  type EpisodeDetail,
  type EpisodeRef,
  type Movie,
  type Progress,
  type Show,
  type What,
} from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export interface Loaded {
  title: Movie | Show;
  /** The episode that Play would start, so that all of the page comes at once. */
  detail: EpisodeDetail | null;
}

/** What a title's page shows. */
export async function loadTitle(kind: "movie" | "show", id: number): Promise<Loaded> {
  if (kind === "movie") return { title: await catalogue.movie(id), detail: null };
  const title = await catalogue.show(id);
  const { next } = title;
  if (next === null) return { title, detail: null };
  return { title, detail: await catalogue.episode(id, next.season, next.episode) };
}

/** The path of the player for a film or an episode. */
export function watchPath(what: What): string {
  if (what.season === undefined || what.episode === undefined) return `/watch/${what.titleId}`;
  return `/watch/${what.titleId}/${what.season}/${what.episode}`;
}

/** The path of the page behind a title id. */
export function pagePath(titleId: string): string {
  return `/${titleId.replace("-", "/")}`;
}

export function isBegun(progress: Progress | null): boolean {
  return progress !== null && progress.status !== "completed" && progress.position > 0;
}

/** "Play", "Resume at 12:03"; an episode is named by its code. */
export function playLabel(progress: Progress | null, code = ""): string {
  const time = clock(progress?.position ?? 0);
  if (!isBegun(progress)) return code === "" ? t("app.play") : t("app.play.code", { code });
  return code === "" ? t("title.resume", { time }) : t("title.resume.code", { code, time });
}

export function whatOf(titleId: string, ref: EpisodeRef | null): What {
  return ref === null ? { titleId } : { titleId, season: ref.season, episode: ref.episode };
}

/** A playlist that any player opens. Line breaks in a title would break it. */
export function playlist(title: string, url: string): string {
  return `#EXTM3U\n#EXTINF:-1,${title.replace(/[\r\n]+/g, " ")}\n${url}\n`;
}

/** A name that any file system takes. */
export function fileName(title: string): string {
  const kept = title.replace(/[^\p{L}\p{N} ._-]+/gu, "").trim();
  return `${kept === "" ? "miauflix" : kept}.m3u`;
}
