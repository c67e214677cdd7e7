import { describe, expect, it } from "vitest";
import rows from "../../../../lib/base/settings_rows.h?raw";
import type { Setting } from "../../api/index.ts";
import {
  AT_START,
  areas,
  fromText,
  groups,
  isAdvanced,
  isFixed,
  scaleOf,
  scalesOf,
  shown,
  unitName,
} from "./state.ts";

const setting = (name: string, part: Partial<Setting> = {}): Setting => ({
  name,
  label: name,
  type: "text",
  value: "",
  default: "",
  source: "default",
  secret: false,
  restart: false,
  help: "",
  min: null,
  max: null,
  unit: null,
  zero: null,
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
  it("are on one part of the page each, what is new on the server's", () => {
    const names = ["http.port", "auth.accessTtl", "state.dir", "seed.ratio", "new.thing"];
    const found = groups(names.map((n) => setting(n)));
    const of = (part: string) =>
      found.find(({ name }) => name === part)?.areas.flatMap((a) => a.settings.map((s) => s.name));
    expect(of("access")).toEqual(["http.port"]);
    expect(of("server")).toEqual(["state.dir", "new.thing"]);
    expect(found.flatMap((g) => g.areas.flatMap((a) => a.settings)).length).toBe(names.length);
  });
  it("stand below a title that people understand, all of them", () => {
    const names = [...rows.matchAll(/\.name = "([^"]+)"/g)].map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(20);
    for (const { name, title } of areas(names.map((n) => setting(n)))) expect(title).not.toBe(name);
  });
  it("are read with their units, unrounded", () => {
    const of = (unit: Setting["unit"], value: Setting["value"], zero: string | null = null) =>
      shown(setting("a.b", { type: "integer", unit, zero }), value);
    expect(of("seconds", 900)).toBe("15 min");
    expect(of("seconds", 90)).toBe("90 s");
    expect(of("seconds", 86400)).toBe("1 day");
    expect(of("seconds", 604800)).toBe("7 days");
    expect(of("seconds", 0)).toBe("0 s");
    expect(of("bytes per second", 1048576)).toBe("1 MiB/s");
    expect(of("bytes per second", 0, "no limit")).toBe("no limit");
    expect(of("bytes", 5e10)).toBe("50 GB");
    expect(of("bytes", 1025)).toBe("1,025 B");
    expect(of("percent", 100)).toBe("100%");
    expect(of(null, 5000)).toBe("5000");
    expect(of(null, null)).toBe("");
  });
  it("are edited in the largest unit that needs no fraction", () => {
    const of = (unit: Setting["unit"], value: number, rest: Partial<Setting> = {}) => {
      const one = setting("a.b", { type: "integer", unit, ...rest });
      return unitName(one, scaleOf(one, value));
    };
    expect(of("seconds", 900)).toBe("minutes");
    expect(of("seconds", 90)).toBe("seconds");
    expect(of("seconds", 0)).toBe("minutes");
    expect(of("seconds", 0, { default: 7200 })).toBe("hours");
    expect(of("bytes", 5e10)).toBe("GB");
    expect(of("bytes per second", 1048576)).toBe("MiB/s");
    expect(of("bytes per second", 0)).toBe("MB/s");
    expect(of("percent", 100)).toBe("%");
    expect(of(null, 3)).toBe("");
  });
  it("offer units that the largest value reaches, and the one they have", () => {
    const of = (unit: Setting["unit"], value: number, max: number | null) => {
      const one = setting("a.b", { type: "integer", unit, max });
      return scalesOf(one, scaleOf(one, value)).map(([, name]) => name);
    };
    expect(of("seconds", 900, 3600)).toEqual(["h", "min", "s"]);
    expect(of("seconds", 30, 600)).toEqual(["min", "s"]);
    expect(of("bytes", 1048576, null)).toEqual(["TB", "GB", "MiB", "MB", "kB"]);
    expect(of("percent", 100, null)).toHaveLength(1);
    expect(of(null, 3, null)).toHaveLength(1);
  });
  it("have a sentence to every area", () => {
    const names = [...rows.matchAll(/\.name = "([^"]+)"/g)].map(([, name]) => name as string);
    for (const { text } of areas(names.map((n) => setting(n)))) expect(text).toMatch(/\.$/);
  });
  it("for everybody are there in each part that has any, new ones among them", () => {
    expect(isAdvanced(setting("net.dht"))).toBe(true);
    expect(isAdvanced(setting("net.uploadLimit"))).toBe(false);
    expect(isAdvanced(setting("new.thing"))).toBe(false);
  });
  it("that the server refuses from the app are fixed in it", () => {
    const found = rows.split(/\bSETTING\(/).filter((row) => row.includes("SETTING_BOOT"));
    const names = found.map((row) => /\.name = "([^"]+)"/.exec(row)?.[1]);
    expect([...AT_START].sort()).toEqual(names.sort());
  });
  it("are fixed where something stronger decides", () => {
    expect(isFixed(setting("a.b", { source: "environment" }))).toBe(true);
    expect(isFixed(setting("a.b", { source: "file" }))).toBe(true);
    expect(isFixed(setting("a.b", { source: "database" }))).toBe(false);
    expect(isFixed(setting("http.port"))).toBe(true);
  });
  it("become values of their type", () => {
    expect(fromText(setting("a.b", { type: "integer" }), "42")).toBe(42);
    expect(fromText(setting("a.b", { type: "integer" }), " ")).toBeNull();
    expect(fromText(setting("a.b", { type: "list" }), "a,b")).toBe("a,b");
  });
});
