// The pictures of profiles, drawn for this app on a grid of 48: one colour for the
// animal, holes in it for what it looks with.
import type { JSX } from "preact";
import type { Profile } from "../../api/index.ts";

type Avatars = Profile["avatar"];

const eye = (x: number, y: number, r = 2.5): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

const SHAPES: Record<Avatars, string> = {
  bear: `M24 14q4-6 9-4t3 9q2 4 2 8a14 12 0 0 1-28 0q0-4 2-8-2-7 3-9t9 4z${eye(18, 25)}${eye(30, 25)}M20 31h8l-4 4z`,
  bird: `M22 9l4 4c8 1 12 6 12 12l6 4-7 2c-2 6-7 9-13 9-9 0-15-6-15-14S14 12 20 12z${eye(28, 23)}`,
  cat: `M11 37V10l8 7h10l8-7v27q-13 5-26 0z${eye(18, 25)}${eye(30, 25)}M21 31h6l-3 3z`,
  dog: `M14 12h20q8 0 8 16-5 2-7-4-1 14-11 14T13 24q-2 6-7 4 0-16 8-16z${eye(19, 22)}${eye(29, 22)}M20 28h8q0 5-4 5t-4-5z`,
  fish: `M6 24q10-13 24-9l10-6-3 15 3 15-10-6Q16 37 6 24z${eye(16, 22)}`,
  fox: `M7 9l11 6h12l11-6-3 17-14 14-14-14z${eye(18, 24)}${eye(30, 24)}M21 33h6l-3 4z`,
  owl: `M11 9l7 5h12l7-5v18q0 12-13 12T11 27z${eye(18, 22, 4.5)}${eye(30, 22, 4.5)}M21 29h6l-3 5z`,
  robot: `M22 6h4v6h9q3 0 3 3v19q0 3-3 3H13q-3 0-3-3V15q0-3 3-3h9zM15 19v6h6v-6zM27 19v6h6v-6zM16 30v3h16v-3z`,
};

export const AVATARS = Object.keys(SHAPES) as Avatars[];

export const COLOURS: readonly Profile["colour"][] = [
  "blue",
  "green",
  "grey",
  "orange",
  "pink",
  "purple",
  "red",
  "yellow",
];

export function Avatar({ of }: { of: Pick<Profile, "avatar" | "colour"> }): JSX.Element {
  return (
    <svg class="avatar" data-colour={of.colour} viewBox="0 0 48 48" aria-hidden="true">
      <path d={SHAPES[of.avatar]} fill="currentcolor" fill-rule="evenodd" />
    </svg>
  );
}
