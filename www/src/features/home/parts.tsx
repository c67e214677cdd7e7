// The hero, a row, a card, each of titles.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { fetchAhead } from "../../api/ahead.ts";
import type { Item } from "../../api/index.ts";
import { useIntent } from "../../api/intent.ts";
import { episodeCode, genre, length, list, percent } from "../../lib/brief.ts";
import { t } from "../../lib/messages.ts";
import { Card } from "../../ui/card.tsx";
import { Hero } from "../../ui/hero.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Rail } from "../../ui/rail.tsx";
import { SkeletonHero, SkeletonRail } from "../../ui/skeleton.tsx";
import { loadTitle, watchPath, whatOf } from "../title/ways.ts";
import { idOf, nameOf, pathOf, type Row, titleOf } from "./state.ts";

function nextOf(item: Item): string | null {
  if (item._type !== "tvshow" || item.next === null) return null;
  return episodeCode(item.next.season, item.next.episode);
}

/** Where it plays: a show from its next episode on. */
function playOf(item: Item): string {
  return watchPath(whatOf(idOf(item), item._type === "tvshow" ? item.next : null));
}

/** How much of it was watched, while it is not yet all; null otherwise. */
function begunPart({ progress }: Item): number | null {
  return progress === null || progress.status === "completed" ? null : progress.progress;
}

/** What is left of it: "34 min left". */
function restOf({ progress }: Item): string {
  const { position = 0, duration = null } = progress ?? {};
  return duration === null || position <= 0
    ? ""
    : t("app.timeleft", { time: length(duration - position) });
}

interface TitleCardProps {
  item: Item;
  /** Among what one goes on with. */
  isWide?: boolean;
  remove?: (item: Item) => void;
}

/** A title as a card. */
export function TitleCard({ item, isWide, remove }: TitleCardProps): JSX.Element {
  const id = idOf(item);
  const kind = item._type === "movie" ? "movie" : "show";
  const dwell = useIntent(item.playable ? id : null, () =>
    fetchAhead(id, () => loadTitle(kind, item.id)),
  );
  const seen = begunPart(item);
  const usual = nextOf(item) ?? item.year ?? "";
  const rest = isWide ? restOf(item) : "";
  const told = rest === "" ? usual : [nextOf(item), rest].filter(Boolean).join("  ·  ");
  const note = item.playable ? told : t("app.nosource");
  const spoken = [
    titleOf(item),
    String(note),
    seen === null ? "" : t("app.watched", { percent: percent(seen) }),
  ];
  return (
    <Card
      to={pathOf(item)}
      title={titleOf(item)}
      note={note}
      spoken={list(spoken)}
      picture={isWide ? (item.backdrop ?? item.poster) : item.poster}
      isWide={isWide}
      seen={seen}
      play={item.playable ? playOf(item) : undefined}
      dwell={dwell}
      remove={
        remove && {
          label: t("app.row.remove", { title: titleOf(item) }),
          act: () => remove(item),
        }
      }
    />
  );
}

/** More than any window shows of a row at first. */
const SHORT = 10;

/** A row that is drawn whole once it comes near the window, and asks for more when its
 * end does. */
export function TitleRail(props: {
  row: Row;
  more: (row: Row) => void;
  remove: (item: Item) => void;
}): JSX.Element {
  const { row, more, remove } = props;
  const [isNear, setNear] = useState(row.items.length <= SHORT);
  const near = useMemo(() => (isNear ? null : () => setNear(true)), [isNear]);
  const isAll = !isNear || row.cursor === null;
  const ask = useMemo(() => (isAll ? null : () => more(row)), [isAll, row, more]);
  const isLong = row.total > row.items.length || row.total > 8;
  const isWide = row.slug === "continue-watching";
  return (
    <Rail
      name={nameOf(row)}
      to={isLong ? `/list/${row.slug}` : undefined}
      near={near}
      more={ask}
      isWide={isWide}
    >
      {row.items.slice(0, isNear ? undefined : SHORT).map((item) => (
        <li key={idOf(item)}>
          <TitleCard item={item} isWide={isWide} remove={isWide ? remove : undefined} />
        </li>
      ))}
    </Rail>
  );
}

/** "Play", "Continue S1 E2". */
function playText(isBegun: boolean, code: string | null): string {
  if (code === null) return t(isBegun ? "app.continue" : "app.play");
  return t(isBegun ? "app.continue.code" : "app.play.code", { code });
}

export function TitleHero({ item }: { item: Item }): JSX.Element {
  const runtime = item._type === "movie" ? length(item.runtime) : "";
  const facts = [item.year, list(item.genres.slice(0, 3).map(genre)), runtime].filter(Boolean);
  const dwell = useIntent(item.playable ? idOf(item) : null);
  return (
    <Hero
      label={t("app.home.featured")}
      title={titleOf(item)}
      facts={facts.join("  ·  ")}
      text={item.overview}
      picture={item.backdrop ?? item.poster}
    >
      {item.playable && (
        <Link to={playOf(item)} class="button main" dwell={dwell}>
          <Icon name="play" />
          <span>{playText(begunPart(item) !== null, nextOf(item))}</span>
        </Link>
      )}
      <Link to={pathOf(item)} class="button plain">
        {t("app.home.more")}
      </Link>
    </Hero>
  );
}

export function HomeSkeleton(): JSX.Element {
  return (
    <div aria-busy="true">
      <h1 class="visually-hidden">{t("app.loading")}</h1>
      <SkeletonHero />
      {[0, 1, 2].map((row) => (
        <SkeletonRail key={row} />
      ))}
    </div>
  );
}
