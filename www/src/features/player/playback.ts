// A film that is playing, as the screen sees it.
import type { Signal } from "@preact/signals";
import type { Play } from "../../api/index.ts";
import type { Feed } from "./feed.ts";
import type { Swarm } from "./swarm.ts";

export interface Playback {
  playing: Signal<boolean>;
  /** It plays, or does as soon as there are pictures. */
  wished: Signal<boolean>;
  waiting: Signal<boolean>;
  ended: Signal<boolean>;
  time: Signal<number>;
  duration: Signal<number>;
  buffered: Signal<[number, number][]>;
  volume: Signal<number>;
  muted: Signal<boolean>;
  /** How fast it plays; 1 is as it was filmed. */
  rate: Signal<number>;
  /** The server does not answer; it is asked until it does. */
  lost: Signal<boolean>;
  /** Why it cannot go on. */
  problem: Signal<string | null>;
  /** What is amiss although it plays. */
  warning: Signal<string | null>;
  /** What is here of it and what is not. */
  swarm: Swarm;
  /** Where its bytes come from: the file, or HLS in some quality. */
  feed: Feed;
  seek(to: number): void;
  /** Plays or stops, the other of what was last wished or as it is told; whether it
   * plays then, which may take a while. */
  toggle(to?: boolean): boolean;
  setRate(rate: number): void;
  louder(by: number): void;
  mute(): void;
  stop(): void;
}

export function spans(ranges: TimeRanges): [number, number][] {
  return Array.from({ length: ranges.length }, (_, i) => [ranges.start(i), ranges.end(i)]);
}

/** Position to begin at: 0 when asked, or so near the end that nothing is left. */
export function beginAt(answer: Pick<Play, "position" | "media">, fromStart: boolean): number {
  const duration = answer.media?.duration ?? Number.POSITIVE_INFINITY;
  return fromStart || answer.position > duration - 5 ? 0 : answer.position;
}
