// News from the server (Server-Sent Events). One connection for the page; a
// listener names its topic. EventSource returns by itself with Last-Event-ID;
// when the server has closed it for good, the session is renewed first.
import { effect } from "@preact/signals";
import { embedded, renew, sessionId } from "./client.ts";

type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();
const TOPICS = ["library", "download", "playback", "session", "reset"];
const RETRY_MS = 5000;

function tell(topic: string, text: string): void {
  let data: unknown = null;
  try {
    data = JSON.parse(text);
  } catch {
    return;
  }
  for (const listener of listeners.get(topic) ?? []) listener(data);
}

/** Calls back for each event of a topic; the result ends it. */
export function on<T>(topic: string, listener: (data: T) => void): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set);
  set.add(listener as Listener);
  return () => set.delete(listener as Listener);
}

/** Keeps the connection while somebody is signed in. */
export function follow(): void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource(embedded("api/events"));
    for (const topic of TOPICS)
      source.addEventListener(topic, (event) => tell(topic, (event as MessageEvent).data));
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => void renew().then((ok) => ok && open(), open), RETRY_MS);
    });
  };
  effect(() => {
    source?.close();
    clearTimeout(timer);
    if (sessionId.value !== null) open();
  });
}
