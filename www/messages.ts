// The catalogues of messages as the app loads them. A message is written in ICU
// MessageFormat (www/src/messages/<language>/<area>.json) and compiled while the
// app is built: a text as it is, one with values as a function of them. Nothing
// is parsed in a browser.
//
// Run as a program, this writes the types of all keys (www/src/messages/keys.d.ts).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  isPluralElement,
  type MessageFormatElement,
  parse,
  TYPE,
} from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";

export const folder = path.join(import.meta.dirname, "src/messages");

/** The language that all keys are written in first. */
export const SOURCE = "en";
/** What is there before the first paint; the rest comes with its screens. */
export const FIRST = "app";

export function languages(): string[] {
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return found.map((entry) => entry.name).sort();
}

export function areas(language = SOURCE): string[] {
  const files = readdirSync(path.join(folder, language)).filter((name) => name.endsWith(".json"));
  return files.map((name) => name.replace(/\.json$/, "")).sort();
}

export type Catalogue = Record<string, string>;

export function readCatalogue(language: string, area: string): Catalogue {
  return JSON.parse(readFileSync(path.join(folder, language, `${area}.json`), "utf8"));
}

/** What a value of a message has to be. */
export type Kind = "text" | "number" | "part" | readonly string[];

export interface Shape {
  values: Record<string, Kind>;
  /** The categories of each plural, by its value. */
  plurals: Record<string, string[]>;
}

export function parseMessage(text: string): MessageFormatElement[] {
  return parse(text, { requiresOtherClause: true, shouldParseSkeletons: false });
}

/** The values that a message wants, as they stand in it. */
export function shapeOf(elements: MessageFormatElement[]): Shape {
  const shape: Shape = { values: {}, plurals: {} };
  const walk = (parts: MessageFormatElement[]): void => {
    for (const part of parts) {
      if (part.type === TYPE.argument) shape.values[part.value] ??= "text";
      if (part.type === TYPE.tag) {
        shape.values[part.value] = "part";
        walk(part.children);
      }
      if (part.type === TYPE.select) shape.values[part.value] = Object.keys(part.options);
      if (isPluralElement(part)) {
        shape.values[part.value] = "number";
        shape.plurals[part.value] = Object.keys(part.options);
      }
      if (part.type === TYPE.select || isPluralElement(part))
        for (const { value } of Object.values(part.options)) walk(value);
    }
  };
  walk(elements);
  return shape;
}

const name = (value: string): string => `v[${JSON.stringify(value)}]`;

/** The code of a list of parts: one text, or a list where marked parts are in it. */
function codeOf(parts: MessageFormatElement[], isRich: boolean, counted = ""): string {
  const pieces = parts.map((part) => codeOfPart(part, isRich, counted));
  if (isRich) return `[${pieces.join()}]`;
  if (pieces.length === 0) return '""';
  return pieces.join("+");
}

/** `counted`: the plural's value that a "#" stands for. */
function codeOfPart(part: MessageFormatElement, isRich: boolean, counted: string): string {
  if (part.type === TYPE.literal) return JSON.stringify(part.value);
  if (part.type === TYPE.pound) return `s(${name(counted)})`;
  if (part.type === TYPE.argument) return `s(${name(part.value)})`;
  if (part.type === TYPE.tag) return `${name(part.value)}(${codeOf(part.children, isRich)})`;
  if (part.type !== TYPE.select && !isPluralElement(part))
    throw new Error(`{${part.value}} is written by lib/format.ts, not by the message`);
  if (isPluralElement(part) && (part.offset !== 0 || part.pluralType === "ordinal"))
    throw new Error(`{${part.value}}: offsets and ordinals are not compiled`);
  const to = isPluralElement(part) ? part.value : counted;
  const forms = Object.entries(part.options).map(
    ([form, { value }]) => `${JSON.stringify(form)}:${codeOf(value, isRich, to)}`,
  );
  return `${isPluralElement(part) ? "p" : "c"}(${name(part.value)},{${forms.join()}})`;
}

