import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rateText, startDeck, stepText, strideOf } from "./deck.ts";
import type { Playback } from "./state.ts";

/** As much of a film as a hand needs. */
function film() {
  const time = signal(100);
  const sought: number[] = [];
  const rates: number[] = [];
  const rate = signal(1);
  const volume = signal(0.5);
  const muted = signal(false);
  const playback = {
    time,
    duration: signal(1000),
    volume,
    muted,
    rate,
    seek: (to: number) => {
      sought.push(to);
      time.value = to;
    },
    setRate: (to: number) => {
      rates.push(to);
      rate.value = to;
    },
    louder: (by: number) => {
      volume.value += by;
    },
    mute: () => {
      muted.value = !muted.value;
    },
    toggle: () => true,
  };
  return { playback, sought, rates, deck: startDeck(playback as unknown as Playback) };
}

describe("steps", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("add up to one seek after a short pause, and say how far", () => {
    const { deck, sought } = film();
    for (let i = 0; i < 3; i++) {
      deck.step(1);
      vi.advanceTimersByTime(300);
    }
    expect(sought).toEqual([]);
    expect(deck.hint.value).toMatchObject({ text: "+30 s", side: "right" });
    expect(deck.aimed.value).toBe(130);
    vi.advanceTimersByTime(1000);
    expect(sought).toEqual([130]);
    expect(deck.aimed.value).toBeNull();
    expect(deck.hint.value).toBeNull();
    expect(deck.said.value).toBe("2:10 of 16:40");
  });
  it("take each other back", () => {
    const { deck, sought } = film();
    deck.step(1);
    deck.step(-1);
    deck.step(-1);
    expect(deck.hint.value).toMatchObject({ text: "−10 s", side: "left" });
    vi.advanceTimersByTime(1000);
    expect(sought).toEqual([90]);
  });
  it("begin anew after the pause", () => {
    const { deck, sought } = film();
    deck.step(1);
    vi.advanceTimersByTime(1000);
    deck.step(1);
    expect(deck.hint.value?.text).toBe("+10 s");
    vi.advanceTimersByTime(1000);
    expect(sought).toEqual([110, 120]);
  });
  it("stay within the film", () => {
    const { deck, sought } = film();
    for (let i = 0; i < 12; i++) deck.step(-1);
    expect(deck.hint.value?.text).toBe("−1 min 40 s");
    deck.stop();
    deck.seek(5000);
    expect(sought).toEqual([1000]);
  });
  it("grow while the key is held", () => {
    expect([0, 7, 8, 16, 32, 100].map(strideOf)).toEqual([10, 10, 20, 30, 60, 60]);
    const { deck } = film();
    deck.step(1);
    for (let i = 0; i < 9; i++) deck.step(1, true);
    expect(deck.aimed.value).toBe(100 + 8 * 10 + 2 * 20);
    deck.step(1);
    expect(deck.aimed.value).toBe(230);
    deck.stop();
  });
  it("are forgotten when somebody goes elsewhere", () => {
    const { deck, sought } = film();
    deck.step(1);
    deck.seek(500);
    vi.advanceTimersByTime(1000);
    expect(sought).toEqual([500]);
  });
});

describe("a finger", () => {
  it("shows where it leads without going there", () => {
    const { deck, sought } = film();
    deck.aim(400);
    expect(deck.aimed.value).toBe(400);
    deck.aim(4000);
    expect(deck.aimed.value).toBe(1000);
    deck.aim(null);
    expect(deck.aimed.value).toBeNull();
    expect(sought).toEqual([]);
    deck.stop();
  });
});

describe("the slider of the sound", () => {
  it("is heard again when it is moved while the sound is off, however loud it was", () => {
    const { deck, playback } = film();
    deck.mute();
    deck.setVolume(0.25);
    expect([playback.muted.value, playback.volume.value]).toEqual([false, 0.25]);
    expect(deck.said.value).toBe("Volume 25%");
    deck.mute();
    deck.setVolume(0);
    expect(playback.muted.value).toBe(true);
    deck.stop();
  });
});

describe("speed", () => {
  it("goes one step at a time, and no further than there are", () => {
    const { deck, rates } = film();
    for (let i = 0; i < 6; i++) deck.faster(1);
    expect(rates).toEqual([1.25, 1.5, 1.75, 2, 2, 2]);
    for (let i = 0; i < 8; i++) deck.faster(-1);
    expect(rates.at(-1)).toBe(0.5);
    expect(deck.said.value).toBe("Speed 0.5×");
    deck.stop();
  });
  it("is written as people know it", () => {
    expect(rateText(1.25)).toBe("1.25×");
    expect(stepText(-70)).toBe("−1 min 10 s");
  });
});
