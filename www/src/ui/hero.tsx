// The one title that a page begins with, over its picture.
import type { ComponentChildren, JSX } from "preact";
import { Picture } from "./poster.tsx";
import "./hero.css";

export function Hero(props: {
  /** What the place is called. */
  label: string;
  title: string;
  facts: string;
  text: string | null;
  picture: string | null;
  /** What one can do with it. */
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="hero always-dark" aria-label={props.label}>
      <Picture path={props.picture} kind="backdrop" sizes="100vw" eager="first" />
      <div class="hero-text">
        <h1>{props.title}</h1>
        <p class="facts">{props.facts}</p>
        <p class="overview">{props.text}</p>
        <div class="actions" data-rail>
          {props.children}
        </div>
      </div>
    </section>
  );
}
