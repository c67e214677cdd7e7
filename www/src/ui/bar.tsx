// How much of a whole is there or done.
import type { JSX } from "preact";
import { Part } from "./part.tsx";
import "./bar.css";

/** 0.557 → 56. */
export function percentOf(fraction: number): number {
  return Math.round(Math.min(1, Math.max(0, fraction)) * 100);
}

/** A part of a whole. Without a label it is only drawn: then words beside it
 * say the same. */
export function Bar({ fraction, label }: { fraction: number; label?: string }): JSX.Element {
  const percent = percentOf(fraction);
  if (label === undefined)
    return (
      <div class="bar" aria-hidden="true">
        <Part to={percent / 100} />
      </div>
    );
  return (
    <div class="bar" role="progressbar" aria-label={label} aria-valuenow={percent}>
      <Part to={percent / 100} />
    </div>
  );
}
