// Every language says all that English says, with the same values in it; every
// key is used, and every key that is used is there.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import errors from "../../../lib/base/errors.def?raw";
import settings from "../../../lib/base/settings_rows.h?raw";
import {
  areas,
  compileMessage,
  folder,
  languages,
  parseMessage,
  readCatalogue,
  SOURCE,
  shapeOf,
} from "../../messages.ts";

const others = languages().filter((language) => language !== SOURCE);
const src = path.dirname(folder);

/** What is not as in English, of one text. */
function differences(language: string, english: string, text: string): string[] {
  const from = shapeOf(parseMessage(english));
  const to = shapeOf(parseMessage(text));
  const found: string[] = [];
  const names = (shape: typeof from): string => Object.keys(shape.values).sort().join();
  if (names(from) !== names(to)) found.push(`has {${names(to)}}, not {${names(from)}}`);
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
  for (const [value, forms] of Object.entries(to.plurals)) {
    const missing = categories.filter((category) => !forms.includes(category));
    if (missing.length > 0) found.push(`{${value}} has no ${missing.join()}`);
  }
  for (const [value, kind] of Object.entries(from.values)) {
    const same = to.values[value];
    if (
      Array.isArray(kind) &&
      Array.isArray(same) &&
      [...kind].sort().join() !== [...same].sort().join()
    )
      found.push(`{${value}} chooses otherwise`);
  }
  return found;
}

describe.each(others)("%s", (language) => {
  it("has the areas of English", () => {
    expect(areas(language)).toEqual(areas());
  });

  it.each(areas())("%s has the keys of English, and their values", (area) => {
    const english = readCatalogue(SOURCE, area);
    const catalogue = readCatalogue(language, area);
    expect(Object.keys(catalogue)).toEqual(Object.keys(english));
    const found = Object.entries(english).flatMap(([key, text]) =>
      differences(language, text, catalogue[key] ?? "").map((what) => `${key} ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe("a comparison", () => {
  it("finds what a language lacks", () => {
    const english = "{n, plural, one {# file} other {# files}} of {name}";
    expect(differences("ar", english, english)).toEqual(["{n} has no few,many,two,zero"]);
    expect(differences("de", english, "{n, plural, other {#}} von {name}")).toEqual([
      "{n} has no one",
    ]);
    expect(differences("de", english, "Dateien von {name}")).toEqual(["has {name}, not {n,name}"]);
    expect(
      differences("de", "{a, select, x {1} other {2}}", "{a, select, y {1} other {2}}"),
    ).toEqual(["{a} chooses otherwise"]);
  });
});

/** The app's own sources, without tests. */
function sources(): string {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/(\.test\.tsx?|\.d\.ts)$/.test(name),
  );
  return files.map((name) => readFileSync(path.join(src, name), "utf8")).join("\n");
}

describe("keys", () => {
  const text = sources();
  const keys = areas().flatMap((area) =>
    Object.keys(readCatalogue(SOURCE, area)).map((key) => `${area}.${key}`),
  );
  const begins = [...text.matchAll(/`([a-z]+\.[A-Za-z.]*)\$\{/g)].map(([, begin]) => begin ?? "");

  it("are all used", () => {
    const unused = keys.filter(
      (key) => !text.includes(`"${key}"`) && !begins.some((begin) => key.startsWith(begin)),
    );
    expect(unused).toEqual([]);
  });

  it("are all there, also those that are put together", () => {
    const asked = [...text.matchAll(/\b(?:t|said)\(\s*"([^"]+)"/g)].map(([, key]) => key ?? "");
    expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
    const empty = begins.filter((begin) => areas().some((area) => begin.startsWith(`${area}.`)));
    expect(empty.filter((begin) => !keys.some((key) => key.startsWith(begin)))).toEqual([]);
  });
});

describe("a compiled message", () => {
  const run = (text: string, values: Record<string, unknown>): unknown => {
    const make = new Function("s", "p", "c", `return ${compileMessage(text)}`);
    const made = make(
      String,
      (n: number, forms: Record<string, unknown>) =>
        forms[`=${n}`] ?? forms[n === 1 ? "one" : "other"],
      (word: string, forms: Record<string, unknown>) => forms[word] ?? forms.other,
    );
    return typeof made === "function" ? made(values) : made;
  };

  it("is a text, or a function of its values", () => {
    expect(run("It''s 5 o'clock", {})).toBe("It's 5 o'clock");
    expect(run("{a} of {b}", { a: 1, b: "x" })).toBe("1 of x");
    expect(run("{n, plural, =0 {none} one {# file} other {# files}}.", { n: 0 })).toBe("none.");
    expect(run("{n, plural, =0 {none} one {# file} other {# files}}.", { n: 1 })).toBe("1 file.");
    expect(run("{n, plural, =0 {none} one {# file} other {# files}}.", { n: 3 })).toBe("3 files.");
    expect(run("{k, select, a {A{n}} other {}}", { k: "a", n: 2 })).toBe("A2");
    expect(run("{k, select, a {A} other {}}", { k: "z" })).toBe("");
  });

  it("is a list of its parts where some are marked", () => {
    const b = (inner: unknown): unknown => ({ bold: inner });
    expect(run("See <b>{x}</b>.", { b, x: "this" })).toEqual(["See ", { bold: ["this"] }, "."]);
  });

  it("refuses what is written elsewhere", () => {
    expect(() => compileMessage("{n, number, percent}")).toThrow("lib/format.ts");
    expect(() => compileMessage("{n, selectordinal, other {#th}}")).toThrow("ordinals");
    expect(() => compileMessage("{n, plural, one {#}}")).toThrow();
  });
});

describe("what the server says", () => {
  const codes = readCatalogue(SOURCE, "codes");
  /** The texts of a C initialiser's field, put together as the compiler does. */
  const field = (row: string, name: string): string | null => {
    const found = new RegExp(`\\.${name}\\s*=\\s*((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+)`).exec(row);
    if (found === null) return null;
    const parts = (found[1] ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g);
    return [...parts].map(([, part]) => (part ?? "").replaceAll('\\"', '"')).join("");
  };

  it("of settings is all in the catalogue, word for word", () => {
    const rows = settings
      .replace(/\/\*.*?\*\//gs, "")
      .split(/\bSETTING\(/)
      .slice(1);
    expect(rows.length).toBeGreaterThan(20);
    const wanted = rows.flatMap((row) =>
      ["label", "help", "zero"].flatMap((part) => {
        const text = field(row, part);
        return text === null ? [] : [[`setting.${field(row, "name")}.${part}`, text]];
      }),
    );
    const kept = Object.entries(codes).filter(([key]) => key.startsWith("setting."));
    expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(wanted));
    const choices = rows.flatMap((row) => field(row, "choices")?.split("|") ?? []);
    expect(choices.filter((choice) => !(`choice.${choice}` in codes))).toEqual([]);
  });

  it("of errors is all in the catalogue", () => {
    const known = [...errors.matchAll(/^ERROR\(\w+, [45]\d\d, "(\w+)"/gm)].map(([, code]) => code);
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((code) => !(`error.${code}` in codes))).toEqual([]);
  });
});
