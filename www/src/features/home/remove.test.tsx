import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Item } from "../../api/index.ts";
import { toasts } from "../../ui/toast.tsx";
import { Home } from "./page.tsx";

const movie = (id: number, title: string): Item =>
  ({
    _type: "movie",
    id,
    title,
    year: 2024,
    overview: "",
    genres: [],
    runtime: null,
    poster: null,
    backdrop: null,
    playable: true,
    progress: { position: 60, duration: 600, progress: 0.1, status: "paused", updatedAt: "" },
  }) as unknown as Item;

const SLUG = "continue-watching";

let at: HTMLElement;
/** What the server has in the row. */
let begun: Item[];
let isBroken: boolean;
let asked: unknown[];
/** The server answers a wish after this. */
let gate: Promise<unknown>;

function answer(method: string, path: string, body: { titleId?: string; isHidden?: boolean }) {
  const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
  if (path === "/api/lists") return json([{ slug: SLUG, name: "Continue watching" }]);
  if (path === `/api/lists/${SLUG}`)
    return json({ results: begun, cursor: null, total: begun.length });
  if (method === "GET" || path === "/api/ui/intent") return json({});
  asked.push(body);
  if (isBroken) return json({ code: "internal", message: "The disk is full." }, 500);
  if (body.isHidden) begun = begun.filter(({ id }) => `movie-${id}` !== body.titleId);
  else begun = [movie(1, "Embers"), ...begun];
  return new Response(null, { status: 204 });
}

const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 0)));
const cards = () => [...at.querySelectorAll(".rail .card-title")].map((one) => one.textContent);
const told = () => toasts.value.map((one) => one.text);
const both = ["Embers", "Tide"];

/** Lets everything that is under way come to its end. */
async function rest(): Promise<void> {
  for (let i = 0; i < 8; i++) await settle();
}

async function remove(): Promise<void> {
  at.querySelector<HTMLElement>("[data-remove]")?.click();
  // Its part of the app is loaded first.
  await vi.waitFor(() => expect(cards()).toEqual(["Tide"]));
}

beforeEach(async () => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  toasts.value = [];
  begun = [movie(1, "Embers"), movie(2, "Tide")];
  isBroken = false;
  asked = [];
  gate = Promise.resolve();
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith("/hide")) await gate;
    return answer(init.method ?? "GET", pathname, init.body ? JSON.parse(String(init.body)) : {});
  });
  await act(() => render(<Home shown />, at));
  await rest();
  expect(cards()).toEqual(both);
});

afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

describe("what one goes on with", () => {
  it("is left by a title at once, and the server is told", async () => {
    await remove();
    await rest();
    expect(asked).toEqual([{ titleId: "movie-1", isHidden: true }]);
    expect(cards()).toEqual(["Tide"]);
    expect(told()).toEqual(["Embers removed from “Continue watching”"]);
  });

  it("has it again when that is taken back", async () => {
    await remove();
    await rest();
    act(() => toasts.value[0]?.undo?.());
    await rest();
    expect(asked).toEqual([
      { titleId: "movie-1", isHidden: true },
      { titleId: "movie-1", isHidden: false },
    ]);
    expect(cards()).toEqual(both);
  });

  it("has it again when the server answers 500, and that is told", async () => {
    isBroken = true;
    let say: (to: unknown) => void = () => undefined;
    gate = new Promise((done) => {
      say = done;
    });
    await remove();
    say(null);
    await vi.waitFor(() => expect(cards()).toEqual(both));
    expect(told()).toEqual(["The row was not changed. The disk is full."]);
  });
});
