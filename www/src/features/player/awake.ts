// Whether somebody is still there: counted over episodes that begin by themselves.
import { useEffect } from "preact/hooks";

/** After so many episodes that nobody touched, it is asked. */
const EPISODES = 3;

let led = 0;

/** An episode was left for the next one by itself. */
export function noteLed(): void {
  led += 1;
}

/** Somebody did something. */
export function noteTouch(): void {
  led = 0;
}

/** This episode would be the last that goes on without asking. */
export function isAsked(): boolean {
  return led >= EPISODES - 1;
}

/** Whoever moves or presses anything is there. */
export function useTouches(): void {
  useEffect(() => {
    // What moves below a pointer that lies still is told as its movement, too.
    const touched = (event: Event): void => {
      const { movementX, movementY } = event as PointerEvent;
      if (event.type !== "pointermove" || movementX !== 0 || movementY !== 0) noteTouch();
    };
    const names = ["pointerdown", "pointermove", "keydown", "wheel"] as const;
    for (const name of names) addEventListener(name, touched, { capture: true, passive: true });
    return () => {
      for (const name of names) removeEventListener(name, touched, { capture: true });
    };
  }, []);
}
