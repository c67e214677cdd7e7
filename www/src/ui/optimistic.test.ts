import { beforeEach, describe, expect, it, vi } from "vitest";
import { LATER_MS, later, optimistic, sendAll } from "./optimistic.ts";
import { toasts } from "./toast.tsx";

let shown: string;
beforeEach(() => {
  toasts.value = [];
  shown = "playing";
});

/** Shows a state and can go back to the one before. */
const to = (state: string) => () => {
  const before = shown;
  shown = state;
  return () => {
    shown = before;
  };
};

/** An answer that comes when the test says so. */
function answer() {
  let give: (what: string) => void = () => undefined;
  let refuse: (why: Error) => void = () => undefined;
  const promise = new Promise<string>((done, fail) => {
    give = done;
    refuse = fail;
  });
  return { promise, give, refuse };
}

const told = () => toasts.value.map((one) => one.text);

describe("a wish", () => {
  it("is shown before the server knows of it", async () => {
    const { promise, give } = answer();
    const done = vi.fn();
    const all = optimistic({ key: "a", show: to("paused"), send: () => promise, done, failed: "" });
    expect(shown).toBe("paused");
    give("ok");
    expect(await all).toBe(true);
    expect(done).toHaveBeenCalledWith("ok");
    expect(told()).toEqual([]);
  });

  it("goes back when the server says no, and says why", async () => {
    const send = () => Promise.reject(new Error("The disk is full."));
    const wish = { key: "a", show: to("paused"), send, failed: "It was not paused." };
    expect(await optimistic(wish)).toBe(false);
    expect(shown).toBe("playing");
    expect(told()).toEqual(["It was not paused. The disk is full."]);
    expect(toasts.value[0]?.isProblem).toBe(true);
  });

  it("offers to take it back, but no longer once it has failed", async () => {
    const { promise, refuse } = answer();
    const undo = vi.fn();
    const wish = { key: "a", show: to("paused"), send: () => promise, failed: "No.", undo };
    const all = optimistic({ ...wish, said: "Paused" });
    expect(told()).toEqual(["Paused"]);
    toasts.value[0]?.undo?.();
    expect(undo).toHaveBeenCalledTimes(1);
    refuse(new Error("Why."));
    await all;
    expect(told()).toEqual(["No. Why."]);
  });

  it("waits for the one before it about the same thing", async () => {
    const first = answer();
    const second = vi.fn(() => Promise.resolve("2"));
    const one = optimistic({ key: "a", show: to("1"), send: () => first.promise, failed: "" });
    const two = optimistic({ key: "a", show: to("2"), send: second, failed: "" });
    await Promise.resolve();
    expect(second).not.toHaveBeenCalled();
    first.give("1");
    expect(await Promise.all([one, two])).toEqual([true, true]);
    expect(shown).toBe("2");
  });

  it("that failed leaves a later one shown, and both failed go back to before", async () => {
    const [first, second] = [answer(), answer()];
    const one = optimistic({ key: "a", show: to("1"), send: () => first.promise, failed: "" });
    const two = optimistic({ key: "a", show: to("2"), send: () => second.promise, failed: "" });
    first.refuse(new Error("No."));
    await one;
    expect(shown).toBe("2");
    second.refuse(new Error("No."));
    await two;
    expect(shown).toBe("playing");
  });

  it("that failed after one that did not goes back to that one", async () => {
    const [first, second] = [answer(), answer()];
    const one = optimistic({ key: "a", show: to("1"), send: () => first.promise, failed: "" });
    const two = optimistic({ key: "a", show: to("2"), send: () => second.promise, failed: "" });
    first.give("ok");
    await one;
    second.refuse(new Error("No."));
    await two;
    expect(shown).toBe("1");
  });
});

describe("what cannot be undone", () => {
  const wish = (send: (isLast: boolean) => Promise<unknown>) =>
    later({ show: to("gone"), send, failed: "It is still there.", said: "Removed" });

  it("is shown at once and done after a while", async () => {
    vi.useFakeTimers();
    const send = vi.fn(() => Promise.resolve());
    wish(send);
    expect(shown).toBe("gone");
    await vi.advanceTimersByTimeAsync(LATER_MS - 1);
    expect(send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(send).toHaveBeenCalledWith(false);
    expect(told()).toEqual([]);
    vi.useRealTimers();
  });

  it("is not done when it was taken back", async () => {
    const send = vi.fn(() => Promise.resolve());
    wish(send);
    toasts.value[0]?.undo?.();
    await sendAll();
    expect(send).not.toHaveBeenCalled();
    expect(shown).toBe("playing");
    expect(told()).toEqual([]);
  });

  it("is done before the page goes", () => {
    const send = vi.fn(() => Promise.resolve());
    wish(send);
    dispatchEvent(new Event("pagehide"));
    expect(send).toHaveBeenCalledWith(true);
  });

  it("comes back when the server says no", async () => {
    wish(() => Promise.reject(new Error("It is in use.")));
    await sendAll();
    expect(shown).toBe("playing");
    expect(told()).toEqual(["It is still there. It is in use."]);
  });
});
