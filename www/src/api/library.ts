// Screens that show what is in the library follow its changes.
import { useEffect } from "preact/hooks";
import { on } from "./events.ts";
import type { LibraryEvent } from "./index.ts";

const REFRESH_MS = 1500;

/** Reloads a little after the last of several library events. */
export function useLibraryNews(reload: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = on<LibraryEvent>("library", ({ kind, scan }) => {
      if (kind === "scan" && scan?.state === "running") return;
      clearTimeout(timer);
      timer = setTimeout(reload, REFRESH_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [reload]);
}
