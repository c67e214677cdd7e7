// When subtitles are shown: later or earlier than they say, in small steps, seen at
// once and kept for everybody who plays the file.
import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { subtitles } from "../../api/subtitles.ts";
import { number } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import type { Running } from "./running.ts";
import { trackId } from "./subtitles.ts";

export const STEP_MS = 50;
const MAX_MS = 600_000;
/** Of presses that follow each other the last one is kept. */
const SETTLE_MS = 800;

const shifts = new WeakMap<TextTrackCue, number>();

/** Moves the cues of a track to where they are with this delay, wherever they were. */
export function shiftCues(track: Pick<TextTrack, "cues">, delayMs: number): void {
  for (const cue of Array.from(track.cues ?? [])) {
    const by = (delayMs - (shifts.get(cue) ?? 0)) / 1000;
    if (by === 0) continue;
    // The end first, so that it is never before the start.
    if (by > 0) cue.endTime += by;
    cue.startTime += by;
    if (by < 0) cue.endTime += by;
    shifts.set(cue, delayMs);
  }
}

/** "+150 ms", "−50 ms", "0 ms". */
export function delayText(ms: number): string {
  const sign = ms > 0 ? "+" : ms < 0 ? "−" : "";
  return t("player.captions.delay.value", { ms: `${sign}${number(Math.abs(ms))}` });
}

export interface Delay {
  ms: Signal<number>;
  /** One step later or earlier. */
  step(way: 1 | -1): void;
  reset(): void;
}

/** Cues come while the film plays: they are moved as they come. */
function useShifted(video: HTMLVideoElement | null, track: number, ms: number): void {
  useEffect(() => {
    if (video === null) return;
    let known = -1;
    const shift = (): void => {
      const shown = Array.from(video.textTracks).find(({ id }) => id === trackId(track));
      const n = shown?.cues?.length ?? 0;
      if (shown === undefined || n === known) return;
      known = n;
      shiftCues(shown, ms);
    };
    shift();
    video.addEventListener("load", shift, true); // of a track's element
    video.addEventListener("timeupdate", shift);
    return () => {
      video.removeEventListener("load", shift, true);
      video.removeEventListener("timeupdate", shift);
    };
  }, [video, track, ms]);
}

export function useDelay(answer: Play, running: Running | null, track: number): Delay {
  const ms = useSignal(answer.subtitleDelay);
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useShifted(running?.video ?? null, track, ms.value);
  const save = useCallback(() => {
    if (waiting.current === undefined) return;
    clearTimeout(waiting.current);
    waiting.current = undefined;
    // What could not be kept holds for this film all the same.
    subtitles.delay(answer.streamingKey, ms.value).catch(() => undefined);
  }, [answer, ms]);
  useEffect(() => {
    addEventListener("pagehide", save);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, [save]);
  const set = (to: number): void => {
    ms.value = Math.min(MAX_MS, Math.max(-MAX_MS, to));
    clearTimeout(waiting.current);
    waiting.current = setTimeout(save, SETTLE_MS);
    const text = t("player.captions.delay.now", { time: delayText(ms.value) });
    running?.deck.say(text);
    running?.deck.show(text);
  };
  return { ms, step: (way) => set(ms.value + way * STEP_MS), reset: () => set(0) };
}
