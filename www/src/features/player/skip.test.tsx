import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import { chapterAt, chapterName, dividing, stepChapter } from "./chapters.ts";
import type { Deck } from "./deck.ts";
import { markOf } from "./mark.tsx";
import { creditsAt, type Segment, skippable } from "./skip.ts";

const of = (kind: Segment["kind"], start: number, end: number): Segment => ({
  kind,
  start,
  end,
  origin: "own",
});

describe("what can be left out", () => {
  const all = [of("recap", 0, 30), of("intro", 30, 90), of("credits", 2600, 2700)];
  it("is what plays, until nothing of it is worth a press", () => {
    expect(skippable(all, 0, 2700)?.kind).toBe("recap");
    expect(skippable(all, 30, 2700)?.kind).toBe("intro");
    expect(skippable(all, 89, 2700)).toBeNull();
    expect(skippable(all, 500, 2700)).toBeNull();
  });
  it("is not what the film ends with, but credits before a scene are", () => {
    expect(skippable(all, 2650, 2700)).toBeNull();
    expect(skippable(all, 2650, 2800)?.kind).toBe("credits");
    expect(skippable(all, 40, 0)).toBeNull();
  });
  it("begins the credits", () => {
    expect(creditsAt(all)).toBe(2600);
    expect(creditsAt([])).toBeNull();
  });
});

describe("a mark", () => {
  it("of a season's credits is counted from the end", () => {
    expect(markOf("credits", [2600, 2700], 2700, true)).toEqual({
      start: 100,
      end: 0,
      fromEnd: true,
    });
    expect(markOf("credits", [2600, 2700], 2700, false)).toEqual({ start: 2600, end: 2700 });
    expect(markOf("intro", [5, 65], 2700, true)).toEqual({ start: 5, end: 65 });
  });
});

describe("chapters", () => {
  const chapters = [
    { start: 0, end: 60, title: "Opening" },
    { start: 60, end: 600, title: " " },
    { start: 600, end: 900, title: "End" },
  ];
  const seek = vi.fn();
  const deck = { seek, show: vi.fn(), say: vi.fn(), aimed: signal(null) } as unknown as Deck;
  const step = (time: number, way: 1 | -1): number[] => {
    seek.mockClear();
    stepChapter(chapters, time, way, deck);
    return seek.mock.calls.flat();
  };
  it("are found by their places and named by their titles or numbers", () => {
    expect(chapterAt(chapters, 59.9)).toBe(0);
    expect(chapterAt(chapters, 60)).toBe(1);
    expect(chapterName(chapters, 0)).toBe("Opening");
    expect(chapterName(chapters, 1)).toBe("Chapter 2");
    expect(dividing(chapters.slice(0, 1))).toEqual([]);
  });
  it("are gone through: on, back to this one's beginning, and to the one before", () => {
    expect(step(10, 1)).toEqual([60]);
    expect(step(700, 1)).toEqual([]);
    expect(step(70, -1)).toEqual([60]);
    expect(step(61, -1)).toEqual([0]);
    expect(step(1, -1)).toEqual([0]);
  });
});
