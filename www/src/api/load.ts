// Fetching for a screen: what came, what went wrong, and asking again: when the
// screen wants it, and by itself once a server that had failed is back.
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, Unreachable } from "./client.ts";
import { on } from "./events.ts";

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  reload: () => void;
}

interface Options {
  /** What is shown is asked for again when news may have been missed. */
  live?: boolean;
  /** What is known of a key already, to begin with. */
  known?: <T>(key: string) => T | null;
}

const AGAIN_MS = 5000;

/** It may go well once the server is back, or who asks has signed in again. */
function isPassing(error: Error | null): boolean {
  if (error instanceof ApiError) return error.status === 401 || error.status >= 500;
  return error instanceof Unreachable;
}

/** The server is there and something behind it is not: nobody tells of its return. */
function isHalfThere(error: Error | null): boolean {
  return error instanceof ApiError && error.status >= 500 && error.status <= 503;
}

/** Asks again when the server is back, and now and then while it says no. */
export function useReturn(error: Error | null, live: boolean, reload: () => void): void {
  const isWaiting = live || isPassing(error);
  useEffect(() => {
    if (isWaiting) return on("reset", reload);
  }, [isWaiting, reload]);
  useEffect(() => {
    if (!isHalfThere(error)) return;
    // Once for each refusal: an answer that takes longer is waited for.
    const timer = setInterval(() => {
      if (document.hidden) return;
      clearInterval(timer);
      reload();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [error, reload]);
}

/** Calls `load` at first and whenever `key` changes; keeps the last answer
 * while asking again, so that nothing jumps. */
export function useLoad<T>(key: string, load: () => Promise<T>, options: Options = {}): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: Error | null }>(() => ({
    key,
    data: options.known?.<T>(key) ?? null,
    error: null,
  }));
  const [again, setAgain] = useState(0);
  // `key` stands for what `load` depends on
  useEffect(() => {
    let wanted = true;
    load().then(
      (data) => wanted && setState({ key, data, error: null }),
      (error: Error) =>
        wanted && setState((old) => ({ key, data: old.key === key ? old.data : null, error })),
    );
    return () => {
      wanted = false;
    };
  }, [key, again]);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  const isMine = state.key === key;
  useReturn(isMine ? state.error : null, options.live === true, reload);
  return { data: isMine ? state.data : null, error: isMine ? state.error : null, reload };
}
