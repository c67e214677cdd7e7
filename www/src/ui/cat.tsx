// The house's cat, who keeps company where there is nothing else to see.
import type { JSX } from "preact";
import "./cat.css";

const EYES = {
  away: "M46 54v6M78 54v6",
  asleep: "M37 57q6 6 12 0M71 57q6 6 12 0M92 22h10l-10 12h10M106 6h7l-7 9h7",
  hurt: "M38 53l9 8M47 53l-9 8M73 53l9 8M82 53l-9 8",
};

export type Mood = keyof typeof EYES;

export function Cat({ mood }: { mood: Mood }): JSX.Element {
  return (
    <svg class="cat" viewBox="0 0 120 96" aria-hidden="true">
      <path
        class="cat-head"
        d="M22 40 26 10 46 25q14-4 28 0L94 10l4 30c8 28-12 46-38 46S14 68 22 40Z"
      />
      <path d={EYES[mood]} />
      <path class="cat-nose" d="M56 67h8l-4 5z" />
      <path d="M60 72v3M18 62 4 58M18 70 4 72M102 62l14-4M102 70l14 2" />
    </svg>
  );
}
