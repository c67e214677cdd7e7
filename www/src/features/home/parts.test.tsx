import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Item } from "../../api/index.ts";
import { speak } from "../../lib/messages.ts";
import { TitleCard, TitleRail } from "./parts.tsx";

let at: HTMLElement;
beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
});
afterEach(() => {
  render(null, at);
  at.remove();
});

const embers = (part: Partial<Item>): Item =>
  ({
    _type: "movie",
    id: 3,
    title: "Embers",
    year: 2024,
    playable: true,
    poster: null,
    progress: null,
    ...part,
  }) as Item;

/** What a screen reader says of it. */
function nameOf(part: Partial<Item>): string | undefined {
  render(<TitleCard item={embers(part)} />, at);
  const link = at.querySelector("a")?.cloneNode(true) as HTMLElement | undefined;
  for (const silent of link?.querySelectorAll("[aria-hidden=true]") ?? []) silent.remove();
  return link?.textContent ?? undefined;
}

describe("a card", () => {
  it("is named by title, year and how much of it was watched", () => {
    const progress = { progress: 0.557, status: "watching", position: 60 } as Item["progress"];
    expect(nameOf({ progress })).toBe("Embers, 2024, 56% watched");
    // The bar is only drawn: it says nothing of its own.
    expect(at.querySelector("[role=progressbar]")).toBeNull();
    expect(at.querySelector<HTMLElement>(".bar > div")?.style.width).toBe("56%");
  });

  it("is named without what is not known or not so", () => {
    const seen = { progress: 0.99, status: "completed", position: 99 } as Item["progress"];
    expect(nameOf({ progress: seen })).toBe("Embers, 2024");
    expect(nameOf({ year: null })).toBe("Embers");
    expect(nameOf({ playable: false })).toBe("Embers, No source yet");
  });
});

it("a row has its name in another language as soon as that is spoken", async () => {
  const row = { slug: "all-movies", name: "Movies", items: [], cursor: null, total: 0 };
  const none = () => undefined;
  act(() => render(<TitleRail row={row} more={none} remove={none} />, at));
  expect(at.querySelector("h2")?.textContent).toBe("Movies");
  await act(() => speak("de"));
  expect(at.querySelector("h2")?.textContent).toBe("Filme");
  await act(() => speak("en"));
});

it("a row draws its first cards until it comes near the window", () => {
  let come: (() => void) | undefined;
  class Watch {
    constructor(tell: (entries: object[]) => void) {
      come ??= () => tell([{ isIntersecting: true }]);
    }
    observe = () => undefined;
    disconnect = () => undefined;
  }
  vi.stubGlobal("IntersectionObserver", Watch);
  const items = Array.from({ length: 24 }, (_, id) => embers({ id }));
  const row = { slug: "all-movies", name: "Movies", items, cursor: "more", total: 99 };
  const none = () => undefined;
  act(() => render(<TitleRail row={row} more={none} remove={none} />, at));
  expect(at.querySelectorAll("a.card")).toHaveLength(10);
  expect(at.querySelector(".skeleton")).toBeNull();
  act(() => come?.());
  expect(at.querySelectorAll("a.card")).toHaveLength(24);
  expect(at.querySelector(".skeleton")).not.toBeNull();
  vi.unstubAllGlobals();
});
