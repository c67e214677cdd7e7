// When what a page shows of the catalogue is asked for anew: when the library has
// changed, and when the page is seen again.
import { useEffect, useRef } from "preact/hooks";
import { on } from "../../api/events.ts";
import type { LibraryEvent } from "../../api/index.ts";

const REFRESH_MS = 1500;

/** Reloads a little after the last of several library events. */
function useLibraryNews(reload: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (event?: LibraryEvent | null): void => {
      if (event?.kind === "scan" && event.scan?.state === "running") return;
      clearTimeout(timer);
      timer = setTimeout(reload, REFRESH_MS);
    };
    const ends = [on<LibraryEvent>("library", soon), on("reset", () => soon(null))];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [reload]);
}

/** `shown`: no other page lies over it; in that one progress may have changed. */
export function useNewsAndReturn(reload: () => void, shown: boolean): void {
  const wasShown = useRef(shown);
  useLibraryNews(reload);
  useEffect(() => {
    if (shown && !wasShown.current) reload();
    wasShown.current = shown;
  }, [shown, reload]);
}
