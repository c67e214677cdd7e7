// A row of cards that scrolls sideways, and the grid that holds all of a list.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "./link.tsx";
import "./rail.css";

/** Calls `more` when what it is put on comes near; with null never. */
export function useNear<T extends Element>(more: (() => void) | null, margin: string) {
  const end = useRef<T>(null);
  useEffect(() => {
    if (more === null || end.current === null) return;
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && more(),
      { rootMargin: margin },
    );
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [more, margin]);
  return end;
}

interface RailProps {
  name: string;
  /** Where all of it is; without it what is here is all. */
  to?: string | undefined;
  /** Asks for what follows; null when nothing does. */
  more?: (() => void) | null;
  /** Its cards are wide ones. */
  isWide?: boolean;
  /** A list item each. */
  children: ComponentChildren;
}

export function Rail({ name, to, more = null, isWide, children }: RailProps): JSX.Element {
  const end = useNear<HTMLLIElement>(more, "0px 600px");
  return (
    <section class={isWide ? "rail wide" : "rail"} aria-label={name}>
      <h2 data-aside>{to === undefined ? name : <Link to={to}>{name} ›</Link>}</h2>
      <ul data-rail>
        {children}
        {more !== null && <li ref={end} class="card skeleton" aria-hidden="true" />}
      </ul>
    </section>
  );
}

export function Grid({ children }: { children: ComponentChildren }): JSX.Element {
  return <ul class="grid">{children}</ul>;
}
