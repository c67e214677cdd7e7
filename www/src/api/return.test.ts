import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reachable } from "./client.ts";
import { on } from "./events.ts";
import { watchReturn } from "./return.ts";

let ends: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<base href="http://miau.test/films/">';
});

afterEach(() => {
  for (const end of ends) end();
  ends = [];
  reachable.value = true;
  vi.useRealTimers();
});

function watched(answers: (number | null)[]): { asked: string[]; told: number } {
  const seen = { asked: [] as string[], told: 0 };
  const fetcher = async (url: string): Promise<Response> => {
    seen.asked.push(url);
    const status = answers.shift() ?? null;
    if (status === null) throw new TypeError("no network");
    return new Response("", { status });
  };
  const end = on("reset", () => {
    seen.told += 1;
  });
  ends.push(watchReturn(fetcher), () => void end());
  return seen;
}

describe("the way back to the server", () => {
  it("asks nothing while it is there", async () => {
    const seen = watched([200]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.asked).toEqual([]);
  });
  it("asks until it answers, and says so once", async () => {
    const seen = watched([null, 502, 503, 504, 200]);
    reachable.value = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.asked).toEqual(Array(5).fill("http://miau.test/films/health"));
    expect(reachable.value).toBe(true);
    expect(seen.told).toBe(1);
  });
  it("asks at once when the network is back", async () => {
    const seen = watched([200]);
    reachable.value = false;
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.told).toBe(1);
  });
  it("says so too when a call has found it first", async () => {
    const seen = watched([200]);
    reachable.value = false;
    reachable.value = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual({ asked: [], told: 1 });
  });
  it("asks one that comes and goes less and less often, until it has stayed", async () => {
    const seen = watched([200, 200, 200]);
    const goes = async (ms: number, asked: number): Promise<void> => {
      reachable.value = false;
      await vi.advanceTimersByTimeAsync(ms - 100);
      expect(seen.asked).toHaveLength(asked);
      await vi.advanceTimersByTimeAsync(200);
      expect(seen.asked).toHaveLength(asked + 1);
    };
    await vi.advanceTimersByTimeAsync(61_000);
    await goes(2000, 0);
    await goes(4000, 1);
    await vi.advanceTimersByTimeAsync(61_000);
    await goes(2000, 2);
  });
});
