// What a person may do with a film, whatever hand it comes from: keys, buttons,
// fingers, headphones. Each act is shown for a moment and said to screen readers.
import { type Signal, signal } from "@preact/signals";
import { clock, length, number, percent } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import type { IconName } from "../../ui/icons.tsx";
import type { Playback } from "./state.ts";

export const STEP_S = 10;
/** A pause this long, and steps that were added up are sought. */
const SETTLE_MS = 600;
const HINT_MS = 700;
/** A held key goes further: from so many repeats on, so many times as far. */
const FASTER: [from: number, times: number][] = [
  [32, 6],
  [16, 3],
  [8, 2],
];
export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** What is shown over the picture for a moment. */
export interface Hint {
  /** Another one each time, so that it begins anew. */
  id: number;
  text: string;
  icon?: IconName;
  side: "left" | "right" | "middle";
}

export interface Deck {
  /** Where steps or a finger lead that are not sought yet. */
  aimed: Signal<number | null>;
  hint: Signal<Hint | null>;
  /** What screen readers are told. */
  said: Signal<string>;
  /** Ten seconds on or back; those that follow each other are one seek. */
  step(way: 1 | -1, isHeld?: boolean): void;
  /** Shows where one would go; null takes that back. */
  aim(to: number | null): void;
  seek(to: number): void;
  /** Plays or stops: the other of both, or as it is told. */
  toggle(to?: boolean): void;
  louder(by: number): void;
  /** As loud as a slider says, 0 to 1: who moves it wants to hear something. */
  setVolume(to: number): void;
  mute(): void;
  setRate(rate: number): void;
  /** One speed up or down. */
  faster(way: 1 | -1): void;
  say(text: string): void;
  show(text: string, icon?: IconName): void;
  stop(): void;
}

/** "+30 s", "−1 min 10 s". */
export function stepText(by: number): string {
  return `${by < 0 ? "−" : "+"}${length(Math.abs(by))}`;
}

export function rateText(rate: number): string {
  return `${number(rate)}×`;
}

/** How far the nth repeat of a held key goes, in seconds. */
export function strideOf(nth: number): number {
  return STEP_S * (FASTER.find(([from]) => nth >= from)?.[1] ?? 1);
}

export function startDeck(playback: Playback): Deck {
  const aimed = signal<number | null>(null);
  const hint = signal<Hint | null>(null);
  const said = signal("");
  let settle: ReturnType<typeof setTimeout> | undefined;
  let fade: ReturnType<typeof setTimeout> | undefined;
  let from = 0;
  let way = 0;
  let repeats = 0;
  let shown = 0;

  const showAt = (side: Hint["side"], text: string, icon?: IconName): void => {
    shown += 1;
    hint.value = { id: shown, text, icon, side };
    clearTimeout(fade);
    fade = setTimeout(() => {
      hint.value = null;
    }, HINT_MS);
  };
  const show = (text: string, icon?: IconName): void => showAt("middle", text, icon);
  const say = (text: string): void => {
    said.value = text;
  };
  const clamped = (to: number): number =>
    Math.min(Math.max(0, to), playback.duration.value || Math.max(0, to));
  const forget = (): void => {
    clearTimeout(settle);
    settle = undefined;
    aimed.value = null;
  };
  const seek = (to: number): void => {
    forget();
    playback.seek(clamped(to));
    const whole = clock(playback.duration.value);
    say(t("player.place", { time: clock(clamped(to)), whole }));
  };
  const step = (to: 1 | -1, isHeld = false): void => {
    const isFirst = settle === undefined;
    if (isFirst) from = playback.time.value;
    repeats = isHeld && !isFirst && to === way ? repeats + 1 : 0;
    way = to;
    const aim = clamped((isFirst ? from : (aimed.value ?? from)) + to * strideOf(repeats));
    aimed.value = aim;
    showAt(to < 0 ? "left" : "right", aim === from ? clock(aim) : stepText(aim - from));
    clearTimeout(settle);
    settle = setTimeout(() => seek(aim), SETTLE_MS);
  };
  const setRate = (rate: number): void => {
    playback.setRate(rate);
    show(rateText(rate), "speed");
    say(t("player.speed.now", { rate: rateText(rate) }));
  };
  const tellVolume = (): void => {
    const isMuted = playback.muted.value;
    const text = isMuted ? t("player.sound.off") : percent(playback.volume.value);
    show(text, isMuted || playback.volume.value === 0 ? "muted" : "volume");
    say(isMuted ? text : t("player.volume.now", { percent: text }));
  };
  return {
    aimed,
    hint,
    said,
    step,
    seek,
    say,
    show,
    setRate,
    aim(to) {
      clearTimeout(settle);
      settle = undefined;
      aimed.value = to === null ? null : clamped(to);
    },
    toggle(to) {
      const plays = playback.toggle(to);
      show("", plays ? "play" : "pause");
    },
    louder(by) {
      playback.louder(by);
      tellVolume();
    },
    setVolume(to) {
      if (playback.muted.value && to > 0) playback.mute();
      playback.louder(to - playback.volume.value);
      tellVolume();
    },
    mute() {
      playback.mute();
      tellVolume();
    },
    faster(to) {
      const now = RATES.indexOf(playback.rate.value);
      const next = RATES[(now === -1 ? RATES.indexOf(1) : now) + to];
      setRate(next ?? playback.rate.value);
    },
    stop() {
      clearTimeout(settle);
      clearTimeout(fade);
    },
  };
}
