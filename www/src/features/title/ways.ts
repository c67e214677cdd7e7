// Where a title leads, and what its page shows: all that a card of it has to know.
import {
  catalogue,
  type EpisodeDetail,
  type EpisodeRef,
  type Movie,
  play,
  type Show,
  type What,
} from "../../api/index.ts";

export interface Loaded {
  title: Movie | Show;
  /** The episode that Play would start, so that all of the page comes at once. */
  detail: EpisodeDetail | null;
}

/** What a title's page shows. */
export async function loadTitle(kind: "movie" | "show", id: number): Promise<Loaded> {
  await play.beaten();
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

export function whatOf(titleId: string, ref: EpisodeRef | null): What {
  return ref === null ? { titleId } : { titleId, season: ref.season, episode: ref.episode };
}
