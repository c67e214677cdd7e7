// Icons drawn for this app on a grid of 24, stroked in the text's colour. Those of
// the first screen are here, the others in shapes.ts.
import type { JSX } from "preact";
import "./icon.css";
import type { Shape } from "./shapes.ts";

const FIRST = {
  play: "M7 4.5v15l12-7.5z",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7",
  folder: "M3 6h6l2 2h10v11H3z",
  home: "M4 11l8-7 8 7v9h-6v-6h-4v6H4z",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M19 5l-2 2M7 17l-2 2",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7",
  people:
    "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 20c1-4 3-6 6-6s5 2 6 6M16 5a3 3 0 0 1 0 6M18 14c2 1 3 3 3 6",
  warn: "M12 3l10 18H2zM12 10v5M12 18v.5",
  refresh: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 4v12M6 11l6 6 6-6M4 20h16",
  tune: "M4 7h9M17 7h3M13 4v6M4 17h3M11 17h9M7 14v6",
} as const;

export type IconName = keyof typeof FIRST | Shape;

const paths: Partial<Record<IconName, string>> = { ...FIRST };

/** Shapes that came with a later screen. */
export function addShapes(shapes: Record<Shape, string>): void {
  Object.assign(paths, shapes);
}

/** Those that point along a line of text, and so the other way where that runs from
 * right to left. What stands for playing does not: films run one way everywhere. */
const TURNING = new Set<IconName>(["back", "external"]);

export const icons = (): IconName[] => Object.keys(paths) as IconName[];

/** The app's own sign: a cat that plays. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="5 7 22 19" aria-hidden="true">
      <path
        d="M7 24V9l4.5 4h9L25 9v15zm6.5-8.5v6l5.5-3z"
        fill="currentcolor"
        stroke="currentcolor"
        stroke-linejoin="round"
        fill-rule="evenodd"
      />
    </svg>
  );
}

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      aria-hidden="true"
      data-filled={name === "play"}
      data-turns={TURNING.has(name) || undefined}
    >
      <path d={paths[name]} />
    </svg>
  );
}
