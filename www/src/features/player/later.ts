// What lies over the film and comes when it is wanted, from a file of its own.
import { useCallback, useEffect, useState } from "preact/hooks";

export interface Later<M> {
  isOpen: boolean;
  open(): void;
  shut(): void;
  toggle(): void;
  /** What was loaded; null while it is closed, or on its way. */
  part: M | null;
}

/** `load` must be the same with each rendering. What cannot be loaded closes again. */
export function useLater<M extends object>(load: () => Promise<M>): Later<M> {
  const [isOpen, setOpen] = useState(false);
  const [part, setPart] = useState<M | null>(null);
  const open = useCallback(() => setOpen(true), []);
  const shut = useCallback(() => setOpen(false), []);
  const toggle = useCallback(() => setOpen((is) => !is), []);
  useEffect(() => {
    if (isOpen && part === null) load().then(setPart, shut);
  }, [isOpen, part, load, shut]);
  return { isOpen, open, shut, toggle, part: isOpen ? part : null };
}
