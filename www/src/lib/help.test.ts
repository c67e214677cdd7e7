import { describe, expect, it } from "vitest";
import { helpLines } from "./help.ts";

describe("the help", () => {
  const padOf = (help: string, ...places: Parameters<typeof helpLines>) =>
    helpLines(...places).find((line) => line.help === help)?.pad;
  it("names the buttons of a game pad", () => {
    expect(padOf("Go there", "everywhere", "control", "list")).toBe("↑, ↓, ←, →");
    expect(padOf("Back", "everywhere", "control", "list")).toBe("B");
    expect(padOf("Open or press it", "everywhere", "control", "list")).toBe("A");
    expect(padOf("Back 10 seconds", "player", "control", "everywhere")).toBe("LB, ←");
    expect(padOf("Louder", "player", "control", "everywhere")).toBe("↑");
    expect(padOf("Full screen", "player", "control", "everywhere")).toBe("");
  });
  const keysOf = (help: string, ...places: Parameters<typeof helpLines>) =>
    helpLines(...places).find((line) => line.help === help)?.keys;
  it("says what holds on a page", () => {
    expect(keysOf("Go there", "everywhere", "list")).toBe("←, →, ↑, ↓");
    expect(keysOf("Back", "everywhere")).toContain("Esc");
    expect(keysOf("Play or pause", "everywhere", "list")).toBeUndefined();
  });
  it("says what a held key does, and which button does it", () => {
    expect(keysOf("What can be done with it", "everywhere", "control", "list")).toBe(
      "Enter held, ☰",
    );
    expect(padOf("What can be done with it", "everywhere", "control", "list")).toBe("Menu");
  });
  it("says of a key what it does first", () => {
    expect(keysOf("Back 10 seconds", "player", "everywhere")).toBe("←, j");
    expect(keysOf("Go there", "player", "everywhere")).toBeUndefined();
    expect(keysOf("To 0 % … 90 %", "player")).toBe("0 … 9");
  });
});
