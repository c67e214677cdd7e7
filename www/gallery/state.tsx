// How the gallery shows a part: its name, and each state with what it is called.
// What a person does with a pointer or keys (hover, focus, active) is named in
// data-state; a test puts the element into it by the browser's own tools.
import type { ComponentChildren, JSX } from "preact";

export interface Part {
  name: string;
  states: JSX.Element;
}

type Done = "hover" | "focus" | "active";

export function State(props: {
  name: string;
  done?: Done;
  isWide?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`state${props.isWide ? " wide" : ""}`} data-state={props.done}>
      <p class="state-name">{props.name}</p>
      {props.children}
    </div>
  );
}

export function PartView({ part }: { part: Part }): JSX.Element {
  return (
    <section class="part" data-part={part.name} aria-label={part.name}>
      <h2>{part.name}</h2>
      <div class="states">{part.states}</div>
    </section>
  );
}

export const LONG =
  "A name that is a good deal longer than anybody who drew this had thought it would be";

export const nothing = (): void => undefined;