/** A message as a constant or a function of its values. */
export function compileMessage(text: string): string {
  const elements = parseMessage(text);
  const { values } = shapeOf(elements);
  if (Object.keys(values).length === 0) return codeOf(elements, false);
  return `v=>${codeOf(elements, Object.values(values).includes("part"))}`;
}

/** A module whose default makes the messages, given what shows a value (s), what
 * chooses by number (p) and by word (c). */
export function compileCatalogue(catalogue: Catalogue): string {
  const rows = Object.entries(catalogue).map(([key, text]) => {
    try {
      return `${JSON.stringify(key)}:${compileMessage(text)}`;
    } catch (error) {
      throw new Error(`${key}: ${(error as Error).message}`);
    }
  });
  return `export default (s,p,c)=>({${rows.join(",\n")}});`;
}

function typeOf(kind: Kind): string {
  if (kind === "number") return "number";
  if (kind === "part") return "Part";
  if (kind === "text") return "string | number";
  return [...kind.map((word) => JSON.stringify(word)), "string"].join(" | ");
}

/** The types of all keys: what values each wants, and which hold marked parts. */
export function typesOf(): string {
  const rows: string[] = [];
  const rich: string[] = [];
  for (const area of areas())
    for (const [key, text] of Object.entries(readCatalogue(SOURCE, area))) {
      const { values } = shapeOf(parseMessage(text));
      const full = JSON.stringify(`${area}.${key}`);
      const wanted = Object.entries(values).map(
        ([value, kind]) => `${JSON.stringify(value)}: ${typeOf(kind)}`,
      );
      rows.push(`  ${full}: ${wanted.length === 0 ? "undefined" : `{ ${wanted.join("; ")} }`};`);
      if (Object.values(values).includes("part")) rich.push(full);
    }
  return [
    "// Written by www/messages.ts.",
    'import type { ComponentChildren } from "preact";',
    "export type Part = (inner: ComponentChildren) => ComponentChildren;",
    `export type Language = ${languages()
      .map((tag) => JSON.stringify(tag))
      .join(" | ")};`,
    `export type Area = ${areas()
      .map((area) => JSON.stringify(area))
      .join(" | ")};`,
    "export interface Messages {",
    ...rows,
    "}",
    `export type RichKey = ${rich.length === 0 ? "never" : rich.join(" | ")};`,
    "",
  ].join("\n");
}

/** The languages other than the first, each as a module of its own: what is
 * shown at first, and where the rest is. */
function indexOf(language: string): string {
  const later = areas().filter((area) => area !== FIRST);
  const rows = later.map(
    (area) => `${JSON.stringify(area)}:()=>import("virtual:messages/${language}/${area}")`,
  );
  return (
    `import first from "virtual:messages/${language}/${FIRST}";\n` +
    `export default {first, later: {${rows.join()}}};`
  );
}

function root(): string {
  const others = languages().filter((language) => language !== SOURCE);
  const rows = others.map(
    (language) => `${JSON.stringify(language)}:()=>import("virtual:messages/${language}")`,
  );
  return (
    `export {default as source} from "virtual:messages/${SOURCE}";\n` +
    `export const others = {${rows.join()}};`
  );
}

const MODULE = /^virtual:messages(?:\/([a-z-]+))?(?:\/([a-z-]+))?$/;

export function messages(): Plugin {
  return {
    name: "messages",
    resolveId: (id) => (MODULE.test(id) ? `\0${id}` : undefined),
    load(id) {
      const found = MODULE.exec(id.replace(/^\0/, ""));
      if (!id.startsWith("\0") || found === null) return;
      const [, language, area] = found;
      if (language === undefined) return root();
      if (area === undefined) return indexOf(language);
      this.addWatchFile(path.join(folder, language, `${area}.json`));
      return compileCatalogue(readCatalogue(language, area));
    },
  };
}

if (import.meta.main ?? process.argv[1] === import.meta.filename)
  writeFileSync(path.join(folder, "keys.d.ts"), typesOf());
