// The card of the next episode: it comes near the end, counts down to it, and is
// answered by Enter and Back.
import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { EpisodeRef } from "../../api/index.ts";
import { episodeCode, length } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Picture } from "../../ui/poster.tsx";
import type { Playback } from "./state.ts";

const NEAR_S = 30;
/** Nobody is led on sooner after the card came. */
const LEAST_S = 5;
const TICK_MS = 250;

/** The last half minute; of what is short, its last quarter. */
export function isNearEnd(time: number, duration: number): boolean {
  return duration > 0 && duration - time <= Math.min(NEAR_S, duration / 4);
}

/** Whole seconds until it goes on: never before the end, and never at once. */
export function countdown(left: number, shown: number): number {
  return Math.max(0, Math.ceil(Math.max(left, LEAST_S - shown)));
}

export interface Card {
  isShown: boolean;
  /** Seconds, null when it waits for a person. */
  counts: number | null;
  shut(): void;
}

/** `isWished`: it goes on by itself unless somebody says no. */
export function useCard(
  playback: Playback | null,
  next: EpisodeRef | null,
  isWished: boolean,
  go: () => void,
): Card {
  const [isShut, setShut] = useState(false);
  const [shown, setShown] = useState(0);
  const time = playback?.time.value ?? 0;
  const duration = playback?.duration.value ?? 0;
  const ended = playback?.ended.value === true;
  const isNear = next !== null && (ended || isNearEnd(time, duration));
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
    if (runs && ended && counts === 0) go();
  }, [runs, ended, counts, go]);
  const shut = useCallback(() => setShut(true), []);
  return { isShown: isNear && !isShut, counts: isWished ? counts : null, shut };
}

export function NextCard(props: {
  next: EpisodeRef;
  still: string | null;
  card: Card;
  /** The film is over: the card has the focus. */
  isOver: boolean;
  go: () => void;
  /** Where the focus goes when the card has gone. */
  leave: () => void;
}): JSX.Element {
  const { next, card } = props;
  const first = useRef(card.counts);
  const code = episodeCode(next.season, next.episode);
  const shut = (): void => {
    card.shut();
    props.leave();
  };
  return (
    <section class="next-card" aria-label={t("player.next")}>
      {props.still !== null && (
        <Picture path={props.still} kind="still" sizes="380px" eager text={code} />
      )}
      <p class="visually-hidden" role="status">
        {first.current === null
          ? t("player.next.said", { title: next.title })
          : t("player.next.said.in", { time: length(first.current), title: next.title })}
      </p>
      <p class="facts">
        {card.counts === null
          ? t("player.next.code", { code })
          : t("player.next.in", { code, time: length(Math.max(1, card.counts)) })}
      </p>
      <p class="next-title">{next.title}</p>
      <div class="actions" data-rail>
        <Button kind="main" icon="play" onClick={props.go} autoFocus={props.isOver}>
          {t("player.next.now")}
        </Button>
        <Button kind="quiet" onClick={shut}>
          {card.counts === null ? t("player.next.hide") : t("player.next.cancel")}
        </Button>
      </div>
    </section>
  );
}
