// When the card of the next episode comes: near the end, to which it counts down.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { EpisodeRef } from "../../api/index.ts";
import { isAsked, noteLed } from "./awake.ts";
import type { Playback } from "./state.ts";

const NEAR_S = 30;
/** Nobody is led on sooner after the card came. */
const LEAST_S = 5;
const TICK_MS = 250;

/** From the credits on; where nobody knows when they begin the last half minute, and
 * of what is short its last quarter. */
export function isNearEnd(time: number, duration: number, credits: number | null = null): boolean {
  if (duration <= 0) return false;
  return credits === null ? duration - time <= Math.min(NEAR_S, duration / 4) : time >= credits;
}

/** Whole seconds until it goes on: never before the end, and never at once. */
export function countdown(left: number, shown: number): number {
  return Math.max(0, Math.ceil(Math.max(left, LEAST_S - shown)));
}

export interface Card {
  isShown: boolean;
  /** Seconds, null when it waits for a person. */
  counts: number | null;
  /** Nobody has touched anything for some episodes: it waits, and asks whether
   * somebody is there. */
  asks: boolean;
  shut(): void;
}

export interface CardWish {
  /** It goes on by itself unless somebody says no. */
  goesOn: boolean;
  /** … and asks from time to time whether somebody is there. */
  asks: boolean;
  /** When the credits begin, if that is known. */
  credits: number | null;
}

export function useCard(
  playback: Playback | null,
  next: EpisodeRef | null,
  wish: CardWish,
  go: () => void,
): Card {
  const [isShut, setShut] = useState(false);
  const [shown, setShown] = useState(0);
  const time = playback?.time.value ?? 0;
  const duration = playback?.duration.value ?? 0;
  const ended = playback?.ended.value === true;
  const isNear = next !== null && (ended || isNearEnd(time, duration, wish.credits));
  const asked = useRef(false);
  if (!isNear) asked.current = isAsked();
  const asks = wish.goesOn && wish.asks && asked.current;
  const isWished = wish.goesOn && !asks;
  const runs = isNear && !isShut && isWished && (ended || playback?.playing.value === true);
  const counts = countdown(ended ? 0 : (duration - time) / (playback?.rate.value ?? 1), shown);
  // Who goes back in the film is asked again when the end comes.
  useEffect(() => {
    if (isNear) return;
    setShut(false);
    setShown(0);
  }, [isNear]);
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setShown((s) => s + TICK_MS / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, [runs]);
  useEffect(() => {
    if (!runs || !ended || counts > 0) return;
    noteLed();
    go();
  }, [runs, ended, counts, go]);
  const shut = useCallback(() => setShut(true), []);
  return { isShown: isNear && !isShut, counts: isWished ? counts : null, asks, shut };
}
