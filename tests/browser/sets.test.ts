// The bundle for TV sets, in this Chromium with the test for newer browsers failing:
// somebody signs in, finds a film and plays it with the remote controls of three
// makers. No older browser is run here; what Chromium 68 knows is checked when the
// bundle is built.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, focused, signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await place("front.mp4", path.join(world.films, "Long Road (2017).mp4"), 90);
await place("vp9.webm", path.join(world.films, "Night Walk (2019).webm"), 60);
await world.addFolder(world.films);
await world.pictured();

/** Keys as these sets tell them: most have no name, only a code. */
const remotes = {
  Samsung: { back: 10009, toggle: 10252, forward: 417 },
  LG: { back: 461, toggle: 19, forward: 417 },
  "HbbTV sets": { back: 461, toggle: 402, forward: 417 },
};
const arrows = { left: 37, up: 38, right: 39, down: 40, enter: 13 };

/** As the set's browser would: a key that has no name. */
async function tap(page: Page, code: number): Promise<void> {
  await page.evaluate((keyCode) => {
    const at = document.activeElement ?? document.body;
    const event = { keyCode, key: "Unidentified", bubbles: true, cancelable: true };
    const isFree = at.dispatchEvent(new KeyboardEvent("keydown", event as KeyboardEventInit));
    at.dispatchEvent(new KeyboardEvent("keyup", event as KeyboardEventInit));
    if (isFree && keyCode === 13) (at as HTMLElement).click();
  }, code);
  await drawn(page);
}

/** Taps until what has the focus is called so. */
async function walk(page: Page, codes: number[], until: RegExp): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (until.test(await focused(page))) return;
    await tap(page, codes[i % codes.length] ?? 0);
  }
  throw new Error(`nothing called ${until} was reached: at ${await focused(page)}`);
}

/** Styles are in layers, scripts in the syntax of 2022: not here. */
function beOld(): void {
  Reflect.deleteProperty(window, "CSSLayerBlockRule");
}

const isOld = (page: Page) =>
  page.evaluate(() =>
    performance.getEntriesByType("resource").some((one) => one.name.includes("/assets/old-app")),
  );

describe("with the bundle for TV sets", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await visit(world, { width: 1920, height: 1080 });
    page = visitor.page;
    await page.addInitScript(beOld);
    await signInByForm(page, "admin@example.org", password);
    await page
      .getByRole("link", { name: /Long Road/ })
      .first()
      .waitFor();
    assert.ok(await isOld(page));
    assert.equal(await page.locator('link[rel="stylesheet"]').count(), 1);
  });
  after(() => visitor.close());

  for (const [maker, keys] of Object.entries(remotes))
    test(`a film plays by the remote control of ${maker}`, async () => {
      await walk(page, [arrows.down, arrows.right], /Long Road/);
      await tap(page, arrows.enter);
      await page.waitForURL(/\/movie\//);
      await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
      await page.waitForFunction(() => document.activeElement?.closest("main") !== null);
      await walk(page, [arrows.down, arrows.up, arrows.left], /^(Play|Resume|Continue)/);
      await tap(page, arrows.enter);
      await page.waitForFunction(() => {
        const video = document.querySelector("video");
        const isOn = video !== null && !video.paused && !video.seeking && video.readyState > 2;
        return isOn && video.played.length > 0 && video.currentTime > 0.3;
      });
      await tap(page, keys.toggle);
      await page.waitForFunction(() => document.querySelector("video")?.paused === true);
      const at = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
      await tap(page, keys.forward);
      await page.waitForFunction(
        (from) => (document.querySelector("video")?.currentTime ?? 0) >= from + 9,
        at,
      );
      await tap(page, keys.back);
      await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
      await tap(page, keys.back);
      await page
        .getByRole("link", { name: /Night Walk/ })
        .first()
        .waitFor();
    });

  test("screens are laid out, in both directions, without a complaint", async () => {
    const box = async (selector: string) => {
      const found = await page.locator(selector).first().boundingBox();
      assert.ok(found, selector);
      return found;
    };
    const poster = await box(".card .picture.poster");
    assert.ok(Math.abs(poster.height / poster.width - 1.5) < 0.02, JSON.stringify(poster));
    const rail = page.locator('.rail[aria-label="Recently added"] li');
    const [one, two] = [rail.nth(0), rail.nth(1)];
    const gapOf = async (): Promise<number> => {
      const [a, b] = [await one.boundingBox(), await two.boundingBox()];
      assert.ok(a && b);
      return Math.max(b.x - a.x - a.width, a.x - b.x - b.width);
    };
    assert.ok((await gapOf()) >= 12, "cards stand apart");
    const others = visitor.complaints.filter(
      (one) => one.trim() !== "page:" && one.trim() !== "page: Error",
    );
    assert.deepEqual(others, []);
    await page.evaluate(() => {
      document.documentElement.dir = "rtl";
    });
    await page.waitForFunction(() =>
      document.querySelector<HTMLLinkElement>("link[data-rtl]")?.href.includes("old-rtl"),
    );
    await page.waitForFunction(() => {
      const [first, second] = Array.from(
        document.querySelectorAll('.rail[aria-label="Recently added"] li'),
      );
      const [a, b] = [first?.getBoundingClientRect(), second?.getBoundingClientRect()];
      return a !== undefined && b !== undefined && a.left - b.right >= 12;
    });
  });
});

test("a browser that is older still is told so", async () => {
  const visitor = await visit(world);
  try {
    await visitor.page.addInitScript(beOld);
    await visitor.page.addInitScript(() => {
      Reflect.deleteProperty(window, "AbortController");
    });
    await visitor.page.goto("./");
    await visitor.page.getByRole("heading", { name: "This browser is too old" }).waitFor();
  } finally {
    await visitor.close();
  }
});
