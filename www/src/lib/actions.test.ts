import { describe, expect, it } from "vitest";
import { ACTIONS, actionOf, directionOf, keyOfButton, type Pressed } from "./actions.ts";

const key = (name: string, more: Partial<Pressed> = {}): Pressed => ({
  key: name,
  keyCode: 0,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  target: null,
  ...more,
});

/** A key that a set tells by its code alone. */
const code = (keyCode: number): Pressed => key("Unidentified", { keyCode });

describe("the table of actions", () => {
  it("gives each key, code and button one meaning in a place", () => {
    for (const column of ["keys", "codes", "buttons"] as const)
      for (const place of ["everywhere", "control", "list", "player"]) {
        const all = ACTIONS.filter((row) => row.place === place).flatMap(
          (row): (string | number)[] => row[column] ?? [],
        );
        expect(new Set(all).size).toBe(all.length);
      }
  });
  it("knows keys whatever the shift key does", () => {
    expect(actionOf(key("K"), "player")).toBe("toggle");
    expect(actionOf(key(" "), "player")).toBe("toggle");
    expect(actionOf(key("5"), "player")).toBe("share");
    expect(actionOf(key("q"), "player", "everywhere")).toBeNull();
  });
  it("knows Back of each maker", () => {
    for (const name of ["Escape", "Backspace", "GoBack", "BrowserBack"])
      expect(actionOf(key(name), "everywhere")).toBe("back");
    for (const back of [10009, 461, 166]) expect(actionOf(code(back), "everywhere")).toBe("back");
  });
  it("knows the media keys of each maker", () => {
    const of = (number: number) => actionOf(code(number), "player");
    expect([415, 19, 413, 412, 417].map(of)).toEqual([
      "play",
      "pause",
      "pause",
      "back10",
      "forward10",
    ]);
    expect([10252, 402, 179].map(of)).toEqual(["toggle", "toggle", "toggle"]);
    expect([10233, 425, 176].map(of)).toEqual(["next", "next", "next"]);
  });
  it("asks places in their order", () => {
    expect(actionOf(key("ArrowLeft"), "player", "everywhere")).toBe("back10");
    expect(actionOf(key("ArrowLeft"), "everywhere", "player")).toBe("left");
    expect(directionOf(key("ArrowLeft"))).toBe("left");
    expect(directionOf(key("Escape"))).toBeNull();
  });
  it("leaves the browser its own keys, and writing to those who write", () => {
    expect(actionOf(key("ArrowLeft", { altKey: true }), "everywhere")).toBeNull();
    expect(actionOf(key("f", { ctrlKey: true }), "player")).toBeNull();
    const target = document.createElement("input");
    expect(actionOf(key("Backspace", { target }), "everywhere")).toBeNull();
    expect(actionOf(key("?", { target }), "everywhere")).toBeNull();
    expect(actionOf(key("Escape", { target }), "everywhere")).toBe("back");
    target.type = "checkbox";
    expect(actionOf(key("?", { target }), "everywhere")).toBe("help");
  });
  it("tells buttons of a game pad as keys that no control keeps", () => {
    expect(keyOfButton(1, ["everywhere"])).toBe("Escape");
    expect(keyOfButton(14, ["player", "everywhere"])).toBe("ArrowLeft");
    expect(keyOfButton(9, ["player"])).toBe("k");
    expect(keyOfButton(4, ["player"])).toBe("j");
    expect(keyOfButton(4, ["list"])).toBe("Home");
    expect(keyOfButton(9, ["list"])).toBe("ContextMenu");
    expect(keyOfButton(9, ["everywhere"])).toBeNull();
  });
});
