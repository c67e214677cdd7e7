// Where openings and credits lie, and marking them for everybody.
import { call } from "./call.ts";
import type { Play } from "./index.ts";

export type SegmentKind = Play["segments"][number]["kind"];
type Part = Pick<Play, "titleId" | "season" | "episode">;

export interface Mark {
  start: number;
  end: number;
  fromEnd?: boolean;
}

/** Of a film neither; of a show, without the episode, its season. */
const placeOf = ({ season, episode }: Part, isSeason: boolean) =>
  season === null || episode === null ? {} : isSeason ? { season } : { season, episode };

export const segments = {
  /** As they are for this source now. */
  list: (of: Part & { sourceId: number }) =>
    call("GET", "/api/segments/{titleId}", {
      path: { titleId: of.titleId },
      query: { ...placeOf(of, false), sourceId: of.sourceId },
    }),
  mark: (of: Part, segment: SegmentKind, mark: Mark | null, isSeason: boolean) =>
    call("PUT", "/api/segments/{titleId}/{segment}", {
      path: { titleId: of.titleId, segment },
      body: { ...placeOf(of, isSeason), ...(mark ?? { none: true }) },
    }),
  unmark: (of: Part, segment: SegmentKind, isSeason: boolean) =>
    call("DELETE", "/api/segments/{titleId}/{segment}", {
      path: { titleId: of.titleId, segment },
      query: placeOf(of, isSeason),
    }),
};
