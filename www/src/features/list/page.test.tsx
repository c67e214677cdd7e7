import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tell } from "../../api/events.ts";
import type { Item } from "../../api/index.ts";
import { ListPage } from "./page.tsx";

let at: HTMLElement;
let titles: string[];
/** Answers to whoever asks for what follows them. */
let rest: (() => Response)[];

const item = (title: string): Item =>
  ({
    _type: "movie",
    id: title.length,
    title,
    year: null,
    playable: true,
    poster: null,
    progress: null,
  }) as Item;
const json = (answer: unknown, status = 200) => new Response(JSON.stringify(answer), { status });
const settle = (ms = 0) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const show = async (shown: boolean) => {
  act(() => render(<ListPage params={["all-movies"]} shown={shown} />, at));
  await settle();
};
const shownTitles = () => [...at.querySelectorAll(".card-title")].map((e) => e.textContent);

beforeEach(async () => {
  vi.useFakeTimers();
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  titles = ["Quay"];
  rest = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith("/lists")) return json([{ slug: "all-movies", name: "Movies" }]);
    if (searchParams.has("cursor")) return rest.shift()?.() ?? json({}, 404);
    const cursor = rest.length > 0 ? "next" : null;
    return json({ results: titles.map(item), cursor, total: titles.length + rest.length });
  });
  await show(true);
  await settle(10);
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("a list shows what the library has gained, without being left", async () => {
  expect(shownTitles()).toEqual(["Quay"]);
  titles = ["Harbour", "Quay"];
  await act(() => tell("library", { kind: "title", scan: null }));
  await settle(1600);
  await settle(10);
  expect(shownTitles()).toEqual(["Harbour", "Quay"]);
});

it("a list that is seen again asks what has changed meanwhile", async () => {
  await show(false);
  titles = [];
  await show(true);
  await settle(10);
  expect(shownTitles()).toEqual([]);
});

it("what follows comes although it could not be had at first", async () => {
  // All that is watched for is near.
  class Watch {
    observe: () => void;
    constructor(tell: (entries: object[]) => void) {
      this.observe = () => queueMicrotask(() => tell([{ isIntersecting: true }]));
    }
    disconnect = () => undefined;
  }
  vi.stubGlobal("IntersectionObserver", Watch);
  rest = [
    () => json({ message: "no" }, 403),
    () => json({ results: [item("Harbour")], cursor: null, total: 2 }),
  ];
  await act(() => tell("library", { kind: "title", scan: null }));
  await settle(1600);
  await settle(10);
  expect(rest).toHaveLength(1);
  expect(shownTitles()).toEqual(["Quay"]);
  await settle(5000);
  await settle(10);
  expect(shownTitles()).toEqual(["Quay", "Harbour"]);
});
