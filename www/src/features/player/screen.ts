// The screen stays on while a film plays.
import { useEffect } from "preact/hooks";

/** Browsers have it over https alone, and let go of it when the page is hidden:
 * it is asked for again when that shows again. */
export function useScreenOn(playing: boolean): void {
  useEffect(() => {
    if (!playing || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const hold = async (): Promise<void> => {
      if (document.hidden || isOver) return;
      try {
        const held = await navigator.wakeLock.request("screen");
        if (isOver) await held.release();
        else lock = held;
      } catch {
        // A battery that is low: the screen goes off as ever.
      }
    };
    void hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", hold);
      void lock?.release();
    };
  }, [playing]);
}
