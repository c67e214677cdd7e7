// What is known of a film beside what playing it takes: its pictures, its show,
// whether there is another source. Fetched once the film plays.
import { embedded } from "../../api/client.ts";
import { catalogue, type Play, type What } from "../../api/index.ts";

export interface About {
  /** The show's name; null for a film. */
  show: string | null;
  /** Addresses of pictures, with their widths. */
  artwork: { src: string; sizes: string }[];
  /** How many sources there are. */
  sources: number;
  /** A picture of the next episode. */
  nextStill: string | null;
}

export function whatFrom(answer: Pick<Play, "titleId" | "season" | "episode">): What {
  const { titleId, season, episode } = answer;
  return season === null || episode === null ? { titleId } : { titleId, season, episode };
}

const numberOf = (titleId: string): number => Number(titleId.split("-")[1]);

/** Sizes that the server makes of a poster, which is 2 by 3. */
function artworkOf(path: string | null): About["artwork"] {
  if (path === null) return [];
  return [200, 400, 600].map((width) => ({
    src: embedded(path.replace(/\/\d+\/([^/]+)$/, `/${width}/$1`)),
    sizes: `${width}x${width * 1.5}`,
  }));
}

/** Null when the server does not tell. */
export async function aboutOf(answer: Play): Promise<About | null> {
  const id = numberOf(answer.titleId);
  const { season, episode, next } = answer;
  try {
    if (season === null || episode === null) {
      const { poster, sources } = await catalogue.movie(id);
      const many = sources?.length ?? 0;
      return { show: null, artwork: artworkOf(poster), sources: many, nextStill: null };
    }
    const [now, later] = await Promise.all([
      catalogue.episode(id, season, episode),
      next === null ? null : catalogue.episode(id, next.season, next.episode).catch(() => null),
    ]);
    return {
      show: now.show.title,
      artwork: artworkOf(now.show.poster),
      sources: now.sources?.length ?? 0,
      nextStill: later?.still ?? null,
    };
  } catch {
    return null;
  }
}
