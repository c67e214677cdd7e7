import { render } from "preact";
import { useState } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Menu, type MenuItem } from "./menu.tsx";

const choose = vi.fn();
const items: MenuItem[] = [
  { label: "Slow", chosen: false, choose: () => choose("slow") },
  { label: "Usual", chosen: true, choose: () => choose("usual") },
  { label: "Inner", chosen: false },
];

function Whole({ of }: { of: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  return <Menu icon="tune" label="Speed" items={of} open={open} setOpen={setOpen} />;
}

let at: HTMLElement;
const show = (of = items) => act(() => render(<Whole of={of} />, at));
const opener = () => at.querySelector<HTMLElement>("[aria-haspopup=menu]") as HTMLElement;
const rows = () => [...at.querySelectorAll<HTMLButtonElement>("[role^=menuitem]")];
const open = () => act(() => opener().click());

beforeEach(() => {
  choose.mockClear();
  at = document.createElement("div");
  document.body.append(at);
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
});

describe("a menu", () => {
  it("opens at what holds", () => {
    show();
    expect(rows()).toEqual([]);
    open();
    expect(opener().getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement).toBe(rows()[1]);
    expect(rows().map((row) => row.getAttribute("role"))).toEqual(Array(3).fill("menuitemradio"));
  });

  it("opens at the first thing that can be done", () => {
    show([{ label: "Never" }, { label: "Now", choose }]);
    open();
    expect(document.activeElement).toBe(rows()[1]);
    expect(rows()[1]?.getAttribute("role")).toBe("menuitem");
  });

  it("closes with a choice, and gives the focus back", () => {
    show();
    open();
    act(() => rows()[0]?.click());
    expect(choose).toHaveBeenCalledWith("slow");
    expect(rows()).toEqual([]);
    expect(document.activeElement).toBe(opener());
  });

  it("lists what cannot be chosen", () => {
    show();
    open();
    expect(rows()[2]?.disabled).toBe(true);
  });

  it("closes by Back, which then leaves nothing else", () => {
    show();
    open();
    const back = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
    act(() => void rows()[1]?.dispatchEvent(back));
    expect(back.defaultPrevented).toBe(true);
    expect(rows()).toEqual([]);
    expect(document.activeElement).toBe(opener());
  });

  it("closes by a press elsewhere and leaves the focus there", () => {
    show();
    open();
    act(() => void document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
    expect(rows()).toEqual([]);
    expect(document.activeElement).not.toBe(opener());
  });
});
