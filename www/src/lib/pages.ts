// Lists that come page by page.

interface Thing {
  id: number;
  _type?: string;
}

/** What has come of a list. */
export interface Paged {
  slug: string;
  items: Thing[];
  /** Where it goes on; null at its end. */
  cursor: string | null;
}

type Page<L extends Paged> = Pick<L, "items" | "cursor">;

/** What becomes of a list that may have changed meanwhile. */
type Change<L> = (now: L) => L;

type Next<L> = (list: L) => Promise<Change<L>>;

/** The list with a page behind it; what came twice stays once. */
export function extend<L extends Paged>(list: L, { items, cursor }: Page<L>): L {
  const keyOf = ({ _type, id }: Thing): string => `${_type} ${id}`;
  const known = new Set(list.items.map(keyOf));
  const more = items.filter((one) => !known.has(keyOf(one)));
  return { ...list, items: [...list.items, ...more], cursor };
}

/** Asks for what follows a list, once however often it is wanted at the same time. A
 * list that was renewed meanwhile stays as it is, or there would be a hole in it. */
export function pager<L extends Paged>(
  ask: (slug: string, cursor: string) => Promise<Page<L>>,
): Next<L> {
  const underway = new Map<string, Promise<Change<L>>>();
  return ({ slug, cursor }) => {
    if (cursor === null) return Promise.resolve((now) => now);
    const key = `${slug} ${cursor}`;
    const known = underway.get(key);
    if (known !== undefined) return known;
    const change = ask(slug, cursor).then(
      (page): Change<L> =>
        (now) =>
          now.slug === slug && now.cursor === cursor ? extend(now, page) : now,
    );
    underway.set(key, change);
    const end = (): unknown => underway.delete(key);
    change.then(end, end);
    return change;
  };
}

const AGAIN_MS = 5000;

/** For a list that asks by itself while its end is in sight: after a failure it is told
 * a little later that it is another one, and asks again. */
export function patient<L extends Paged>(next: Next<L>): Next<L> {
  const wait = (asked: L): Promise<Change<L>> =>
    new Promise((done) =>
      setTimeout(() => done((now) => (now.slug === asked.slug ? { ...now } : now)), AGAIN_MS),
    );
  return (list) => next(list).catch(() => wait(list));
}
