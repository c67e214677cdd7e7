// Fingers on the picture: a tap shows or hides the controls, two on its left or
// right half go ten seconds, each further one ten more; a finger that moves
// sideways leads along the film. Up and down do nothing.

const DOUBLE_MS = 300;
const SWIPE_FROM_PX = 24;
/** A finger across the whole picture goes so far, in seconds. */
export const SWIPE_S = 180;

export interface Hands {
  tap(): void;
  /** Two taps, or one more, on this half. */
  double(side: -1 | 1): void;
  /** A finger stands so many seconds from where it began; then it let go, and
   * that holds, or it was taken away. */
  swipe(seconds: number): void;
  drop(isTaken: boolean): void;
}

/** Follows fingers on an element; the result ends it. */
export function followFingers(element: HTMLElement, hands: Hands): () => void {
  const off = new AbortController();
  let start: { id: number; x: number; y: number } | null = null;
  let isSwipe = false;
  let isOther = false;
  let tapped = { at: Number.NEGATIVE_INFINITY, side: 0, many: 0 };

  const sideOf = (x: number): -1 | 1 => {
    const { left, width } = element.getBoundingClientRect();
    return x < left + width / 2 ? -1 : 1;
  };
  const tap = (event: PointerEvent): void => {
    const side = sideOf(event.clientX);
    const isNext = event.timeStamp - tapped.at < DOUBLE_MS && side === tapped.side;
    tapped = { at: event.timeStamp, side, many: isNext ? tapped.many + 1 : 1 };
    if (tapped.many === 1) hands.tap();
    else hands.double(side);
  };
  const secondsTo = (x: number): number =>
    ((x - (start?.x ?? x)) / Math.max(1, element.getBoundingClientRect().width)) * SWIPE_S;

  const on = (name: "pointerdown" | "pointermove" | "pointerup" | "pointercancel") => {
    element.addEventListener(
      name,
      (event) => {
        if (event.pointerType === "touch") react[name](event);
      },
      { signal: off.signal },
    );
  };
  const react = {
    pointerdown(event: PointerEvent): void {
      // A second finger is none of ours: it enlarges the page.
      if (start !== null) {
        react.pointercancel();
        return;
      }
      start = { id: event.pointerId, x: event.clientX, y: event.clientY };
      isSwipe = false;
      isOther = false;
    },
    pointermove(event: PointerEvent): void {
      if (start === null || event.pointerId !== start.id || isOther) return;
      const x = Math.abs(event.clientX - start.x);
      const y = Math.abs(event.clientY - start.y);
      if (!isSwipe && Math.max(x, y) < SWIPE_FROM_PX) return;
      if (!isSwipe && y > x) {
        isOther = true;
        return;
      }
      isSwipe = true;
      hands.swipe(secondsTo(event.clientX));
    },
    pointerup(event: PointerEvent): void {
      if (start === null || event.pointerId !== start.id) return;
      start = null;
      if (isSwipe) hands.drop(true);
      else if (!isOther) tap(event);
    },
    pointercancel(): void {
      start = null;
      if (isSwipe) hands.drop(false);
      isSwipe = false;
      isOther = true;
    },
  };
  on("pointerdown");
  on("pointermove");
  on("pointerup");
  on("pointercancel");
  return () => off.abort();
}
