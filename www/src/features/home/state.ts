// The rows of the home page and how they grow.
import { catalogue, type Item, type List, play } from "../../api/index.ts";
import { genre } from "../../lib/brief.ts";
import { said } from "../../lib/messages.ts";
import { extend, type Paged, pager, patient } from "../../lib/pages.ts";

export interface Row extends Paged {
  /** As the server calls it. */
  name: string;
  items: Item[];
  total: number;
}

/** A list's name in the language of now. */
export function nameOf({ slug, name }: Pick<List, "slug" | "name">): string {
  return said(`app.list.${slug}`, genre(name));
}

/** What fills any screen: the others come below it. */
export const FIRST_ROWS = 4;

/** All rows; `begin` is told the first of them as soon as these are here. */
export async function loadRows(begin: (rows: Row[]) => void): Promise<Row[]> {
  await play.beaten();
  const lists: List[] = await catalogue.lists();
  const pages = lists.map(async (list): Promise<Row> => {
    const page = await catalogue.list(list.slug);
    const { results: items, cursor, total } = page;
    return { slug: list.slug, name: list.name, items, cursor, total };
  });
  const all = Promise.all(pages);
  // One that fails is told by what follows, whichever it is.
  all.catch(() => undefined);
  const filled = (rows: Row[]): Row[] => rows.filter((row) => row.items.length > 0);
  const first = filled(await Promise.all(pages.slice(0, FIRST_ROWS)));
  if (first.length > 0) begin(first);
  return filled(await all);
}

/** What follows a row. */
export const nextOf = patient(
  pager<Row>(async (slug, after) => {
    const { results: items, cursor } = await catalogue.list(slug, after);
    return { items, cursor };
  }),
);

/** Rows that came anew, where these are shown: what did not change stays as it is,
 * and a row that has grown stays so long as it holds as many titles. */
export function renewed(old: Row[] | null, fresh: Row[]): Row[] {
  return fresh.map((row) => {
    const known = old?.find(({ slug }) => slug === row.slug);
    if (known === undefined) return row;
    const rest = known.total === row.total ? known.items.slice(row.items.length) : [];
    const now = rest.length > 0 ? extend(row, { items: rest, cursor: known.cursor }) : row;
    return JSON.stringify(now) === JSON.stringify(known) ? known : now;
  });
}

export const titleOf = (item: Item): string => (item._type === "movie" ? item.title : item.name);

export const pathOf = (item: Item): string =>
  `/${item._type === "movie" ? "movie" : "show"}/${item.id}`;

export const idOf = (item: Item): string =>
  `${item._type === "movie" ? "movie" : "show"}-${item.id}`;

/** The rows without these in what one goes on with; a row of none is none. */
export function without(rows: Row[], gone: readonly string[]): Row[] {
  if (gone.length === 0) return rows;
  return rows
    .map((row) =>
      row.slug === "continue-watching"
        ? { ...row, items: row.items.filter((item) => !gone.includes(idOf(item))) }
        : row,
    )
    .filter((row) => row.items.length > 0);
}

/** What one goes on with. */
export function begunIn(rows: Row[]): Item[] {
  return rows.find((row) => row.slug === "continue-watching")?.items ?? [];
}

const GO_ON = 3;

/** What one is most likely to go on with: the latest of what was begun. */
export function goOn(rows: Row[]): string[] {
  return begunIn(rows)
    .filter((item) => item.playable)
    .slice(0, GO_ON)
    .map(idOf);
}

/** What the hero shows: what one goes on with, else the newest playable title
 * that has a picture, else any. */
export function heroOf(rows: Row[]): Item | null {
  const all = rows.flatMap((row) => row.items);
  return (
    begunIn(rows)[0] ??
    all.find((item) => item.playable && item.backdrop !== null) ??
    all.find((item) => item.playable) ??
    all[0] ??
    null
  );
}
