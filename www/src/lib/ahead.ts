// What was fetched for a page before it was opened, because somebody stays on a
// link to it: the page is there with its first frame, and asks anew beside that.
import { effect } from "@preact/signals";
import { sessionId } from "../api/client.ts";
import { on } from "../api/events.ts";

const KEPT_MAX = 20;

/** By the page's key; undefined while it is on its way. */
const kept = new Map<string, unknown>();

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
  const session = sessionId.peek();
  kept.set(key, undefined);
  load().then(
    (value) => kept.has(key) && session === sessionId.peek() && kept.set(key, value),
    () => kept.delete(key),
  );
}

/** What came, once: the page asks anew, and may learn something else. */
export function takeAhead<T>(key: string): T | null {
  const value = kept.get(key);
  if (value !== undefined) kept.delete(key);
  return (value as T | undefined) ?? null;
}
