import { describe, expect, it } from "vitest";
import type { Setting } from "../../api/index.ts";
import { areas, fromText, isFixed, labelOf } from "./state.ts";

const setting = (name: string, part: Partial<Setting> = {}): Setting => ({
  name,
  type: "text",
  value: "",
  default: "",
  source: "default",
  secret: false,
  restart: false,
  help: "",
  min: null,
  max: null,
  choices: [],
  environment: null,
  ...part,
});

describe("settings", () => {
  it("are grouped by the word before the dot, in their order", () => {
    const found = areas(
      ["http.port", "auth.accessTtl", "http.bind", "new.thing"].map((n) => setting(n)),
    );
    expect(found.map((area) => area.title)).toEqual(["Web", "Sign-in", "new"]);
    expect(found[0]?.settings.map((s) => s.name)).toEqual(["http.port", "http.bind"]);
  });
  it("are named readably", () => {
    expect(labelOf(setting("auth.accessTtl"))).toBe("Access ttl");
    expect(labelOf(setting("plain"))).toBe("Plain");
  });
  it("are fixed where something stronger decides", () => {
    expect(isFixed(setting("a.b", { source: "environment" }))).toBe(true);
    expect(isFixed(setting("a.b", { source: "file" }))).toBe(true);
    expect(isFixed(setting("a.b", { source: "database" }))).toBe(false);
  });
  it("become values of their type", () => {
    expect(fromText(setting("a.b", { type: "integer" }), "42")).toBe(42);
    expect(fromText(setting("a.b", { type: "integer" }), " ")).toBeNull();
    expect(fromText(setting("a.b", { type: "list" }), "a,b")).toBe("a,b");
  });
});
