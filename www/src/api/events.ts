// News from the server: a listener names its topic. How they come is in news.ts, which
// is fetched beside the first screen.
import { signal } from "@preact/signals";

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
