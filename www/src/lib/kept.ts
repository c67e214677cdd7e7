// A page that stays mounted while another one lies over it: hidden, it forgets
// nothing; shown again, scroll and focus are where they were. What comes in above
// the focus does not push it away: the page is scrolled by as much.
import { useLayoutEffect, useRef } from "preact/hooks";

interface Place {
  scroll: number;
  focus: HTMLElement | null;
  /** Where the focus stands in the page, in CSS pixels from its top. */
  top: number;
}

const topOf = (element: HTMLElement): number => element.getBoundingClientRect().top + scrollY;

/** Scrolls by as much as the focus was pushed, if it could be seen. */
function hold(place: Place): void {
  if (!place.focus?.isConnected) return;
  const seenAt = place.top - place.scroll;
  const to = topOf(place.focus) - seenAt;
  if (seenAt >= 0 && seenAt < innerHeight && to !== scrollY)
    scrollTo({ top: to, behavior: "instant" });
}

/** `content` is another one when things may have moved. */
export function useKeptPlace(shown: boolean, content: unknown): { current: HTMLDivElement | null } {
  const ref = useRef<HTMLDivElement>(null);
  const kept = useRef<Place>({ scroll: 0, focus: null, top: 0 });
  useLayoutEffect(() => {
    const [page, place] = [ref.current, kept.current];
    if (!shown || page === null) return;
    scrollTo({ top: place.scroll, behavior: "instant" });
    place.focus?.focus({ preventScroll: true });
    const keep = (): void => {
      place.scroll = scrollY;
      if (place.focus?.isConnected) place.top = topOf(place.focus);
    };
    const focused = (event: FocusEvent): void => {
      place.focus = event.target as HTMLElement;
      keep();
    };
    addEventListener("scroll", keep, { passive: true });
    page.addEventListener("focusin", focused);
    return () => {
      removeEventListener("scroll", keep);
      page.removeEventListener("focusin", focused);
    };
  }, [shown]);
  useLayoutEffect(() => {
    if (shown) hold(kept.current);
  }, [shown, content]);
  return ref;
}
