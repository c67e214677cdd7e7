// When what a page shows of the catalogue is asked for anew: when the library has
// changed, and when the page is seen again.
import { useEffect, useRef } from "preact/hooks";
import { useLibraryNews } from "../../api/library.ts";

/** `shown`: no other page lies over it; in that one progress may have changed. */
export function useNewsAndReturn(reload: () => void, shown: boolean): void {
  const wasShown = useRef(shown);
  useLibraryNews(reload);
  useEffect(() => {
    if (shown && !wasShown.current) reload();
    wasShown.current = shown;
  }, [shown, reload]);
}
