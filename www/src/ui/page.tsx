// The frame of a page, and a page that is on its way.
import type { JSX } from "preact";
import "./page.css";
import "./skeleton.css";

/** A page that is on its way. */
export function Loading({ frame = "page" }: { frame?: string }): JSX.Element {
  return (
    <div class={frame} aria-busy="true">
      <h1 class="visually-hidden">Loading</h1>
    </div>
  );
}
