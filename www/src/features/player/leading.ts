// What leads on from the film: over an opening, to the next episode.
import { useCallback } from "preact/hooks";
import { useTouches } from "./awake.ts";
import { stepChapter } from "./chapters.ts";
import { type Marking, useMarking } from "./marking.tsx";
import { type Card, useCard } from "./next.ts";
import type { FilmProps, Running } from "./running.ts";
import { type Skip, useSkip } from "./skip.ts";
import type { Others } from "./surface.ts";

export interface Leading {
  marking: Marking;
  skip: Skip | null;
  card: Card;
  proceed: () => void;
  /** What keys do of it. */
  acts: Pick<Others, "card" | "skip" | "chapter">;
}

export function useLeading(
  { answer, me }: FilmProps,
  running: Running | null,
  toNext: (() => void) | null,
): Leading {
  const marking = useMarking(running, answer, me);
  const proceed = useCallback(() => toNext?.(), [toNext]);
  const wish = {
    goesOn: me.preferences.autoplay,
    asks: me.preferences.stillWatching,
    credits: marking.credits,
  };
  const card = useCard(running?.playback ?? null, answer.next, wish, proceed);
  const skip = useSkip(running, marking.segments, !card.isShown);
  useTouches();
  const acts: Leading["acts"] = {
    card: card.isShown ? { go: proceed, shut: card.shut } : null,
    skip,
    chapter: (way) =>
      stepChapter(answer.chapters, running?.playback.time.value ?? 0, way, running?.deck),
  };
  return { marking, skip, card, proceed, acts };
}
