// Least and greatest lengths for a browser that cannot compare: each is worked out
// for the windows that the breakpoints are made for, in media queries.
import postcss, { type Declaration, type Root, type Rule } from "postcss";

export type Values = Map<string, string>;

interface Window {
  width: number;
  height: number;
  rem: number;
  media: string | null;
}

/** The second and third come over the first. */
const WINDOWS: Window[] = [
  { width: 1280, height: 720, rem: 16, media: null },
  { width: 390, height: 844, rem: 16, media: "(max-width: 600px)" },
  { width: 1920, height: 1080, rem: 20, media: "(min-width: 1800px)" },
];

const COMPARES = /\b(min|max|clamp)\(/;

/** The tokens in each of the windows. */
export function tokensOf(root: Root): Values[] {
  return WINDOWS.map(({ media }) => {
    const values: Values = new Map();
    root.walkRules((rule) => {
      if (!rule.selectors.includes(":root")) return;
      const parent = rule.parent;
      const at = parent?.type === "atrule" && "name" in parent ? parent : null;
      if (at?.name === "media" && (!("params" in at) || at.params !== media)) return;
      rule.each((node) => {
        if (node.type === "decl" && node.prop.startsWith("--")) values.set(node.prop, node.value);
      });
    });
    return values;
  });
}

/** A length in pixels, or nothing where it depends on more than the window. */
function pixels(text: string, at: Window, tokens: Values, depth = 0): number | null {
  const words = text.match(/[\d.]+(?:%|[a-z]+)?|var\(--[\w-]+\)|[a-z]+\(|[-+*/(),]/g) ?? [];
  let place = 0;
  const units: Record<string, number> = {
    "": 1,
    px: 1,
    rem: at.rem,
    vw: at.width / 100,
    vh: at.height / 100,
    vmin: Math.min(at.width, at.height) / 100,
    vmax: Math.max(at.width, at.height) / 100,
  };
  const list = (): number[] => {
    const all = [sum()];
    while (words[place] === ",") {
      place += 1;
      all.push(sum());
    }
    place += 1;
    return all;
  };
  const value = (): number => {
    const word = words[place++] ?? "";
    if (word === "-") return -value();
    if (word.startsWith("var(")) {
      const token = tokens.get(word.slice(4, -1));
      return token === undefined || depth > 8
        ? Number.NaN
        : (pixels(token, at, tokens, depth + 1) ?? Number.NaN);
    }
    if (word === "min(") return Math.min(...list());
    if (word === "max(") return Math.max(...list());
    if (word === "clamp(") {
      const [least = 0, wish = 0, most = 0] = list();
      return Math.max(least, Math.min(wish, most));
    }
    if (word === "calc(" || word === "(") return list()[0] ?? Number.NaN;
    const [, number, unit = ""] = /^([\d.]+)(.*)$/.exec(word) ?? [];
    return Number(number) * (units[unit] ?? Number.NaN);
  };
  const product = (): number => {
    let result = value();
    while (words[place] === "*" || words[place] === "/")
      result = words[place++] === "*" ? result * value() : result / value();
    return result;
  };
  function sum(): number {
    let result = product();
    while (words[place] === "+" || words[place] === "-")
      result = words[place++] === "+" ? result + product() : result - product();
    return result;
  }
  const result = sum();
  return Number.isFinite(result) && place >= words.length ? result : null;
}

/** Where the comparison of a text begins and ends. */
function comparison(text: string): [from: number, to: number] | null {
  const from = text.search(COMPARES);
  if (from < 0) return null;
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "(") depth += 1;
    if (text[i] === ")" && --depth === 0) return [from, i + 1];
  }
  return null;
}

/** What it is in a window; where that cannot be said, the first that it compares. */
function settled(text: string, at: Window, tokens: Values): string {
  const found = comparison(text);
  if (found === null) return text;
  const [from, to] = found;
  const whole = text.slice(from, to);
  const length = pixels(whole, at, tokens);
  const parts = postcss.list.comma(whole.slice(whole.indexOf("(") + 1, -1));
  const one = parts.find((part) => part !== "0px") ?? "0";
  const put = length === null ? one : `${Math.round(length * 100) / 100}px`;
  return settled(text.slice(0, from) + put + text.slice(to), at, tokens);
}

/** Works out every comparison. */
export function measured(root: Root, tokens: Values[]): void {
  const all: Declaration[] = [];
  root.walkDecls((decl) => {
    if (COMPARES.test(decl.value) && !/minmax|repeat/.test(decl.value)) all.push(decl);
  });
  for (const decl of all) {
    const rule = decl.parent as Rule;
    const { value } = decl;
    const isFree = !(rule.parent?.type === "atrule" && rule.parent.name === "media");
    WINDOWS.forEach((at, n) => {
      const own = settled(value, at, tokens[n] ?? new Map());
      if (n === 0) decl.value = own;
      else if (isFree && own !== decl.value) {
        const copy = rule.clone();
        copy.removeAll();
        copy.append({ prop: decl.prop, value: own });
        rule.after(postcss.atRule({ name: "media", params: at.media ?? "" }).append(copy));
      }
    });
  }
}
