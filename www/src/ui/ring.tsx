// How much of a whole is done, as a ring with its number inside.
import type { JSX } from "preact";
import { number } from "../lib/format.ts";
import { Icon } from "./icons.tsx";
import "./ring.css";

const RADIUS = 26;
const AROUND = 2 * Math.PI * RADIUS;

/** 100 for the whole alone. */
const percent = (part: number): number => (part >= 1 ? 100 : Math.floor(part * 100));

export function Ring(props: {
  /** null while the whole is not known. */
  fraction: number | null;
  label: string;
  mood: "good" | "calm" | "bad" | "busy";
}): JSX.Element {
  const part = props.fraction ?? 0;
  return (
    <div
      class={`ring ${props.mood}`}
      role="progressbar"
      aria-label={props.label}
      aria-valuenow={props.fraction === null ? undefined : percent(part)}
    >
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <circle cx="32" cy="32" r={RADIUS} />
        <circle
          class="ring-done"
          cx="32"
          cy="32"
          r={RADIUS}
          stroke-dasharray={`${part * AROUND} ${AROUND}`}
        />
      </svg>
      {part >= 1 ? (
        <Icon name="check" />
      ) : (
        <span>
          {props.fraction === null ? "…" : number(percent(part) / 100, { style: "percent" })}
        </span>
      )}
    </div>
  );
}
