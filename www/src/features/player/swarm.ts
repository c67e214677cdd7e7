// What plays while it is still being fetched: which parts are here, which come
// next, and, when the picture waits, why.
import { type Signal, signal } from "@preact/signals";
import { on } from "../../api/events.ts";
import type { DownloadEvent, Play, PlayState } from "../../api/index.ts";
import { source as sources } from "../../api/source.ts";
import { rate } from "../../lib/format.ts";
import { said, t } from "../../lib/messages.ts";
import { askSurely, isPassing } from "./stay.ts";

/** From and to, as parts of the whole (0 … 1). */
export type Span = [number, number];

export interface Swarm {
  /** null: all of it, nothing needs to be drawn. */
  here: Signal<Span[] | null>;
  coming: Signal<Span[]>;
  /** Why it waits; null while it does not, or not for long. */
  why: Signal<string | null>;
  /** It has waited for so long that one may want something else. */
  isLong: Signal<boolean>;
  /** Tells when the picture waits and when it goes on. */
  waits(is: boolean): void;
  /** The state now; null when it cannot be had. */
  ask(): Promise<PlayState | null>;
  /** The last time it was asked nobody answered, which passes. */
  isLost(): boolean;
  /** Waits until somebody does answer; `lost` is told at once when nobody did. */
  answers(end: AbortSignal, lost: () => void): Promise<boolean>;
  stop(): void;
}

const WHY_AFTER_MS = 3000;
const ASK_MS = 2000;
const LONG_MS = 15_000;

export function spansOf(ranges: number[][], size: number | null): Span[] {
  if (!size) return [];
  return ranges.map(([from = 0, to = 0]) => [from / size, Math.min(1, to / size)]);
}

/** One calm sentence about why nothing comes, also when it has not for long. */
export function whyText(state: PlayState, isLong = false, isMade = false): string {
  const { peers: n, problem, queue, sentence } = state;
  if (sentence !== null) return said(`codes.error.${problem}`, sentence);
  if (queue) return t("player.wait.queue", { queue });
  switch (state.state) {
    case "metadata":
      return n > 0 ? t("player.wait.ask", { n }) : t("player.wait.nobody");
    case "checking":
      return t("player.wait.checking");
    case "waiting":
      return t("player.wait.disk");
    case "paused":
      return t("player.wait.paused");
    case "whole":
    case "seeding":
      return isMade ? t("player.wait.made") : t("player.wait.line");
    default:
      if (n === 0) return t("player.wait.nobody");
      if (state.rate > 0) return t("player.wait.fetch", { n, rate: rate(state.rate) });
      return isLong ? t("player.wait.silent", { n }) : t("player.wait.send", { n });
  }
}

/** `isMade`: what is shown is made by the server while it is asked for. */
export function followSwarm(
  answer: Pick<Play, "titleId" | "streamingKey">,
  isMade: () => boolean = () => false,
): Swarm {
  const here = signal<Span[] | null>(null);
  const coming = signal<Span[]>([]);
  const why = signal<string | null>(null);
  const isLong = signal(false);
  let since = 0;
  let source: number | null = null;
  let stopped = false;
  let isLost = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async (): Promise<PlayState | null> => {
    try {
      const state = await sources.state(answer.streamingKey);
      if (stopped) return null;
      isLost = false;
      source = state.sourceId;
      here.value = state.state === "whole" ? null : spansOf(state.published, state.size);
      coming.value = spansOf(state.wanted, state.size);
      return state;
    } catch (error) {
      isLost = isPassing(error);
      return null; // the picture itself will say what is wrong
    }
  };
  const explain = async (): Promise<void> => {
    const mine = timer;
    const state = await ask();
    // It went on meanwhile, or went on and waits anew.
    if (timer !== mine) return;
    // What is wholly here waits for the server alone.
    isLong.value =
      state !== null && state.state !== "whole" && performance.now() - since >= LONG_MS;
    why.value = state === null ? t("player.wait.server") : whyText(state, isLong.value, isMade());
    timer = setTimeout(() => void explain(), ASK_MS);
  };
  const end = on<DownloadEvent>("download", (event) => {
    if (!("ranges" in event) || event.sourceId !== source || here.value === null) return;
    here.value = spansOf(event.ranges, event.size);
    coming.value = spansOf(event.wanted, event.size);
  });
  void ask();
  return {
    here,
    coming,
    why,
    isLong,
    ask,
    isLost: () => isLost,
    answers: (end, lost) =>
      askSurely(async () => {
        if (!isLost) return true;
        lost();
        await ask();
        return !isLost;
      }, end),
    waits(is) {
      if (is && timer === undefined) {
        since = performance.now();
        timer = setTimeout(() => void explain(), WHY_AFTER_MS);
      }
      if (is) return;
      clearTimeout(timer);
      timer = undefined;
      why.value = null;
      isLong.value = false;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      end();
    },
  };
}
