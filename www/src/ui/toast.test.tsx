import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Toasts, toast, toasts, undoLast } from "./toast.tsx";

let at: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers();
  toasts.value = [];
  at = document.createElement("div");
  document.body.append(at);
  act(() => render(<Toasts />, at));
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  vi.useRealTimers();
});

const texts = () => [...at.querySelectorAll(".toast span")].map((e) => e.textContent);
const later = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const tell = (options: Parameters<typeof toast>[0]) => {
  let end = (): void => undefined;
  act(() => {
    end = toast(options);
  });
  return end;
};

describe("toasts", () => {
  it("come into a live region that is there before them, and go by themselves", () => {
    const region = at.querySelector("[role=status]");
    expect(region?.childElementCount).toBe(0);
    tell({ text: "Saved" });
    expect(region?.textContent).toBe("Saved");
    later(5_900);
    expect(texts()).toEqual(["Saved"]);
    later(200);
    expect(texts()).toEqual([]);
  });

  it("stay longer where something can be taken back", () => {
    tell({ text: "Removed", undo: () => undefined });
    later(11_900);
    expect(texts()).toEqual(["Removed"]);
    later(200);
    expect(texts()).toEqual([]);
  });

  it("stay while somebody is on them", () => {
    tell({ text: "Removed", undo: () => undefined });
    act(() => at.querySelector("button")?.focus());
    later(60_000);
    expect(texts()).toEqual(["Removed"]);
    act(() => at.querySelector("button")?.blur());
    later(12_100);
    expect(texts()).toEqual([]);
  });

  it("take back once, by the button", () => {
    const undo = vi.fn();
    tell({ text: "Removed", undo });
    act(() => at.querySelector("button")?.click());
    expect(undo).toHaveBeenCalledTimes(1);
    expect(texts()).toEqual([]);
    expect(undoLast()).toBe(false);
  });

  it("take back by the key what is newest, whatever was only told since", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    tell({ text: "One", undo: first });
    tell({ text: "Two", undo: second });
    tell({ text: "Three" });
    act(() => void undoLast());
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    expect(texts()).toEqual(["One", "Three"]);
  });

  it("are three at the most, and can be taken away", () => {
    const end = tell({ text: "1" });
    for (const text of ["2", "3"]) tell({ text });
    act(end);
    expect(texts()).toEqual(["2", "3"]);
    for (const text of ["4", "5"]) tell({ text });
    expect(texts()).toEqual(["3", "4", "5"]);
  });

  it("never push out what is offered until it is done", () => {
    tell({ text: "New version", act: { label: "Load", run: () => undefined } });
    for (const text of ["1", "2", "3", "4"]) tell({ text });
    expect(texts()).toEqual(["New version", "2", "3", "4"]);
  });
});
