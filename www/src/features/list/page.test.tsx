import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tell } from "../../api/events.ts";
import type { Item } from "../../api/index.ts";
import { ListPage } from "./page.tsx";

let at: HTMLElement;
let titles: string[];

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
  vi.stubGlobal("fetch", async (url: string) => {
    const answer = new URL(url).pathname.endsWith("/lists")
      ? [{ slug: "all-movies", name: "Movies" }]
      : { results: titles.map(item), cursor: null, total: titles.length };
    return new Response(JSON.stringify(answer));
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
