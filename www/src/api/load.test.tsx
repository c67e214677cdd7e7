import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, Unreachable } from "./client.ts";
import { type Loaded, useLoad } from "./load.ts";

let at: HTMLElement;
let now: Loaded<string>;
let answers: (string | Error | Promise<string>)[];
let asked: number;

function Screen({ live }: { live?: boolean }) {
  now = useLoad(
    "key",
    async () => {
      asked += 1;
      const answer = answers.shift() ?? "late";
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { live },
  );
  return null;
}

// The news of the server are not followed here; who listens is told by hand.
const listeners = new Set<() => void>();
vi.mock("./events.ts", () => ({
  on: (_: string, listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
}));
const settle = async (ms = 0) => {
  for (const wait of [ms, 0])
    await act(async () => {
      await vi.advanceTimersByTimeAsync(wait);
    });
};
async function reset(): Promise<void> {
  await act(() => {
    for (const one of listeners) one();
  });
  await settle();
}

async function show(live?: boolean): Promise<void> {
  await act(() => render(<Screen live={live} />, at));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  at = document.createElement("div");
  asked = 0;
});
afterEach(() => {
  act(() => render(null, at));
  expect(listeners.size).toBe(0);
  vi.useRealTimers();
});

describe("what was loaded", () => {
  it("is asked for again when news were missed, where it is live", async () => {
    answers = ["one", "two"];
    await show(true);
    await reset();
    expect(now.data).toBe("two");
  });

  it("stays as it is where it is not", async () => {
    answers = ["one", "two"];
    await show();
    await reset();
    expect([now.data, asked]).toEqual(["one", 1]);
  });

  it("stays while asking again fails", async () => {
    answers = ["one", new Unreachable(), "two"];
    await show(true);
    await reset();
    expect(now.data).toBe("one");
    expect(now.error).toBeInstanceOf(Unreachable);
    await reset();
    expect([now.data, now.error]).toEqual(["two", null]);
  });
});

describe("what failed", () => {
  it("comes by itself once the server is back", async () => {
    answers = [new Unreachable(), "one"];
    await show();
    expect(now.data).toBeNull();
    await reset();
    expect([now.data, now.error]).toEqual(["one", null]);
  });

  it("is asked for now and then while half of the server is there", async () => {
    answers = [new ApiError(503, {}), new ApiError(503, {}), "one"];
    await show();
    for (let i = 0; i < 5; i++) await settle(5_000);
    expect([now.data, asked]).toEqual(["one", 3]);
  });

  it("is waited for however long its answer takes", async () => {
    const slow = new Promise<string>((done) => setTimeout(() => done("one"), 18_000));
    answers = [new ApiError(503, {}), slow];
    await show();
    for (let i = 0; i < 6; i++) await settle(5_000);
    expect([now.data, asked]).toEqual(["one", 2]);
  });

  it("is left alone when asking again changes nothing", async () => {
    answers = [new ApiError(404, {}), "one"];
    await show();
    await reset();
    for (let i = 0; i < 5; i++) await settle(5_000);
    expect([now.data, asked]).toEqual([null, 1]);
  });
});
