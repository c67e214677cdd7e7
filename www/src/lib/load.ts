// Fetching for a screen: what came, what went wrong, and asking again.
import { useCallback, useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  reload: () => void;
}

/** Calls `load` at first and whenever `key` changes; keeps the last answer
 * while asking again, so that nothing jumps. */
export function useLoad<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: Error | null }>({
    key,
    data: null,
    error: null,
  });
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
  return {
    data: state.key === key ? state.data : null,
    error: state.key === key ? state.error : null,
    reload,
  };
}
