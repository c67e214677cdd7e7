// What a person says about what they have watched.
import { call } from "./call.ts";
import type { Progress, What } from "./index.ts";

/** Where somebody is in a film or an episode, as it is set. */
export type Place = Pick<Progress, "progress" | "status"> & Partial<Pick<Progress, "position">>;

export const places = {
  set({ titleId, season, episode }: What, place: Place) {
    const [kind, id] = titleId.split("-");
    const what =
      kind === "movie"
        ? { type: "movie" as const, movieId: Number(id) }
        : { type: "episode" as const, showId: Number(id), season, episode };
    return call("POST", "/api/progress", { body: { ...what, ...place } });
  },
  forget: ({ titleId, season, episode }: What) =>
    call("DELETE", "/api/progress/{titleId}", { path: { titleId }, query: { season, episode } }),
  /** In the row of what one goes on with, or not. */
  hide: (titleId: string, isHidden: boolean) =>
    call("POST", "/api/progress/hide", { body: { titleId, isHidden } }),
};
