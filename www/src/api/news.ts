// How news come from the server (Server-Sent Events). All tabs
// that show share one connection: browsers allow six at a time to a server that
// speaks HTTP/1.1, and a film and its pictures need some. The tab that holds the
// lock connects and passes everything on; a tab that nobody sees holds nothing.
// Where there are no locks (plain http, Chromium before 69) each tab that shows
// has a connection of its own.
// Nothing is lost: who connects says which event was the last, and every tab
// knows that; only where none came yet, "reset" is told to the listeners.
import { effect } from "@preact/signals";
import { ask, embedded } from "./client.ts";
import { type Live, left, live, on, tell } from "./events.ts";
import { locks, opened, sessionId } from "./session.ts";

interface Heard {
  topic: string;
  id: string;
  data: unknown;
}

/** What tabs tell each other. */
type Word = Heard | { live: Live } | "how is it";

const TOPICS = ["library", "download", "playback", "session", "reset"];
const SOON_MS = 500;
const LONGEST_MS = 30_000;

let last = "";

/** Ids are of one run of the server and grow: "<run>-<n>". */
function isKnown(id: string): boolean {
  const [run, n] = [id.lastIndexOf("-"), last.lastIndexOf("-")];
  if (id === "" || id.slice(0, run) !== last.slice(0, n)) return false;
  return Number(id.slice(run + 1)) <= Number(last.slice(n + 1));
}

/** Passes on what came; false for what came already by another tab. */
function hear({ topic, id, data }: Heard): boolean {
  if (isKnown(id)) return false;
  if (id !== "") last = id;
  tell(topic, data);
  return true;
}

/** How long to wait before the nth attempt, not all browsers at once. */
export function pause(failures: number, chance = Math.random()): number {
  return Math.min(LONGEST_MS, SOON_MS * 2 ** failures) * (0.5 + chance / 2);
}

let reopen: () => void = () => undefined;

/** There is reason to think that the server can be reached again. */
export function hurry(): void {
  reopen();
}

/** Any other call finds out whether the session has ended or needs renewal. */
const check = (): Promise<unknown> => ask("GET", "api/me").catch(() => undefined);

/** Keeps a connection until the result is called. */
function connect(say: (word: Word) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let attempt = 0;
  let isBack = live.peek() !== "off";
  const turn = (to: Live): void => {
    live.value = to;
    say({ live: to });
  };
  const opened = (): void => {
    failures = 0;
    turn("open");
    if (isBack && last === "") tell("reset", {});
    isBack = true;
  };
  const end = (): void => {
    attempt += 1;
    clearTimeout(timer);
    source?.close();
  };
  const open = (): void => {
    end();
    source = new EventSource(embedded("api/events", last === "" ? {} : { lastEventId: last }));
    source.addEventListener("open", opened);
    source.addEventListener("error", broken);
    for (const topic of TOPICS)
      source.addEventListener(topic, (event) => {
        const { data, lastEventId: id } = event as MessageEvent<string>;
        const heard = { topic, id, data: JSON.parse(data) };
        if (hear(heard)) say(heard);
      });
  };
  const broken = (): void => {
    // An answer that is no stream; else the connection broke, or there was none.
    const isRefused = source?.readyState === EventSource.CLOSED;
    end();
    if (failures > 0) turn("lost");
    const mine = attempt;
    const again = (): unknown =>
      isRefused ? check().then(() => mine === attempt && open()) : open();
    timer = setTimeout(again, pause(failures));
    failures += 1;
  };
  reopen = () => failures > 0 && open();
  open();
  return () => {
    reopen = () => undefined;
    end();
  };
}

/** Connects while no other tab does; the result ends it. */
function lead(session: string, say: (word: Word) => void): () => void {
  if (!locks) return connect(say);
  const stop = new AbortController();
  const held = (): Promise<void> => {
    const disconnect = connect(say);
    return new Promise((release) =>
      stop.signal.addEventListener("abort", () => {
        disconnect();
        release();
      }),
    );
  };
  locks.request(`miauflix.events ${session}`, { signal: stop.signal }, held).catch(() => undefined);
  return () => stop.abort();
}

/** Takes part in the session's news; the result ends it. */
function join(session: string): () => void {
  const channel = locks && new BroadcastChannel(`miauflix.events ${session}`);
  let isLeading = false;
  let hasBeenAway = false;
  let leave: (() => void) | null = null;
  const say = (word: Word): void => {
    isLeading = true;
    channel?.postMessage(word);
  };
  const take = (word: Word): void => {
    if (word === "how is it") {
      if (isLeading) channel?.postMessage({ live: live.peek() });
    } else if ("topic" in word) hear(word);
    else {
      live.value = word.live;
      // Nobody may have listened for a while.
      if (hasBeenAway) tell("reset", {});
      hasBeenAway = false;
    }
  };
  const show = (): void => {
    if (!document.hidden && leave === null) {
      leave = lead(session, say);
      channel?.postMessage("how is it" satisfies Word);
    } else if (document.hidden && leave !== null) {
      leave();
      leave = null;
      isLeading = false;
      hasBeenAway = true;
    }
  };
  channel?.addEventListener("message", ({ data }) => take(data));
  document.addEventListener("visibilitychange", show);
  show();
  return () => {
    document.removeEventListener("visibilitychange", show);
    leave?.();
    channel?.close();
    last = "";
    live.value = "off";
  };
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
