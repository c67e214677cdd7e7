// The player's surface: what keys do, full screen, and when the controls hide.
import { useEffect, useState } from "preact/hooks";
import { type Action, actionOf, directionOf } from "../../lib/actions.ts";
import type { Playback } from "./state.ts";

const IDLE_MS = 3000;

export function toggleFull(frame: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else frame?.requestFullscreen?.().catch(() => undefined);
}

interface Others {
  leave(): void;
  next(): void;
  captions(): void;
}

type Frame = { current: HTMLElement | null };

/** What a key means while a control has the focus: arrows go from control to
 * control, on the seek bar they seek. */
function onControl(event: KeyboardEvent, target: HTMLElement): Action | null {
  if (target.closest("dialog") !== null || actionOf(event, "control") !== null) return null;
  const way = directionOf(event);
  const isSeek = target.closest(".seek") !== null && (way === "left" || way === "right");
  if (way !== null && !isSeek) return null;
  const action = actionOf(event, "player", "everywhere");
  return action !== "back" && target.closest(".menu-list, .next-card") !== null ? null : action;
}

/** Handles a key; controls keep those that work them. */
export function useActions(playback: Playback | null, frame: Frame, others: Others) {
  return (event: KeyboardEvent): void => {
    if (playback === null || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const onPicture = target === frame.current;
    const action = onPicture
      ? actionOf(event, "player", "control", "everywhere")
      : onControl(event, target);
    if (action === null) return;
    const steps = stepsOf(event, playback, frame, others);
    // From a control one goes back to the picture first.
    if (!onPicture) steps.back = () => frame.current?.focus();
    const step = steps[action];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
}

function stepsOf(
  event: KeyboardEvent,
  playback: Playback,
  frame: Frame,
  others: Others,
): Partial<Record<Action, () => void>> {
  return {
    toggle: playback.toggle,
    play: () => !playback.playing.value && playback.toggle(),
    pause: () => playback.playing.value && playback.toggle(),
    back10: () => playback.seek(playback.time.value - 10),
    forward10: () => playback.seek(playback.time.value + 10),
    louder: () => playback.louder(0.05),
    quieter: () => playback.louder(-0.05),
    mute: playback.mute,
    full: () => toggleFull(frame.current),
    share: () => playback.seek((playback.duration.value * Number(event.key)) / 10),
    select: () => frame.current?.querySelector<HTMLElement>(".play-button")?.focus(),
    captions: others.captions,
    next: others.next,
    back: others.leave,
  };
}

/** True while nothing has moved for a while and the film plays. */
export function useIdle(frame: Frame, mayHide: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null || !mayHide) {
      setIdle(false);
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (): void => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (element.querySelector(".menu-list") === null) setIdle(true);
      }, IDLE_MS);
    };
    wake();
    const names = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const name of names) element.addEventListener(name, wake);
    return () => {
      clearTimeout(timer);
      for (const name of names) element.removeEventListener(name, wake);
    };
  }, [frame, mayHide]);
  return idle;
}
