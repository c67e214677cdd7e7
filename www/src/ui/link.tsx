// A way to another page of ours.
import type { ComponentChildren, JSX } from "preact";
import type { Dwell } from "../api/intent.ts";
import { href } from "../lib/router.ts";

export function Link(props: {
  to: string;
  class?: string;
  current?: boolean;
  /** Of a card: where its film plays. */
  play?: string | undefined;
  /** What happens while somebody stays on it. */
  dwell?: Dwell;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <a
      href={href(props.to)}
      class={props.class}
      aria-current={props.current ? "page" : undefined}
      data-play={props.play}
      {...props.dwell}
    >
      {props.children}
    </a>
  );
}
