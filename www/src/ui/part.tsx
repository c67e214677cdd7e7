// A part of a line, from one share of it to another. The only place that sets a
// style from a script, because only here it depends on data.
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** What is written for a share of the whole, which may come of a division by 0. */
function percent(share: number): string {
  if (!Number.isFinite(share)) return "0%";
  return `${Math.round(1e5 * Math.min(1, Math.max(0, share))) / 1e3}%`;
}

interface PartProps {
  class?: string;
  /** Shares of the whole, 0 to 1; without a beginning it is not moved. */
  from?: number;
  to: number;
  children?: ComponentChildren;
}

export function Part(props: PartProps): JSX.Element {
  const { from, to } = props;
  const line = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const style = line.current?.style;
    if (style === undefined) return;
    style.insetInlineStart = from === undefined ? "" : percent(from);
    style.width = percent(to - (from ?? 0));
  }, [from, to]);
  return (
    <div ref={line} class={props.class}>
      {props.children}
    </div>
  );
}
