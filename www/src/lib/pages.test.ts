import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { extend, type Paged, pager, patient } from "./pages.ts";

const of = (slug: string, ids: number[], cursor: string | null = null): Paged => ({
  slug,
  items: ids.map((id) => ({ id })),
  cursor,
});
const ids = (list: Paged) => list.items.map(({ id }) => id);

it("what came twice stays once, of one kind", () => {
  const list = extend(of("all", [1, 2], "c"), of("all", [2, 3]));
  expect(ids(list)).toEqual([1, 2, 3]);
  expect(list.cursor).toBeNull();
  const show = { id: 1, _type: "tvshow" };
  expect(
    extend({ ...list, items: [{ id: 1, _type: "movie" }] }, { items: [show], cursor: null }),
  ).toHaveProperty("items.length", 2);
});

describe("the next page", () => {
  let asked: string[];
  let answers: ((page: Paged | Error) => void)[];
  let next: ReturnType<typeof pager<Paged>>;
  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    answers = [];
    next = pager(async (slug: string, cursor: string) => {
      asked.push(`${slug} ${cursor}`);
      const page = await new Promise<Paged | Error>((done) => answers.push(done));
      if (page instanceof Error) throw page;
      return page;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked for once at a time, and comes behind the list once", async () => {
    const list = of("all", [1], "a");
    const changes = [next(list), next({ ...list })];
    expect(asked).toEqual(["all a"]);
    answers[0]?.(of("all", [2], "b"));
    const [one, other] = await Promise.all(changes);
    const grown = one?.(list) ?? list;
    expect(ids(grown)).toEqual([1, 2]);
    expect(other?.(grown)).toBe(grown);
    void next(grown);
    void next(list);
    expect(asked).toEqual(["all a", "all b", "all a"]);
  });

  it("is nothing for a list that was renewed meanwhile, or another one", async () => {
    const list = of("all", [1, 2], "after 2");
    const change = next(list);
    answers[0]?.(of("all", [3]));
    const grow = await change;
    const renewed = of("all", [9, 1], "after 1");
    expect(grow(renewed)).toBe(renewed);
    const other = of("some", [1, 2], "after 2");
    expect(grow(other)).toBe(other);
    expect(ids(grow(list))).toEqual([1, 2, 3]);
  });

  it("of a list that has ended is asked for nowhere", async () => {
    const list = of("all", [1]);
    expect((await next(list))(list)).toBe(list);
    expect(asked).toEqual([]);
  });

  it("that failed can be asked for again; patiently the list is told when", async () => {
    const list = of("all", [1], "a");
    const failing = next(list);
    answers[0]?.(new Error("no"));
    await expect(failing).rejects.toThrow("no");

    const told = vi.fn();
    const waiting = patient(next)(list).then((change) => told(change(list)));
    answers[1]?.(new Error("no"));
    await vi.advanceTimersByTimeAsync(4900);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    await waiting;
    expect(told).toHaveBeenCalledExactlyOnceWith(list);
    expect(told.mock.calls[0]?.[0]).not.toBe(list);
    expect(asked).toEqual(["all a", "all a"]);
  });
});
