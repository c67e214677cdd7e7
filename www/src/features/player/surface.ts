// The player's surface: what keys do, full screen, and when the controls hide.
import { useEffect, useState } from "preact/hooks";
import { type Action, actionOf } from "./keys.ts";
import type { Playback } from "./state.ts";

const IDLE_MS = 3000;

export function toggleFull(frame: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else frame?.requestFullscreen?.().catch(() => undefined);
}

interface Others {
  leave(): void;
  help(): void;
  next(): void;
  captions(): void;
}

type Frame = { current: HTMLElement | null };

/** The control that has the focus and wants this key itself. */
function isTaken(event: KeyboardEvent, frame: Frame): boolean {
  const target = event.target as HTMLElement;
  if (target === frame.current) return false;
  if (target.closest("dialog") !== null) return true;
  if (event.key === "Escape" || event.key === "Backspace" || event.key === "GoBack") return false;
  if (target.closest(".menu-list, .next-card")) return true;
  if (target instanceof HTMLInputElement && target.type === "range") return false;
  return [" ", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key);
}

/** Handles a key; controls keep those that work them. */
export function useActions(playback: Playback | null, frame: Frame, others: Others) {
  return (event: KeyboardEvent): void => {
    if (playback === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented) return;
    if (event.key === "Enter" && event.target === frame.current) {
      frame.current?.querySelector<HTMLElement>(".play-button")?.focus();
      return;
    }
    if (isTaken(event, frame)) return;
    const action = actionOf(event.key);
    if (action === null) return;
    event.preventDefault();
    if (action === "leave" && isInControls(event, frame)) frame.current?.focus();
    else run(action, event.key, playback, frame, others);
  };
}

function isInControls(event: KeyboardEvent, frame: Frame): boolean {
  return event.key !== "GoBack" && event.target !== frame.current && event.key === "Escape";
}

function run(action: Action, key: string, playback: Playback, frame: Frame, others: Others): void {
  const step: Record<Action, () => void> = {
    toggle: playback.toggle,
    back10: () => playback.seek(playback.time.value - 10),
    forward10: () => playback.seek(playback.time.value + 10),
    louder: () => playback.louder(0.05),
    quieter: () => playback.louder(-0.05),
    mute: playback.mute,
    full: () => toggleFull(frame.current),
    share: () => playback.seek((playback.duration.value * Number(key)) / 10),
    captions: others.captions,
    next: others.next,
    leave: others.leave,
    help: others.help,
  };
  step[action]();
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
