// What stands where something will be, in boxes of its size, so that nothing
// moves when it comes.
import type { JSX } from "preact";
import "./card.css";
import "./hero.css";
import "./rail.css";
import "./skeleton.css";

/** So many lines of text. */
export function SkeletonLines({ lines }: { lines: number }): JSX.Element {
  return (
    <>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton line" />
      ))}
    </>
  );
}

export function SkeletonCard(): JSX.Element {
  return (
    <li class="card">
      <div class="picture poster skeleton" />
      <div class="skeleton line" />
    </li>
  );
}

export function SkeletonRail(): JSX.Element {
  return (
    <section class="rail" aria-hidden="true">
      <div class="skeleton line" />
      <ul>
        {Array.from({ length: 8 }, (_, card) => (
          <SkeletonCard key={card} />
        ))}
      </ul>
    </section>
  );
}

export function SkeletonHero(): JSX.Element {
  return <div class="hero skeleton always-dark" />;
}
