// A page that stays mounted while another one lies over it: hidden, it forgets
// nothing; shown again, scroll and focus are where they were.
import { useLayoutEffect, useRef } from "preact/hooks";

export function useKeptPlace(shown: boolean): { current: HTMLDivElement | null } {
  const ref = useRef<HTMLDivElement>(null);
  const place = useRef({ scroll: 0, focus: null as HTMLElement | null });
  useLayoutEffect(() => {
    const page = ref.current;
    if (!shown || page === null) return;
    scrollTo({ top: place.current.scroll, behavior: "instant" });
    place.current.focus?.focus({ preventScroll: true });
    const keep = (): void => {
      place.current.scroll = scrollY;
    };
    const focused = (event: FocusEvent): void => {
      place.current.focus = event.target as HTMLElement;
    };
    addEventListener("scroll", keep, { passive: true });
    page.addEventListener("focusin", focused);
    return () => {
      removeEventListener("scroll", keep);
      page.removeEventListener("focusin", focused);
    };
  }, [shown]);
  return ref;
}
