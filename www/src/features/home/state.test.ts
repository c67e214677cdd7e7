import { afterEach, describe, expect, it, vi } from "vitest";
import type { Item } from "../../api/index.ts";
import { FIRST_ROWS, heroOf, idOf, loadRows, pathOf, type Row, renewed } from "./state.ts";

const movie = (id: number, part: Partial<Item> = {}): Item =>
  ({
    _type: "movie",
    id,
    tmdbId: null,
    title: `Film ${id}`,
    releaseDate: null,
    year: null,
    overview: "",
    genres: [],
    runtime: null,
    rating: null,
    poster: null,
    backdrop: null,
    playable: false,
    progress: null,
    addedAt: "2026-01-01T00:00:00Z",
    ...part,
  }) as Item;

const row = (slug: string, items: Item[], cursor: string | null = null): Row => ({
  slug,
  name: slug,
  items,
  cursor,
  total: items.length,
});

it("a film and a show of the same number are kept apart", () => {
  const show = { ...movie(1), _type: "tvshow", name: "S", firstAirDate: null, next: null } as Item;
  expect(idOf(show)).toBe("show-1");
  expect(pathOf(show)).toBe("/show/1");
});

describe("the hero", () => {
  it("is what one goes on with", () => {
    const rows = [row("continue-watching", [movie(7)]), row("all", [movie(1, { playable: true })])];
    expect(heroOf(rows)?.id).toBe(7);
  });
  it("is else what can be played and has a picture", () => {
    const items = [
      movie(1),
      movie(2, { playable: true }),
      movie(3, { playable: true, backdrop: "/b" }),
    ];
    expect(heroOf([row("all", items)])?.id).toBe(3);
    expect(heroOf([row("all", items.slice(0, 2))])?.id).toBe(2);
    expect(heroOf([row("all", items.slice(0, 1))])?.id).toBe(1);
    expect(heroOf([])).toBeNull();
  });
});

describe("renewed", () => {
  const many = (from: number, to: number): Item[] =>
    Array.from({ length: to - from + 1 }, (_, i) => movie(from + i));
  const of = (items: Item[], total: number, cursor: string | null): Row => ({
    ...row("a", items, cursor),
    total,
  });
  it("keeps what did not change as it is", () => {
    const old = [of(many(1, 4), 9, "x"), row("b", many(1, 2))];
    const now = renewed(old, [of(many(1, 4), 9, "x"), row("b", many(1, 3))]);
    expect(now[0]).toBe(old[0]);
    expect(now[1]?.items).toHaveLength(3);
  });
  it("keeps a row that has grown, with its end", () => {
    const grown = of(many(1, 8), 9, "y");
    expect(renewed([grown], [of(many(1, 4), 9, "x")])[0]).toBe(grown);
    const changed = renewed([grown], [of([movie(1, { playable: true }), ...many(2, 4)], 9, "x")]);
    expect(changed[0]?.items.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(changed[0]?.items[0]?.playable).toBe(true);
    expect(changed[0]?.cursor).toBe("y");
  });
  it("begins anew when titles came or went", () => {
    const now = renewed([of(many(1, 8), 9, "y")], [of(many(1, 4), 8, "x")]);
    expect(now[0]?.items).toHaveLength(4);
    expect(now[0]?.cursor).toBe("x");
  });
});

describe("the rows of home", () => {
  const slugs = ["a", "b", "c", "d", "e", "f"];
  /** Lets a list come; the others are waited for. */
  let come: Map<string, (items: Item[]) => void>;
  const load = (begin: (rows: Row[]) => void) => {
    come = new Map();
    const answers: Record<string, unknown> = { lists: slugs.map((slug) => ({ slug, name: slug })) };
    vi.stubGlobal("fetch", async (url: string) => {
      const name = new URL(url).pathname.split("/").pop() ?? "";
      const answer =
        answers[name] ??
        (await new Promise((done) => {
          come.set(name, (items) => done({ results: items, cursor: null, total: items.length }));
        }));
      return new Response(JSON.stringify(answer));
    });
    return loadRows(begin);
  };
  const settle = () => new Promise<void>((done) => setTimeout(done));
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("begin with those that fill a screen, whenever the others come", async () => {
    const begin = vi.fn();
    const all = load(begin);
    await settle();
    for (const slug of slugs.slice(0, FIRST_ROWS)) come.get(slug)?.([movie(1)]);
    await settle();
    await settle();
    expect(begin).toHaveBeenCalledOnce();
    const begun: Row[] = begin.mock.calls[0]?.[0];
    expect(begun.map(({ slug }) => slug)).toEqual(["a", "b", "c", "d"]);
    come.get("e")?.([]);
    come.get("f")?.([movie(2)]);
    expect((await all).map(({ slug }) => slug)).toEqual(["a", "b", "c", "d", "f"]);
  });

  it("begin with none when the first of them are empty", async () => {
    const begin = vi.fn();
    const all = load(begin);
    await settle();
    for (const slug of slugs.slice(0, -1)) come.get(slug)?.([]);
    await settle();
    await settle();
    expect(begin).not.toHaveBeenCalled();
    come.get("f")?.([movie(2)]);
    expect((await all).map(({ slug }) => slug)).toEqual(["f"]);
  });
});
