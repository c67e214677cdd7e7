// What was fetched for a page before it was opened, because somebody stays on a
// link to it: the page is there with its first frame, and asks no more for what came
// just now.
import { effect } from "@preact/signals";
import { sessionId } from "./client.ts";
import { live, on } from "./events.ts";

const KEPT_MAX = 20;
/** So long what came needs not be asked for again, as events tell of changes. */
const FRESH_MS = 5000;

interface Kept {
  coming: Promise<unknown>;
  /** What came, and when; undefined while it is on its way. */
  value?: unknown;
  since?: number;
}

/** By the page's key. */
const kept = new Map<string, Kept>();

effect(() => {
  // Of one person alone, and nothing that has changed since.
  if (sessionId.value !== undefined) kept.clear();
});
for (const topic of ["library", "playback", "download", "reset"]) on(topic, () => kept.clear());

/** Fetches it, unless that was done. A guess that fails harms nobody. */
export function fetchAhead(key: string, load: () => Promise<unknown>): void {
  if (kept.has(key)) return;
  const [oldest] = kept.keys();
  if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  const one: Kept = { coming: load() };
  kept.set(key, one);
  one.coming.then(
    (value) => Object.assign(one, { value, since: performance.now() }),
    () => kept.get(key) === one && kept.delete(key),
  );
}

/** What came, to begin with. */
export function knownAhead<T>(key: string): T | null {
  return (kept.get(key)?.value as T | undefined) ?? null;
}

/** What came just now, or comes, once; null when the page has to ask. */
export function takeAhead<T>(key: string): Promise<T> | null {
  const one = kept.get(key);
  kept.delete(key);
  const isFresh = one?.since === undefined || performance.now() - one.since < FRESH_MS;
  return one !== undefined && isFresh && live.peek() === "open" ? (one.coming as Promise<T>) : null;
}
