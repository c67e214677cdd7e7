// What a person wishes is shown at once; the server answers later. When it says
// no, the screen goes back and a sentence says why. What cannot be taken back
// once it is done waits a while, so that it can be taken back before.
import { toast } from "./toast.tsx";

export interface Wish<T> {
  /** Wishes with the same key are about one thing and are sent in their order. */
  key: string;
  /** Shows it as done; the result shows it as it was. */
  show: () => () => void;
  send: () => Promise<T>;
  /** The server's own view of it now. */
  done?: (answer: T) => void;
  /** Said before the server's reason when it fails: "… could not be paused." */
  failed: string;
  /** Said when it is shown, with a button that takes it back. */
  said?: string;
  /** Wishes the opposite. */
  undo?: () => void;
}

interface Sent {
  restore: () => void;
}

/** What is on its way, the oldest first. */
const underway = new Map<string, Sent[]>();
const last = new Map<string, Promise<unknown>>();

function told(failed: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : "";
  toast({ text: `${failed} ${reason}`.trim(), isProblem: true });
}

/** What failed goes back; what was wished after it stays shown, and goes back to
 * before both should it fail too. */
function takeBack(queue: Sent[], mine: Sent): void {
  const next = queue[queue.indexOf(mine) + 1];
  if (next === undefined) mine.restore();
  else next.restore = mine.restore;
}

/** Carries out a wish. Resolves to whether the server agreed; never rejects. */
export async function optimistic<T>(wish: Wish<T>): Promise<boolean> {
  const mine: Sent = { restore: wish.show() };
  const queue = underway.get(wish.key) ?? [];
  underway.set(wish.key, [...queue, mine]);
  const before = last.get(wish.key) ?? Promise.resolve();
  const sent = before.then(wish.send);
  last.set(
    wish.key,
    sent.catch(() => undefined),
  );
  const end = wish.said === undefined ? null : toast({ text: wish.said, undo: wish.undo });
  try {
    const answer = await sent;
    wish.done?.(answer);
    return true;
  } catch (error) {
    takeBack(underway.get(wish.key) ?? [], mine);
    end?.();
    told(wish.failed, error);
    return false;
  } finally {
    const left = (underway.get(wish.key) ?? []).filter((one) => one !== mine);
    if (left.length > 0) underway.set(wish.key, left);
    else {
      underway.delete(wish.key);
      last.delete(wish.key);
    }
  }
}

/** How long it can be taken back. */
export const LATER_MS = 10_000;

export interface LateWish {
  show: () => () => void;
  /** `isLast`: the page is about to go; an answer will not be read. */
  send: (isLast: boolean) => Promise<unknown>;
  done?: () => void;
  failed: string;
  said: string;
}

const waiting = new Set<(isLast: boolean) => Promise<unknown>>();

/** Carries out what cannot be undone, after a while in which it can be taken back. */
export function later(wish: LateWish): void {
  const restore = wish.show();
  const stop = (): void => {
    clearTimeout(timer);
    waiting.delete(go);
    end();
  };
  const go = async (isLast: boolean): Promise<void> => {
    stop();
    try {
      await wish.send(isLast);
      wish.done?.();
    } catch (error) {
      restore();
      told(wish.failed, error);
    }
  };
  const timer = setTimeout(() => void go(false), LATER_MS);
  const end = toast({
    text: wish.said,
    undo: () => {
      stop();
      restore();
    },
  });
  waiting.add(go);
}

/** Nobody can take anything back any more: it is done now. */
export function sendAll(isLast = false): Promise<unknown> {
  return Promise.all([...waiting].map((go) => go(isLast)));
}

globalThis.addEventListener?.("pagehide", () => void sendAll(true));
