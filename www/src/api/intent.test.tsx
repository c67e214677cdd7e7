import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useIntent } from "./intent.ts";

function Card({ id }: { id: string | null }) {
  return (
    <a href="movie/1" {...useIntent(id)}>
      A film
    </a>
  );
}

describe("what somebody is about to watch", () => {
  const told: string[] = [];
  let root: HTMLElement;
  beforeEach(() => {
    vi.useFakeTimers();
    document.head.innerHTML = `<base href="${location.origin}/">`;
    root = document.body.appendChild(document.createElement("div"));
    told.length = 0;
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      told.push(String(init.body));
      return new Response(null, { status: 204 });
    });
  });
  afterEach(() => {
    render(null, root);
    root.remove();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const card = (id: string | null) => {
    render(<Card id={id} />, root);
    return (name: string, ms: number) => {
      root.querySelector("a")?.dispatchEvent(new Event(name));
      vi.advanceTimersByTime(ms);
    };
  };

  it("is told once the pointer or the focus stays", () => {
    const on = card("movie-1");
    on("pointerenter", 100);
    expect(told).toEqual([]);
    on("pointerleave", 1000);
    expect(told).toEqual([]);
    on("focus", 200);
    expect(told).toEqual(['{"titleId":"movie-1","kind":"focus"}']);
    on("pointerenter", 200);
    expect(told).toHaveLength(2);
  });
  it("is not told again and again, nor after it has gone", () => {
    const on = card("movie-2");
    on("focus", 200);
    on("blur", 0);
    on("focus", 200);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    on("focus", 100);
    render(null, root);
    vi.advanceTimersByTime(1000);
    expect(told).toHaveLength(1);
  });
  it("is nothing for what has no source", () => {
    card(null)("focus", 1000);
    expect(told).toEqual([]);
  });
});
