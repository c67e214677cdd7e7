// What was typed and not saved yet. It stays while the page does, so that Back or a
// wrong turn loses nothing, and the browser asks before the page itself is left.
// Nothing of it is stored: it is gone with the person.
import { useState } from "preact/hooks";
import { opened } from "../api/session.ts";

const kept = new Map<string, unknown>();
let whose = opened.peek();

/** What this person typed; nothing of the one before. */
function own(): Map<string, unknown> {
  if (whose !== opened.peek()) kept.clear();
  whose = opened.peek();
  return kept;
}

function ask(event: BeforeUnloadEvent): void {
  if (own().size > 0) event.preventDefault();
}

globalThis.addEventListener?.("beforeunload", ask);

type Next<T> = T | null | ((before: T | null) => T | null);

/** Like a state that begins as null, and outlives the screen until it is null again. */
export function useDraft<T>(key: string): [T | null, (to: Next<T>) => void] {
  const known = (): T | null => (own().get(key) as T | undefined) ?? null;
  const [draft, setDraft] = useState<T | null>(known);
  // At once, not after drawing: the screen may be left before that, and a browser
  // fills in several fields before anything is drawn.
  const put = (next: Next<T>): void => {
    const to =
      typeof next === "function" ? (next as (before: T | null) => T | null)(known()) : next;
    if (to === null) own().delete(key);
    else own().set(key, to);
    setDraft(to);
  };
  return [draft, put];
}

/** What is left of a draft by names once `sent` is saved: what was typed meanwhile. */
export function unsaved<T extends object>(sent: T): (now: T | null) => T | null {
  return (now) => {
    const left = Object.entries(now ?? {}).filter(
      ([name, value]) => value !== sent[name as keyof T],
    );
    return left.length === 0 ? null : (Object.fromEntries(left) as T);
  };
}

/** Nothing that was typed is wanted any more. */
export function forgetDrafts(): void {
  kept.clear();
}
