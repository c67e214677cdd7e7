// The player's surface: what keys do, full screen, and when the controls show.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Action, actionOf, directionOf } from "../../lib/actions.ts";
import { isTelevision } from "../../lib/device.ts";
import type { Deck } from "./deck.ts";
import type { Playback } from "./state.ts";

const IDLE_MS = 3000;
/** On a set the focus would stay in the controls, and they over the picture. */
const IDLE_TV_MS = 6000;

/** The whole page, so that the next episode fills the screen as well. */
export function toggleFull(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => undefined);
}

/** What more can be done here than with the film itself. */
export interface Others {
  leave(): void;
  /** Null when there is none. */
  next: (() => void) | null;
  captions(): void;
  /** Subtitles are shown a step earlier or later. */
  delay(way: 1 | -1): void;
  stats(): void;
  pip(): void;
  /** Shows the controls. */
  wake(): void;
  /** The card of the next episode asks, and is answered by Enter and Back. */
  card: { go(): void; shut(): void } | null;
  /** A button offers to leave something out; while it shows by itself Enter presses it. */
  skip: { isFresh: boolean; go(): void } | null;
  /** To the chapter after or before. */
  chapter(way: 1 | -1): void;
}

type Frame = { current: HTMLElement | null };
type Steps = Partial<Record<Action, () => void>>;

/** What a key means while a control has the focus: arrows go from control to
 * control, on the seek bar they seek. */
function onControl(event: KeyboardEvent, target: HTMLElement): Action | null {
  if (target.closest("dialog") !== null) return null;
  const isSeek = target.closest(".seek") !== null;
  const way = directionOf(event);
  const isAlong = isSeek && (way === "left" || way === "right");
  if (way !== null) return isAlong ? actionOf(event, "player") : null;
  if (actionOf(event, "control") !== null) return isSeek ? "toggle" : null;
  const action = actionOf(event, "player", "everywhere");
  return action !== "back" && target.closest('[role="menu"], .next-card') !== null ? null : action;
}

/** Handles a key; controls keep those that work them. */
export function useActions(
  deck: { playback: Playback; deck: Deck } | null,
  frame: Frame,
  others: Others,
) {
  return (event: KeyboardEvent): void => {
    if (deck === null || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const onPicture = target === frame.current;
    const action = onPicture
      ? actionOf(event, "player", "control", "everywhere")
      : onControl(event, target);
    if (action === null) return;
    const step = onPicture ? onPictureSteps(event, frame, others)[action] : undefined;
    const act = step ?? stepsOf(event, deck.playback, deck.deck, frame, others, onPicture)[action];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}

/** What a key means on the bare picture, before its common meaning. */
function onPictureSteps(event: KeyboardEvent, frame: Frame, others: Others): Steps {
  const focus = (what: string) => () => {
    others.wake();
    frame.current?.querySelector<HTMLElement>(what)?.focus();
  };
  if (others.card !== null) return { select: others.card.go, back: others.card.shut };
  const select = others.skip?.isFresh ? others.skip.go : focus(".play-button");
  if (isTelevision() && directionOf(event) !== null) {
    const bar = focus(".seek input");
    const buttons = focus(".play-button");
    return { back10: bar, forward10: bar, louder: buttons, quieter: buttons };
  }
  return { select };
}

function stepsOf(
  event: KeyboardEvent,
  playback: Playback,
  deck: Deck,
  frame: Frame,
  others: Others,
  onPicture: boolean,
): Steps {
  return {
    toggle: () => deck.toggle(),
    play: () => deck.toggle(true),
    pause: () => deck.toggle(false),
    back10: () => deck.step(-1, event.repeat),
    forward10: () => deck.step(1, event.repeat),
    louder: () => deck.louder(0.05),
    quieter: () => deck.louder(-0.05),
    mute: deck.mute,
    full: toggleFull,
    share: () => deck.seek((playback.duration.value * Number(event.key)) / 10),
    slower: () => deck.faster(-1),
    faster: () => deck.faster(1),
    restart: () => deck.seek(0),
    captions: () => {
      if (event.key === "g" || event.key === "h") others.delay(event.key === "g" ? -1 : 1);
      else others.captions();
    },
    stats: others.stats,
    pip: others.pip,
    later: () => others.chapter(event.key === "PageUp" ? 1 : -1),
    next: () => others.next?.(),
    // From a control one goes back to the picture first.
    back: onPicture ? others.leave : () => frame.current?.focus(),
  };
}

/** Whether a key brought the focus into the controls, or a menu is open. */
function isInUse(frame: HTMLElement): boolean {
  if (frame.querySelector('[role="menu"]') !== null) return true;
  return (
    frame.querySelector(
      ":is(.player-top, .controls, .resumed, .skip-offer, .mark-panel) :focus-visible",
    ) !== null
  );
}

export interface Shown {
  isShown: boolean;
  wake(): void;
  hide(): void;
}

/** The controls show when something moves and hide when nothing has for a while;
 * what does not play, or is in use, keeps them. */
export function useShown(frame: Frame, mayHide: boolean): Shown {
  const [isShown, setShown] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const may = useRef(mayHide);
  may.current = mayHide;
  const hide = useCallback(() => {
    clearTimeout(timer.current);
    if (may.current) setShown(false);
  }, []);
  const wake = useCallback(() => {
    setShown(true);
    clearTimeout(timer.current);
    const onTv = isTelevision();
    const rest = (): void => {
      const element = frame.current;
      if (element === null || !may.current) return;
      if (isInUse(element)) {
        if (!onTv || element.querySelector('[role="menu"]') !== null) {
          timer.current = setTimeout(rest, IDLE_MS);
          return;
        }
        element.focus();
      }
      setShown(false);
    };
    timer.current = setTimeout(rest, onTv ? IDLE_TV_MS : IDLE_MS);
  }, [frame]);
  useEffect(() => {
    const element = frame.current;
    wake();
    if (element === null) return;
    // A finger on the picture is gestures.ts's.
    const moved = (event: Event): void => {
      const isTouch = (event as PointerEvent).pointerType === "touch";
      if (!isTouch || !(event.target as Element).matches("video")) wake();
    };
    const names = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const name of names) element.addEventListener(name, moved);
    return () => {
      clearTimeout(timer.current);
      for (const name of names) element.removeEventListener(name, moved);
    };
  }, [frame, wake, mayHide]);
  return { isShown: isShown || !mayHide, wake, hide };
}
