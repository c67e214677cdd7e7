// Openings, recaps and credits: a button leads over them.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import type { Running } from "./running.ts";

export type Segment = Play["segments"][number];

/** So long the button stays by itself; then it comes and goes with the controls. */
const SHOWN_S = 10;
/** What is over sooner needs no button. */
const LEAST_S = 2;

/** What can be left out at this second. What the film ends with leads nowhere: it is
 * left for the next episode, or the film itself. */
export function skippable(segments: Segment[], time: number, duration: number): Segment | null {
  const at = segments.find(({ start, end }) => start <= time && time < end - LEAST_S);
  if (at === undefined) return null;
  return duration > 0 && duration - at.end > SHOWN_S ? at : null;
}

/** Where the last credits begin; null when nobody knows. */
export function creditsAt(segments: Segment[]): number | null {
  return segments.find(({ kind }) => kind === "credits")?.start ?? null;
}

export const skipText = {
  intro: () => t("player.skip.intro"),
  recap: () => t("player.skip.recap"),
  credits: () => t("player.skip.credits"),
  preview: () => t("player.skip.preview"),
};

export interface Skip {
  segment: Segment;
  /** It shows although the controls do not. */
  isFresh: boolean;
  go(): void;
}

/** Null when there is nothing to leave out, or another card asks. */
export function useSkip(
  running: Running | null,
  segments: Segment[],
  isFree: boolean,
): Skip | null {
  const time = running?.playback.time.value ?? 0;
  const duration = running?.playback.duration.value ?? 0;
  const found = isFree && running !== null ? skippable(segments, time, duration) : null;
  const [since, setSince] = useState(0);
  const start = found?.start ?? null;
  const now = useRef(time);
  now.current = time;
  useEffect(() => {
    if (start !== null) setSince(now.current);
  }, [start]);
  const kind = found?.kind ?? null;
  useEffect(() => {
    if (kind !== null && start !== null)
      running?.deck.say(t("player.skip.said", { name: skipText[kind]() }));
  }, [running, kind, start]);
  if (found === null || running === null) return null;
  const past = time - since;
  return {
    segment: found,
    isFresh: past >= 0 && past < SHOWN_S,
    go: () => running.deck.seek(found.end),
  };
}
