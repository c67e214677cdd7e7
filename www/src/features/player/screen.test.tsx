import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useScreenOn } from "./screen.ts";

function Film({ playing }: { playing: boolean }) {
  useScreenOn(playing);
  return null;
}

function makeLock() {
  const lock = {
    released: false,
    release: async () => {
      lock.released = true;
    },
  };
  return lock;
}

describe("the screen", () => {
  let root: HTMLElement;
  let held: { released: boolean }[];
  let isHidden = false;
  const request = async () => {
    const lock = makeLock();
    held.push(lock);
    return lock;
  };
  const show = (playing: boolean) => act(() => render(<Film playing={playing} />, root));
  const on = () => held.filter((lock) => !lock.released).length;
  const hide = async (is: boolean) => {
    isHidden = is;
    // The browser lets go by itself.
    if (is) for (const lock of held) lock.released = true;
    document.dispatchEvent(new Event("visibilitychange"));
    await Promise.resolve();
  };
  beforeEach(() => {
    root = document.body.appendChild(document.createElement("div"));
    held = [];
    isHidden = false;
    vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
    Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
  });
  afterEach(() => {
    render(null, root);
    root.remove();
    vi.restoreAllMocks();
    Reflect.deleteProperty(navigator, "wakeLock");
  });

  it("stays on while a film plays, and no longer", async () => {
    await show(false);
    expect(on()).toBe(0);
    await show(true);
    expect(on()).toBe(1);
    await show(false);
    expect(on()).toBe(0);
    await show(true);
    expect(on()).toBe(1);
    await act(() => render(null, root));
    expect(on()).toBe(0);
  });
  it("is asked for again when the page shows again", async () => {
    await show(true);
    await hide(true);
    expect(on()).toBe(0);
    await hide(false);
    expect(on()).toBe(1);
    await show(false);
    await hide(true);
    await hide(false);
    expect(on()).toBe(0);
  });
  it("goes off when it was left before the browser had answered", async () => {
    const lock = makeLock();
    let answer: (lock: object) => void = () => undefined;
    const slow = () => new Promise((done) => (answer = done));
    Object.defineProperty(navigator, "wakeLock", {
      value: { request: slow },
      configurable: true,
    });
    await show(true);
    await show(false);
    answer(lock);
    await Promise.resolve();
    await Promise.resolve();
    expect(lock.released).toBe(true);
  });
  it("goes off as ever where the browser refuses or has no such thing", async () => {
    const request = () => Promise.reject(new Error("the battery is low"));
    Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
    await show(true);
    await show(false);
    Reflect.deleteProperty(navigator, "wakeLock");
    await show(true);
    expect(on()).toBe(0);
  });
});
