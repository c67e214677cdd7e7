// A film while it runs: what begins with it and ends with it.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Me, Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { go } from "../../lib/router.ts";
import { usePageName } from "../../ui/page.tsx";
import { watchPath, whatOf } from "../title/state.ts";
import { type About, aboutOf } from "./about.ts";
import { type Deck, startDeck } from "./deck.ts";
import type { Hands } from "./gestures.ts";
import { beginAt, type Lack, type Playback, startPlayback } from "./state.ts";
import { firstTrack, showTrack, spokenIn, subtitleName } from "./subtitles.ts";
import type { Shown } from "./surface.ts";

export interface FilmProps {
  answer: Play;
  me: Me;
  /** Where an earlier source stopped, in seconds. */
  from: { current: number | null };
  /** Another source than the failed one is wanted from there on, or, when a
   * person asks, any, or one that comes without what this browser lacks; false when
   * enough was tried without anybody asking. */
  again: (at: number, failed?: number, lack?: Lack) => boolean;
}

export interface Running {
  playback: Playback;
  deck: Deck;
  video: HTMLVideoElement;
}

export function beginOf({ answer, from }: FilmProps): number {
  return from.current ?? beginAt(answer, location.hash === "#start");
}

/** Plays while it is shown. */
export function useRunning(
  props: FilmProps,
  video: { current: HTMLVideoElement | null },
  frame: { current: HTMLElement | null },
): Running | null {
  const { answer, from, again } = props;
  usePageName(t("player.page", { title: answer.title }));
  const [running, setRunning] = useState<Running | null>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    const begin = beginOf({ answer, from } as FilmProps);
    const playback = startPlayback(element, answer, begin, (at, why) =>
      why === "failed" || why === "keyless"
        ? again(at, why === "failed" ? answer.sourceId : undefined)
        : again(at, undefined, why),
    );
    const deck = startDeck(playback);
    setRunning({ playback, deck, video: element });
    frame.current?.focus();
    return () => {
      deck.stop();
      playback.stop();
    };
  }, [answer, from, again, video, frame]);
  return running;
}

/** What more there is to tell, once it plays. */
export function useAbout(answer: Play, isPlaying: boolean): About | null {
  const [about, setAbout] = useState<About | null>(null);
  const [hasPlayed, setPlayed] = useState(false);
  useEffect(() => {
    if (isPlaying) setPlayed(true);
  }, [isPlaying]);
  useEffect(() => {
    if (!hasPlayed) return;
    let isOver = false;
    void aboutOf(answer).then((known) => !isOver && setAbout(known));
    return () => {
      isOver = true;
    };
  }, [answer, hasPlayed]);
  return about;
}

export interface Captioned {
  track: number;
  choose(place: number): void;
  toggle(): void;
}

/** The chosen subtitles; in a window of its own the browser draws them. */
export function useTrack(
  { answer, me }: FilmProps,
  running: Running | null,
  isAway: boolean,
): Captioned {
  const wished = me.preferences.subtitlesLanguage;
  const [track, setTrack] = useState(() =>
    firstTrack(answer.subtitles, wished, spokenIn(answer.audio)),
  );
  useLayoutEffect(() => {
    if (running === null) return;
    const show = (): void => showTrack(running.video, track, isAway);
    show();
    running.video.textTracks.onaddtrack = show;
  }, [running, track, isAway]);
  useEffect(() => {
    const chosen = answer.subtitles[track];
    const drawn = chosen?.picture ? chosen.inner : null;
    running?.playback.feed.choose({ drawn }, running.playback.time.value);
  }, [answer, running, track]);
  const choose = useCallback(
    (place: number) => {
      setTrack(place);
      const chosen = answer.subtitles[place];
      const text =
        chosen === undefined
          ? t("player.captions.off")
          : t("player.captions.now", { name: subtitleName(chosen) });
      running?.deck.say(text);
      running?.deck.show(text);
    },
    [answer, running],
  );
  const toggle = (): void => {
    const first = firstTrack(answer.subtitles, wished);
    const any = answer.subtitles.findIndex((one) => !one.picture);
    choose(track !== -1 ? -1 : first !== -1 ? first : any);
  };
  return { track, choose, toggle };
}

/** Fingers on the picture; what follows them comes while the film begins. */
export function useFingers(running: Running | null, shown: Shown): void {
  const now = useRef(shown);
  now.current = shown;
  useEffect(() => {
    if (running === null) return;
    const { playback, deck, video } = running;
    let from: number | null = null;
    let end: (() => void) | null = null;
    let isOver = false;
    const hands: Hands = {
      tap: () => (now.current.isShown ? now.current.hide() : now.current.wake()),
      double: (side) => deck.step(side),
      swipe(seconds) {
        from ??= playback.time.value;
        now.current.wake();
        deck.aim(from + seconds);
      },
      drop(isTaken) {
        const to = deck.aimed.value;
        from = null;
        if (isTaken && to !== null) deck.seek(to);
        else deck.aim(null);
      },
    };
    import("./gestures.ts").then(
      (m) => {
        if (!isOver) end = m.followFingers(video, hands);
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      end?.();
    };
  }, [running]);
}

/** On to the next episode; null when there is none. */
export function useNext({ titleId, next }: Play): (() => void) | null {
  return useMemo(
    () => (next === null ? null : () => go(watchPath(whatOf(titleId, next)), true)),
    [titleId, next],
  );
}
