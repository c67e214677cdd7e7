// The parts of the design system, each in each state: compared with the pictures
// that were accepted, and looked at by axe in every theme.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { visit } from "../world/browser.ts";
import { forceStates, openGallery } from "../world/gallery.ts";
import { fixPictures, Pictures, shoot, still } from "../world/picture.ts";
import { build, root } from "../world/place.ts";

const gallery = await openGallery();
const pictures = new Pictures("gallery");

type Media = Parameters<Page["emulateMedia"]>[0];

const themes: [string, Media][] = [
  ["dark", { colorScheme: "dark", contrast: "no-preference", forcedColors: "none" }],
  ["light", { colorScheme: "light" }],
  ["light, more contrast", { contrast: "more" }],
  ["dark, more contrast", { colorScheme: "dark" }],
  ["colours of the system", { contrast: "no-preference", forcedColors: "active" }],
];

/** What opens over the page by a button of this name. */
const overs: [button: string, seen: string][] = [
  ["Dialog", "dialog[open]"],
  ["Sheet", "dialog.sheet[open]"],
  ["Help", "dialog[open] table"],
  ["Letters", "dialog.keyboard[open]"],
  ["Speed", "[role=menu]"],
  ["Toasts", ".toast"],
];

async function opened(width: number, height: number, query = "") {
  const visitor = await visit(gallery, { width, height });
  await fixPictures(visitor.page);
  await visitor.page.goto(`/ui.html${query}`);
  await visitor.page.locator("[data-part]").first().waitFor();
  await forceStates(visitor.page);
  // A picture of the whole page has those that nobody has scrolled to.
  await visitor.page.evaluate(() => {
    for (const image of Array.from(document.images)) image.loading = "eager";
  });
  return visitor;
}

/** Opens it, does something with it, and closes it. */
async function over(page: Page, [button, seen]: (typeof overs)[number], run: () => Promise<void>) {
  const at = page.getByRole("button", { name: button, exact: true });
  // A toast of before may lie over the button until it goes by itself.
  if ((await page.locator(".toast").count()) > 0) await at.dispatchEvent("click");
  else await at.click();
  await page.locator(seen).first().waitFor();
  // A toast goes by itself, unless somebody is on it.
  if (seen === ".toast") await page.getByRole("button", { name: "Undo" }).focus();
  await run();
  if (seen === ".toast") await page.getByRole("button", { name: "Undo" }).click();
  else await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

async function takeParts(page: Page, name: string, which: RegExp): Promise<void> {
  const whole = await shoot(page, true);
  const places = await page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>("[data-part]")).map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return { part: part.dataset.part ?? "", x: x + scrollX, y: y + scrollY, width, height };
    }),
  );
  for (const { part, ...at } of places)
    if (which.test(part)) pictures.cut(`${part.replace(/ /g, "-")}@${name}`, whole, at);
}

/** Of what is the same elsewhere no further picture is kept. */
const shapes = /^(card|rail|hero|grid|tabs|field|empty)/;
const colours = /^(type|button|icon b|field|check|card|tabs|progress|notice|panel)/;
const turned = /^(button|field|select|check|rail|hero|tabs|progress|notice)/;
const dark = themes[0]?.[1] ?? {};

const looks: [name: string, width: number, height: number, Media, parts: RegExp, overs: RegExp][] =
  [
    ["laptop", 1280, 800, dark, /./, /./],
    ["phone", 390, 844, dark, shapes, /Dialog|Sheet|Letters|Speed|Toasts/],
    ["tv", 1920, 1080, dark, shapes, /Sheet|Letters|Toasts/],
    ["light", 1280, 800, { colorScheme: "light" }, colours, /Speed/],
    ["contrast", 1280, 800, { colorScheme: "dark", contrast: "more" }, colours, /Speed/],
    ["rtl", 390, 844, dark, turned, /Sheet|Speed/],
  ];

for (const [name, width, height, media, parts, which] of looks)
  test(`pictures: ${name}`, async () => {
    const query = name === "rtl" ? "?dir=rtl" : "";
    const { page, complaints, close } = await opened(width, height, query);
    await page.emulateMedia(media);
    await takeParts(page, name, parts);
    for (const one of overs.filter(([button]) => which.test(button)))
      await over(page, one, async () => {
        pictures.take(`over-${one[0].toLowerCase()}@${name}`, await shoot(page));
      });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, "nothing is wider than the window");
    assert.deepEqual(complaints, []);
    await close();
  });

test("they are as they were accepted", () => {
  assert.deepEqual(pictures.compare(), [], "`npm run visual` shows what differs");
});

test("axe finds nothing on any part, nor on what opens, in any theme", async () => {
  const { page, barriers, close } = await opened(1280, 800);
  for (const [name, media] of themes) {
    await page.emulateMedia(media);
    await still(page);
    // Themes differ in nothing but their colours.
    const colours = name !== "dark";
    assert.deepEqual(await barriers({ colours }), [], name);
    for (const one of overs)
      await over(page, one, async () => {
        const within = colours ? one[1] : undefined;
        assert.deepEqual(await barriers({ colours, within }), [], `${name}, ${one[0]}`);
      });
  }
  await close();
});

test("the app that people get has no gallery", () => {
  const mark = "anybody who drew this";
  const texts = (folder: string) =>
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => /\.(js|css|html)$/.test(name))
      .map((name) => readFileSync(path.join(folder, name), "utf8"));
  assert.ok(texts(path.join(build, "gallery")).some((text) => text.includes(mark)));
  const app = texts(path.join(root, "www/dist"));
  assert.ok(app.length > 5);
  assert.ok(!app.some((text) => text.includes(mark) || text.includes("gallery")));
});
