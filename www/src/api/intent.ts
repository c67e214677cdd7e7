// Telling the server what somebody is about to watch, so that its beginning, or
// the place where they were, is ready when Play is pressed.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { play } from "./index.ts";

/** Whoever stays so long means it; who moves along a row does not. */
const DWELL_MS = 150;
/** After so long it may have been given up again. */
const AGAIN_MS = 60_000;

const told = new Map<string, number>();

type Kind = Parameters<typeof play.intent>[1];

/** Tells it, if that was not told lately. A guess that fails harms nobody. */
export function tellIntent(titleId: string, kind: Kind): void {
  const key = `${kind} ${titleId}`;
  const now = performance.now();
  if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
  told.set(key, now);
  play.intent(titleId, kind).catch(() => undefined);
}

export interface Dwell {
  onFocus: () => void;
  onBlur: () => void;
  onPointerEnter: () => void;
  onPointerLeave: () => void;
  onPointerDown: () => void;
}

/** Handlers for what leads to a title, null for one that does not play. `ahead`
 * fetches what its page shows. */
export function useIntent(titleId: string | null, ahead?: () => void): Dwell | undefined {
  const fetching = useRef(ahead);
  fetching.current = ahead;
  const made = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => clearTimeout(timer);
    const begin = (kind: Kind) => (): void => {
      end();
      timer = setTimeout(() => {
        if (titleId !== null) tellIntent(titleId, kind);
        fetching.current?.();
      }, DWELL_MS);
    };
    const dwell = {
      onFocus: begin("focus"),
      onBlur: end,
      onPointerEnter: begin("hover"),
      onPointerLeave: end,
      // A finger does not stay before it presses.
      onPointerDown: () => fetching.current?.(),
    };
    return { dwell, end };
  }, [titleId]);
  useEffect(() => made.end, [made]);
  return titleId === null && ahead === undefined ? undefined : made.dwell;
}
