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
  /** Is told when the row comes near the window, as long as it is there. */
  near?: (() => void) | null;
  /** Asks for what follows; null when nothing does. */
  more?: (() => void) | null;
  /** Its cards are wide ones. */
  isWide?: boolean;
  /** A list item each. */
  children: ComponentChildren;
}

export function Rail(props: RailProps): JSX.Element {
  const { name, to, near = null, more = null, isWide, children } = props;
  const place = useNear<HTMLElement>(near, "600px 0px");
  const end = useNear<HTMLLIElement>(more, "0px 600px");
  return (
    <section ref={place} class={isWide ? "rail wide" : "rail"} aria-label={name}>
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
