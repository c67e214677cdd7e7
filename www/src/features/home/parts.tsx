// The hero, a row, a card.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Item } from "../../api/index.ts";
import { episodeCode, length } from "../../lib/format.ts";
import { useIntent } from "../../lib/intent.ts";
import { Bar, percentOf } from "../../ui/bar.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Picture } from "../../ui/poster.tsx";
import { watchPath, whatOf } from "../title/state.ts";
import { idOf, pathOf, type Row, titleOf } from "./state.ts";

function nextOf(item: Item): string | null {
  if (item._type !== "tvshow" || item.next === null) return null;
  return episodeCode(item.next.season, item.next.episode);
}

/** How much of it was watched, while it is not yet all; null otherwise. */
function begunPart({ progress }: Item): number | null {
  return progress === null || progress.status === "completed" ? null : progress.progress;
}

export function Card({ item, eager }: { item: Item; eager?: boolean }): JSX.Element {
  const dwell = useIntent(item.playable ? idOf(item) : null);
  const seen = begunPart(item);
  const note = item.playable ? (nextOf(item) ?? item.year ?? "") : "No source yet";
  const spoken = [titleOf(item), note, seen === null ? "" : `${percentOf(seen)} % watched`];
  return (
    <Link to={pathOf(item)} class="card" dwell={dwell}>
      <span class="card-box">
        <span class="visually-hidden">{spoken.filter((part) => part !== "").join(", ")}</span>
        <Picture
          path={item.poster}
          kind="poster"
          sizes="(max-width: 600px) 30vw, 184px"
          eager={eager}
          text={titleOf(item)}
        />
        {seen !== null && <Bar fraction={seen} />}
      </span>
      <span class="card-title" aria-hidden="true">
        {titleOf(item)}
      </span>
      <span class="card-note" aria-hidden="true">
        {note}
      </span>
    </Link>
  );
}

/** A row that asks for more when its end comes near. */
export function Rail(props: { row: Row; eager: boolean; more: (row: Row) => void }): JSX.Element {
  const { row, more } = props;
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (row.cursor === null || end.current === null) return;
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && more(row),
      { rootMargin: "0px 600px" },
    );
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [row, more]);
  return (
    <section class="rail" aria-label={row.name}>
      <h2 data-aside>
        {row.total > row.items.length || row.total > 8 ? (
          <Link to={`/list/${row.slug}`}>{row.name} ›</Link>
        ) : (
          row.name
        )}
      </h2>
      <ul data-rail>
        {row.items.map((item, place) => (
          <li key={idOf(item)}>
            <Card item={item} eager={props.eager && place < 8} />
          </li>
        ))}
        {row.cursor !== null && <li ref={end} class="card skeleton" aria-hidden="true" />}
      </ul>
    </section>
  );
}

export function Hero({ item }: { item: Item }): JSX.Element {
  const runtime = item._type === "movie" ? length(item.runtime) : "";
  const facts = [item.year, item.genres.slice(0, 3).join(" · "), runtime].filter(Boolean);
  const begun = begunPart(item) !== null;
  const next = item._type === "tvshow" ? item.next : null;
  const dwell = useIntent(item.playable ? idOf(item) : null);
  return (
    <section class="hero always-dark" aria-label="Featured">
      <Picture path={item.backdrop} kind="backdrop" sizes="100vw" eager />
      <div class="hero-text">
        <h1>{titleOf(item)}</h1>
        <p class="facts">{facts.join("  ·  ")}</p>
        <p class="overview">{item.overview}</p>
        <div class="actions" data-rail>
          {item.playable && (
            <Link to={watchPath(whatOf(idOf(item), next))} class="button main" dwell={dwell}>
              <Icon name="play" />
              <span>
                {begun ? "Continue" : "Play"} {nextOf(item)}
              </span>
            </Link>
          )}
          <Link to={pathOf(item)} class="button plain">
            More
          </Link>
        </div>
      </div>
    </section>
  );
}

export function HomeSkeleton(): JSX.Element {
  return (
    <div aria-busy="true">
      <h1 class="visually-hidden">Loading</h1>
      <div class="hero skeleton always-dark" />
      {[0, 1, 2].map((row) => (
        <section class="rail" key={row}>
          <div class="skeleton line" />
          <ul>
            {[0, 1, 2, 3, 4, 5, 6, 7].map((card) => (
              <li key={card} class="card">
                <div class="picture poster skeleton" />
                <div class="skeleton line" />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
