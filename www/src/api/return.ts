// Looks for the server while it cannot be reached, and says so when it is back:
// screens then load what they could not.
import { effect } from "@preact/signals";
import { isSilent } from "../lib/silent.ts";
import { address, reachable } from "./client.ts";
import { tell } from "./events.ts";
import { hurry } from "./news.ts";

const FIRST_MS = 2000;
const MOST_MS = 15_000;
/** One that comes and goes within this time is asked less and less often. */
const CALM_MS = 60_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

async function isThere(fetcher: Fetch): Promise<boolean> {
  try {
    return !isSilent(await fetcher(address("health"), { cache: "no-store" }));
  } catch {
    return false;
  }
}

/** Watches from now on; returns what ends it. */
export function watchReturn(fetcher: Fetch = fetch.bind(globalThis)): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_MS;
  let isAway = false;
  let since = 0;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), pause);
    pause = Math.min(pause * 2, MOST_MS);
  };
  const ask = async (): Promise<void> => {
    const isBack = await isThere(fetcher);
    if (reachable.peek()) return;
    if (isBack) reachable.value = true;
    else later();
  };
  const told = (): void => {
    hurry();
    tell("reset", null);
  };
  // A device that has its network again, or is looked at, need not wait.
  const now = (): void => {
    if (!reachable.peek() && document.visibilityState === "visible") void ask();
  };
  const events = ["online", "visibilitychange"];
  for (const name of events) addEventListener(name, now);
  const stop = effect(() => {
    clearTimeout(timer);
    if (reachable.value) {
      // Whichever call has found it.
      if (isAway) queueMicrotask(told);
      isAway = false;
      since = performance.now();
    } else {
      isAway = true;
      if (performance.now() - since > CALM_MS) pause = FIRST_MS;
      later();
    }
  });
  return () => {
    stop();
    clearTimeout(timer);
    for (const name of events) removeEventListener(name, now);
  };
}
