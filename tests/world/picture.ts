// Pictures of screens, compared with those that were accepted before: they are in
// tests/visual/<set>/, and `npm run visual` shows what differs and takes it over.
// What a picture must not depend on is fixed here: fonts, the caret, motion.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import pixelmatch from "pixelmatch";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { build, root } from "./place.ts";

/**
 * How far two pictures may lie apart. `share` is how much of one may differ: pixels
 * further apart than `colour` (0 to 1; edges of letters, which another release of
 * the browser smooths otherwise, do not count), or squares of `square` pixels whose
 * mean is further apart than `mean` (of 255), as dark surfaces on dark pages are.
 */
export const tolerance = { colour: 0.2, share: 0.005, square: 16, mean: 6 };

export const accepted = path.join(root, "tests/visual");
/** What the last run found different. */
export const found = path.join(build, "visual");

export interface Finding {
  name: string;
  what: "changed" | "new" | "gone";
  share: number;
}

export function read(file: string): PNG {
  return PNG.sync.read(readFileSync(file));
}

/** The last two bits of a colour are the browser's noise in gradients, and most of
 * a picture's size. */
function calm(picture: PNG): PNG {
  for (let i = 0; i < picture.data.length; i++)
    picture.data[i] = i % 4 === 3 ? 255 : (picture.data[i] ?? 0) & 0xfc;
  return picture;
}

export function pack(picture: PNG): Buffer {
  const how = { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 } as const;
  return PNG.sync.write(picture, how);
}

/** Half as wide and high: what is seen from three metres. */
function halved(picture: PNG): PNG {
  const half = new PNG({ width: picture.width >> 1, height: picture.height >> 1 });
  const at = (x: number, y: number, k: number) =>
    picture.data[4 * (y * picture.width + x) + k] ?? 0;
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++)
      for (let k = 0; k < 4; k++) {
        const sum =
          at(2 * x, 2 * y, k) +
          at(2 * x + 1, 2 * y, k) +
          at(2 * x, 2 * y + 1, k) +
          at(2 * x + 1, 2 * y + 1, k);
        half.data[4 * (y * half.width + x) + k] = sum >> 2;
      }
  return half;
}

/** The mean of each square, a colour after the other. */
function means(picture: PNG): number[] {
  const { square } = tolerance;
  const across = Math.ceil(picture.width / square);
  const sums = new Float64Array(across * Math.ceil(picture.height / square) * 3);
  const counts = new Float64Array(sums.length);
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++)
      for (let k = 0; k < 3; k++) {
        const to = 3 * (((y / square) | 0) * across + ((x / square) | 0)) + k;
        sums[to] = (sums[to] ?? 0) + (picture.data[4 * (y * picture.width + x) + k] ?? 0);
        counts[to] = (counts[to] ?? 0) + 1;
      }
  return Array.from(sums, (sum, i) => sum / (counts[i] ?? 1));
}

function squaresApart(a: PNG, b: PNG): number {
  const [one, other] = [means(a), means(b)];
  let apart = 0;
  for (let i = 0; i < one.length; i += 3)
    if ([0, 1, 2].some((k) => Math.abs((one[i + k] ?? 0) - (other[i + k] ?? 0)) > tolerance.mean))
      apart += 1;
  return (3 * apart) / one.length;
}

function sized(picture: PNG, width: number, height: number): PNG {
  if (picture.width === width && picture.height === height) return picture;
  const whole = new PNG({ width, height });
  PNG.bitblt(picture, whole, 0, 0, picture.width, picture.height, 0, 0);
  return whole;
}

/** How much differs, and where. One larger than the other differs
 * in all that it has more. */
export function differ(before: PNG, after: PNG): { share: number; where: PNG } {
  const width = Math.max(before.width, after.width);
  const height = Math.max(before.height, after.height);
  const where = new PNG({ width, height });
  const [a, b] = [sized(before, width, height), sized(after, width, height)];
  const count = pixelmatch(a.data, b.data, where.data, width, height, {
    threshold: tolerance.colour,
  });
  return { share: Math.max(count / (width * height), squaresApart(a, b)), where };
}

/** A set of pictures that are taken by one file of tests. */
export class Pictures {
  #set: string;
  #taken = new Map<string, PNG>();

  constructor(set: string) {
    this.#set = set;
  }

  /** Keeps a picture under a name; names are of this set alone. One of a set at
   * three metres is kept at half its size. */
  take(name: string, picture: PNG): void {
    if (this.#taken.has(name)) throw new Error(`two pictures are called ${name}`);
    this.#taken.set(name, calm(name.endsWith("@tv") ? halved(picture) : picture));
  }

  /** Keeps a part of a picture. */
  cut(name: string, whole: PNG, at: { x: number; y: number; width: number; height: number }): void {
    const [x, y] = [Math.round(at.x), Math.round(at.y)];
    const width = Math.min(Math.round(at.width), whole.width - x);
    const height = Math.min(Math.round(at.height), whole.height - y);
    const part = new PNG({ width, height });
    PNG.bitblt(whole, part, x, y, width, height, 0, 0);
    this.take(name, part);
  }

  /** What differs from what was accepted, in words; it is left where
   * `npm run visual` finds it. */
  compare(): string[] {
    const before = path.join(accepted, this.#set);
    const to = path.join(found, this.#set);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true });
    const findings: Finding[] = [];
    for (const [name, after] of this.#taken) {
      const file = path.join(before, `${name}.png`);
      if (!existsSync(file)) findings.push({ name, what: "new", share: 1 });
      else {
        const { share, where } = differ(read(file), after);
        if (share <= tolerance.share) continue;
        findings.push({ name, what: "changed", share });
        writeFileSync(path.join(to, `${name}.diff.png`), pack(where));
      }
      writeFileSync(path.join(to, `${name}.png`), pack(after));
    }
    for (const file of existsSync(before) ? readdirSync(before) : [])
      if (!this.#taken.has(file.replace(/\.png$/, "")))
        findings.push({ name: file.replace(/\.png$/, ""), what: "gone", share: 1 });
    writeFileSync(path.join(to, "findings.json"), JSON.stringify(findings));
    return findings.map(
      ({ name, what, share }) =>
        `${this.#set}/${name} is ${what}${what === "changed" ? ` (${(100 * share).toFixed(2)} %)` : ""}`,
    );
  }
}

/** Runs in the page: the same letters on every machine, and no caret. Sheets that
 * a script makes are no inline styles, which the content policy forbids. */
function fixLooks(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :root { --font: "DejaVu Sans" !important; --font-code: "DejaVu Sans Mono" !important; }
    * { caret-color: transparent !important; scrollbar-width: none !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** To be called before the page is opened. */
export async function fixPictures(page: Page): Promise<void> {
  await page.addInitScript(fixLooks);
}

/** Everything has come, and was drawn. */
export async function still(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      document.fonts.status === "loaded" &&
      Array.from(document.images).every((i) => i.complete || i.loading === "lazy"),
  );
  await page.evaluate(async () => {
    const shown = Array.from(document.images).filter((image) => image.complete && image.src);
    await Promise.all(shown.map((image) => image.decode().catch(() => undefined)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

export async function shoot(page: Page, isWhole = false): Promise<PNG> {
  await still(page);
  return PNG.sync.read(
    await page.screenshot({ fullPage: isWhole, caret: "initial", animations: "allow" }),
  );
}
