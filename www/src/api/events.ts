// News from the server (Server-Sent Events). A listener names its topic. All tabs
// that show share one connection: browsers allow six at a time to a server that
// speaks HTTP/1.1, and a film and its pictures need some. The tab that holds the
// lock connects and passes everything on; a tab that nobody sees holds nothing.
// Where there are no locks (plain http, Chromium before 69) each tab that shows
// has a connection of its own.
// Nothing is lost: who connects says which event was the last, and every tab
// knows that; only where none came yet, "reset" is told to the listeners.
import { effect, signal } from "@preact/signals";
import { ask, embedded } from "./client.ts";
import { locks, opened, sessionId } from "./session.ts";

export type Live = "off" | "open" | "lost";

/** "lost" once a first attempt to come back has failed. */
export const live = signal<Live>("off");

type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

/** Calls back for each event of a topic; the result ends it. */
export function on<T>(topic: string, listener: (data: T) => void): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set);
  set.add(listener as Listener);
  return () => set.delete(listener as Listener);
}

/** Tells the listeners of a topic. */
export function tell(topic: string, data: unknown): void {
  for (const listener of listeners.get(topic) ?? []) listener(data);
}

/** The session that is about to be ended from here. */
export const left = signal("");

/** Its end is no news. */
export function hush(session: string): void {
  left.value = session;
}

/** Listens while somebody is signed in. Who has signed in again, in whichever tab,
 * is given what could not be had meanwhile. */
export function follow(): void {
  on("session", check);
  effect(() => {
    if (sessionId.value !== opened.value) queueMicrotask(() => tell("reset", null));
  });
  effect(() => {
    const id = sessionId.value;
    return id === null || id === left.value ? undefined : join(id);
  });
}
