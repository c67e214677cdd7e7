import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noteLed, noteTouch } from "./awake.ts";
import { type Card, countdown, isNearEnd, useCard } from "./next.ts";
import type { Playback } from "./state.ts";

describe("the end", () => {
  it("is near in the last half minute, or the last quarter", () => {
    expect(isNearEnd(2669, 2700)).toBe(false);
    expect(isNearEnd(2670, 2700)).toBe(true);
    expect(isNearEnd(3, 6)).toBe(false);
    expect(isNearEnd(4.6, 6)).toBe(true);
    expect(isNearEnd(0, 0)).toBe(false);
    expect(isNearEnd(2499, 2700, 2500)).toBe(false);
    expect(isNearEnd(2500, 2700, 2500)).toBe(true);
    expect(isNearEnd(2680, 2700, 2690)).toBe(false);
  });
  it("is counted down to, and nobody is led on at once", () => {
    expect(countdown(29.2, 1)).toBe(30);
    expect(countdown(1, 0)).toBe(5);
    expect(countdown(0, 3.5)).toBe(2);
    expect(countdown(0, 5)).toBe(0);
  });
});

describe("the next episode", () => {
  const next = { season: 1, episode: 2, title: "Beta" };
  let root: HTMLElement;
  let card: Card;
  let gone: number;
  let credits: number | null;
  const make = () => ({
    time: signal(0),
    duration: signal(100),
    rate: signal(1),
    playing: signal(true),
    ended: signal(false),
  });
  let film: ReturnType<typeof make>;
  const go = () => {
    gone += 1;
  };
  function Host({ isWished }: { isWished: boolean }) {
    const wish = { goesOn: isWished, asks: true, credits };
    card = useCard(film as unknown as Playback, next, wish, go);
    return null;
  }
  const show = (isWished = true) => act(() => render(<Host isWished={isWished} />, root));
  const pass = async (ms: number) => {
    await act(() => {
      vi.advanceTimersByTime(ms);
    });
  };
  const at = async (time: number, ended = false) => {
    await act(() => {
      film.time.value = time;
      film.ended.value = ended;
      if (ended) film.playing.value = false;
    });
    await show();
  };
  beforeEach(() => {
    vi.useFakeTimers();
    film = make();
    gone = 0;
    credits = null;
    noteTouch();
    root = document.body.appendChild(document.createElement("div"));
  });
  afterEach(() => {
    render(null, root);
    root.remove();
    vi.useRealTimers();
  });

  it("is asked for near the end and begins after it", async () => {
    await show();
    await at(50);
    expect(card.isShown).toBe(false);
    await at(80);
    expect(card).toMatchObject({ isShown: true, counts: 20 });
    await pass(6000);
    expect(gone).toBe(0);
    await at(100, true);
    await pass(300);
    expect(gone).toBe(1);
  });
  it("gives five seconds to who comes to the end at once", async () => {
    await show();
    await at(100, true);
    await pass(4000);
    expect(card.counts).toBe(1);
    expect(gone).toBe(0);
    await pass(1500);
    expect(gone).toBe(1);
  });
  it("does not come when somebody said no, and is asked again after going back", async () => {
    await show();
    await at(80);
    await act(() => card.shut());
    expect(card.isShown).toBe(false);
    await at(100, true);
    await pass(10_000);
    expect(gone).toBe(0);
    film.playing.value = true;
    await at(20);
    await at(80);
    expect(card.isShown).toBe(true);
  });
  it("waits for a person where that is wished", async () => {
    film.ended.value = true;
    await show(false);
    await pass(20_000);
    expect(card).toMatchObject({ isShown: true, counts: null });
    expect(gone).toBe(0);
  });
  it("comes with the credits, and begins after them", async () => {
    credits = 40;
    await show();
    await at(39);
    expect(card.isShown).toBe(false);
    await at(41);
    expect(card).toMatchObject({ isShown: true, counts: 59 });
    await pass(20_000);
    expect(gone).toBe(0);
    await at(100, true);
    await pass(300);
    expect(gone).toBe(1);
  });
  it("asks at the end of the third episode that nobody touched", async () => {
    for (const nth of [1, 2]) {
      await show();
      await at(100, true);
      expect(card.asks).toBe(false);
      await pass(6000);
      expect(gone).toBe(nth);
      film = make();
      render(null, root);
    }
    await show();
    await at(100, true);
    await pass(60_000);
    expect(card).toMatchObject({ isShown: true, counts: null, asks: true });
    expect(gone).toBe(2);
  });
  it("does not ask who has touched something", async () => {
    noteLed();
    noteLed();
    noteTouch();
    noteLed();
    await show();
    await at(100, true);
    expect(card.asks).toBe(false);
  });
  it("waits while the film is paused", async () => {
    await show();
    await at(90);
    film.playing.value = false;
    await show();
    await pass(60_000);
    expect(gone).toBe(0);
  });
});
