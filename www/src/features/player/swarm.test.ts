import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlayState } from "../../api/index.ts";
import { speak } from "../../lib/messages.ts";
import { before, placeText } from "./parts.tsx";
import { followSwarm, spansOf, whyText } from "./swarm.ts";

const state = (part: Partial<PlayState> = {}): PlayState => ({
  sourceId: 3,
  size: 1000,
  pieceSize: 100,
  published: [
    [0, 250],
    [500, 750],
  ],
  wanted: [[250, 500]],
  rate: 0,
  peers: 2,
  state: "downloading",
  problem: null,
  sentence: null,
  queue: null,
  ...part,
});

describe("what is here", () => {
  it("is a part of the whole", () => {
    expect(spansOf([[0, 250]], 1000)).toEqual([[0, 0.25]]);
    expect(spansOf([[0, 250]], null)).toEqual([]);
  });
  it("is drawn as seen up to the position", () => {
    const here: [number, number][] = [
      [0, 0.2],
      [0.4, 0.6],
      [0.8, 1],
    ];
    expect(before(here, 0.5)).toEqual([
      [0, 0.2],
      [0.4, 0.5],
    ]);
  });
  it("is said with the position while not all is here", () => {
    expect(placeText(60, 120, null)).toBe("1:00 of 2:00");
    expect(placeText(60, 120, [[0, 0.25]])).toBe("1:00 of 2:00, not fetched yet");
    expect(placeText(10, 120, [[0, 0.25]])).toBe("0:10 of 2:00");
  });
});

describe("why it waits", () => {
  it("is the server's sentence where there is one", () => {
    expect(whyText(state({ sentence: "Nobody has it." }))).toBe("Nobody has it.");
  });
  it("is said in the reader's language, by its code", async () => {
    const stalled = state({ problem: "stalled", sentence: "Those who share it send nothing." });
    expect(whyText(stalled)).toBe("Those who share it send nothing.");
    await speak("de");
    expect(whyText(stalled)).toBe("Der Film kommt zu langsam");
    expect(whyText(state({ sentence: "Nobody has it." }))).toBe("Nobody has it.");
    await speak("en");
  });
  it("is who sends and how fast", () => {
    expect(whyText(state({ rate: 120_000 }))).toContain("from 2 peers, 120 kB/s");
    expect(whyText(state({ peers: 1 }))).toContain("one peer");
    expect(whyText(state({ peers: 0 }))).toContain("Looking for somebody");
    expect(whyText(state({ state: "metadata" }))).toContain("what is inside");
  });
});

describe("following", () => {
  let now: PlayState;
  let asked: number;
  /** The server's next answer waits for it. */
  let hold: Promise<void>;
  beforeEach(() => {
    asked = 0;
    hold = Promise.resolve();
    vi.useFakeTimers();
    document.head.innerHTML = `<base href="${location.origin}/">`;
    now = state();
    vi.stubGlobal("fetch", async () => {
      asked += 1;
      await hold;
      return new Response(JSON.stringify(now));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const follow = async () => {
    const swarm = followSwarm({ titleId: "movie-1", streamingKey: "k" });
    await vi.advanceTimersByTimeAsync(1);
    return swarm;
  };

  it("draws what is here and what comes", async () => {
    const swarm = await follow();
    expect(swarm.here.value).toEqual([
      [0, 0.25],
      [0.5, 0.75],
    ]);
    expect(swarm.coming.value).toEqual([[0.25, 0.5]]);
    swarm.stop();
  });
  it("draws nothing for a file of the library", async () => {
    now = state({ state: "whole", published: [[0, 1000]], wanted: [] });
    const swarm = await follow();
    expect(swarm.here.value).toBeNull();
    swarm.stop();
  });
  it("explains only a wait that lasts, and stops when it ends", async () => {
    const swarm = await follow();
    swarm.waits(true);
    await vi.advanceTimersByTimeAsync(2500);
    expect(swarm.why.value).toBeNull();
    await vi.advanceTimersByTimeAsync(1000);
    expect(swarm.why.value).toContain("2 peers");
    now = state({ peers: 0 });
    await vi.advanceTimersByTimeAsync(2500);
    expect(swarm.why.value).toContain("Looking for somebody");
    swarm.waits(false);
    expect(swarm.why.value).toBeNull();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(swarm.why.value).toBeNull();
    swarm.stop();
  });
  it("says of a long wait that nobody sends, until it ends", async () => {
    const swarm = await follow();
    swarm.waits(true);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(swarm.isLong.value).toBe(false);
    await vi.advanceTimersByTimeAsync(4000);
    expect(swarm.isLong.value).toBe(true);
    expect(swarm.why.value).toContain("Nobody is sending right now. 2 peers");
    now = state({ rate: 120_000 });
    await vi.advanceTimersByTimeAsync(2500);
    expect(swarm.why.value).toContain("120 kB/s");
    swarm.waits(false);
    expect(swarm.isLong.value).toBe(false);
    swarm.waits(true);
    await vi.advanceTimersByTimeAsync(4000);
    expect(swarm.isLong.value).toBe(false);
    swarm.stop();
  });
  it("offers nothing else for what is wholly here", async () => {
    now = state({ state: "whole", published: [[0, 1000]], wanted: [] });
    const swarm = await follow();
    swarm.waits(true);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(swarm.isLong.value).toBe(false);
    swarm.stop();
  });
  it("asks once for a wait that begins anew while an answer is on its way", async () => {
    const swarm = await follow();
    let answer = (): void => undefined;
    hold = new Promise((done) => {
      answer = done;
    });
    swarm.waits(true);
    await vi.advanceTimersByTimeAsync(3100);
    swarm.waits(false);
    swarm.waits(true);
    answer();
    await vi.advanceTimersByTimeAsync(1);
    expect(swarm.why.value).toBeNull();
    const before = asked;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(swarm.why.value).toContain("2 peers");
    expect(asked - before).toBeLessThan(11);
    swarm.stop();
  });
});
