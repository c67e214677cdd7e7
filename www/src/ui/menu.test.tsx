import { render } from "preact";
import { useState } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Menu, type MenuGroup } from "./menu.tsx";

const choose = vi.fn();
const speeds: MenuGroup = {
  kind: "menuitemradio",
  items: [
    { label: "Slow", chosen: false, choose: () => choose("slow") },
    { label: "Usual", chosen: true, choose: () => choose("usual") },
    { label: "Inner", chosen: false },
  ],
  note: "Another player can.",
};

function Whole({ of }: { of: MenuGroup[] | null }) {
  const [open, setOpen] = useState(false);
  return (
    <Menu
      icon="tune"
      label="Speed"
      groups={of && (() => of)}
      open={open}
      setOpen={(is) => setOpen(is)}
    />
  );
}

let at: HTMLElement;
const show = (of: MenuGroup[] | null = [speeds]) => act(() => render(<Whole of={of} />, at));
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
    show([{ kind: "menuitem", items: [{ label: "Never" }, { label: "Now", choose }] }]);
    open();
    expect(document.activeElement).toBe(rows()[1]);
    expect(rows()[1]?.getAttribute("role")).toBe("menuitem");
    expect(rows()[1]?.hasAttribute("aria-checked")).toBe(false);
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
    expect(rows()[2]?.getAttribute("aria-disabled")).toBe("true");
    act(() => rows()[2]?.click());
    expect(rows().length).toBe(3);
  });

  it("has groups, each by its name and with its note", () => {
    const more: MenuGroup = {
      title: "More",
      kind: "menuitemcheckbox",
      items: [{ label: "Statistics", chosen: true, choose }],
    };
    show([speeds, more]);
    open();
    const groups = [...at.querySelectorAll("[role=menu] > [role=group]")];
    expect(groups.map((group) => group.getAttribute("aria-label"))).toEqual([null, "More"]);
    const note = groups[0]?.getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(note)?.textContent).toBe("Another player can.");
    expect(groups[1]?.hasAttribute("aria-describedby")).toBe(false);
    expect(rows()[3]?.getAttribute("role")).toBe("menuitemcheckbox");
    expect(rows()[3]?.getAttribute("aria-checked")).toBe("true");
  });

  it("opens once what it lists has come", () => {
    show(null);
    open();
    expect(opener().getAttribute("aria-expanded")).toBe("false");
    show();
    expect(document.activeElement).toBe(rows()[1]);
  });

  it("leaves the focus where it is while it is drawn anew", () => {
    show();
    open();
    act(() => rows()[0]?.focus());
    show([{ ...speeds }]);
    expect(document.activeElement).toBe(rows()[0]);
  });

  it("closes by Tab, which goes on from its button", () => {
    show();
    open();
    expect(rows().every((row) => row.tabIndex === -1)).toBe(true);
    const tab = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
    act(() => void rows()[1]?.dispatchEvent(tab));
    expect(tab.defaultPrevented).toBe(false);
    expect(rows()).toEqual([]);
    expect(document.activeElement).toBe(opener());
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
