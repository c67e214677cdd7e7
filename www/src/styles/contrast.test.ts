// Every pair of colours that meets on a screen, in each theme, as tokens.css says
// them: text can be read, and what is no text can be told from what is behind it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import page from "../../index.html?raw";
import manifest from "../../public/manifest.webmanifest?raw";

// Not by an import: the test runner leaves style sheets empty.
const css = readFileSync(path.join(import.meta.dirname, "tokens.css"), "utf8");

type Tokens = Record<string, string>;
type Colour = [red: number, green: number, blue: number, alpha: number];

/** The blocks of the sheet, "media|selector" and what they declare, in order. */
function blocks(): { media: string; selector: string; tokens: Tokens }[] {
  const found: ReturnType<typeof blocks> = [];
  const open: string[] = [];
  let text = "";
  let tokens: Tokens = {};
  for (const c of css.replace(/\/\*[\s\S]*?\*\//g, "")) {
    if (c === "{") {
      open.push(text.trim().replace(/\s+/g, " "));
      tokens = {};
    } else if (c === ";") {
      const [, name, value] = /^\s*(--[\w-]+):\s*([\s\S]+)$/.exec(text) ?? [];
      if (name !== undefined && value !== undefined) tokens[name] = value.trim();
    } else if (c === "}") {
      const selector = open.pop() ?? "";
      const media = open.filter((at) => at.startsWith("@media")).join(" ");
      if (!selector.startsWith("@")) found.push({ media, selector, tokens });
    } else {
      text += c;
      continue;
    }
    text = "";
  }
  return found;
}

/** What holds for the page, or for what is always dark, in a theme. */
function theme(wishes: string[], place: ":root" | ".always-dark"): Tokens {
  const wished = (media: string): boolean =>
    media
      .replace("@media ", "")
      .split(" and ")
      .every((wish) => wish === "" || wishes.includes(wish));
  return Object.assign(
    {},
    ...blocks()
      .filter(({ media, selector }) => wished(media) && selector.split(", ").includes(place))
      .map(({ tokens }) => tokens),
  );
}

function colour(tokens: Tokens, name: string): Colour {
  const value = tokens[name] ?? "";
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value)?.[1];
  if (hex !== undefined) {
    const wide = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    const n = Number.parseInt(wide, 16);
    return [n >> 16, (n >> 8) & 255, n & 255, 1];
  }
  const rgb = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(value);
  if (rgb === null) throw new Error(`${name} is no colour: "${value}"`);
  return [Number(rgb[1]), Number(rgb[2]), Number(rgb[3]), Number(rgb[4]) / 100];
}

function over(top: Colour, below: Colour): Colour {
  const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
  return [mix(0), mix(1), mix(2), 1];
}

function luminance([red, green, blue]: Colour): number {
  const linear = (c: number): number =>
    c <= 0.04045 * 255 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function ratio(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["--bg", "--surface-1", "--surface-2", "--surface-3"];
const TEXTS: [string, string[]][] = [
  ["--text", [...SURFACES, "--surface-4"]],
  ["--text-2", SURFACES],
  ["--text-3", SURFACES.slice(0, 3)],
  ["--accent", SURFACES.slice(0, 3)],
  ["--problem", SURFACES.slice(0, 3)],
  ["--good", SURFACES.slice(0, 3)],
  ["--on-accent", ["--accent", "--accent-hover"]],
];
const SHAPES: [string, string[]][] = [
  ["--edge", ["--bg", "--surface-1", "--surface-2"]],
  ["--accent", ["--bg", "--surface-3"]],
  ["--chart-2", ["--surface-2"]],
  ["--chart-3", ["--surface-2"]],
  ["--focus", ["--focus-halo", "--bg"]],
  [
    "--avatar-ink",
    ["blue", "green", "grey", "orange", "pink", "purple", "red", "yellow"].map(
      (name) => `--avatar-${name}`,
    ),
  ],
];

const light = "(prefers-color-scheme: light)";
const more = "(prefers-contrast: more)";
const THEMES: [string, string[], ":root" | ".always-dark", number, number][] = [
  ["dark", [], ":root", 4.5, 3],
  ["light", [light], ":root", 4.5, 3],
  ["dark, more contrast", [more], ":root", 7, 4.5],
  ["light, more contrast", [light, more], ":root", 7, 4.5],
  ["the player where the page is light", [light], ".always-dark", 4.5, 3],
  ["the player, more contrast", [light, more], ".always-dark", 7, 4.5],
];

describe.each(THEMES)("%s", (_, wishes, place, text, shape) => {
  // What the player does not say again for itself it has from the page.
  const tokens = { ...theme(wishes, ":root"), ...theme(wishes, place) };
  const at = (name: string): Colour => colour(tokens, name);
  const low = (pairs: [string, string[]][], least: number): string[] =>
    pairs.flatMap(([name, grounds]) =>
      grounds
        .map((ground): [string, number] => [`${name} on ${ground}`, ratio(at(name), at(ground))])
        .filter(([, found]) => found < least)
        .map(([pair, found]) => `${pair}: ${found.toFixed(2)}`),
    );

  test("text can be read", () => expect(low(TEXTS, text)).toEqual([]));

  test("edges, bars and the focus can be seen", () => expect(low(SHAPES, shape)).toEqual([]));

  test("a bar's part can be told from the whole", () => {
    const track = over(at("--track"), at("--bg"));
    expect(ratio(at("--accent"), track)).toBeGreaterThanOrEqual(2.5);
  });

  test("the head can be read whatever scrolls below it", () => {
    for (const below of ["--text", "--bg", "--accent"]) {
      const ground = over(at("--veil-92"), at(below));
      expect(ratio(at("--text-2"), ground), below).toBeGreaterThanOrEqual(text);
    }
  });

  test("captions can be read over a white picture", () => {
    const ground = over(at("--shade-72"), [255, 255, 255, 1]);
    for (const colour of ["white", "yellow", "cyan", "green"])
      expect(ratio(at(`--caption-${colour}`), ground), colour).toBeGreaterThanOrEqual(7);
  });
});

test("what is always dark names every colour that a theme changes", () => {
  const dark = Object.keys(theme([], ".always-dark"));
  for (const wishes of [[light], [light, more]])
    for (const name of Object.keys(theme(wishes, ":root")))
      if (theme([], ":root")[name] !== theme(wishes, ":root")[name]) expect(dark).toContain(name);
});

test("nothing moves where that is not wished", () => {
  const moving = theme([], ":root");
  const still = theme(["(prefers-reduced-motion: reduce)"], ":root");
  const durations = Object.keys(moving).filter((name) => /^[\d.]+m?s$/.test(moving[name] ?? ""));
  expect(durations.length).toBeGreaterThan(2);
  for (const name of durations) expect(still[name], name).toBe("0s");
});

test("the browser's own frame has the page's colour in each theme", () => {
  const said = (scheme: string): string | undefined =>
    new RegExp(`theme-color" media="\\(prefers-color-scheme: ${scheme}\\)" content="(.*?)"`).exec(
      page,
    )?.[1];
  expect(said("dark")).toBe(theme([], ":root")["--bg"]);
  expect(said("light")).toBe(theme([light], ":root")["--bg"]);
  expect(JSON.parse(manifest).background_color).toBe(theme([], ":root")["--bg"]);
});
