// Nothing blinks: who comes back to a page finds it as it was, without a question
// to the server; a title is there with its first frame; nothing moves by itself,
// and motion blocks nobody.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, signInByForm, visit } from "../world/browser.ts";
import { fillHouse } from "../world/household.ts";
import { inTime, until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const world = await newWorld();
await fillHouse(world);
const visitor = await visit(world);
const { page } = visitor;
await signInByForm(page, email, password);

const movies = (on: Page) => on.getByRole("region", { name: "Movies" });

/** Focuses a card of the row of films, which grows until it is there. */
async function goToCard(on: Page, place: number) {
  const cards = movies(on).locator("a.card");
  await cards.first().waitFor();
  await until("the row to grow", async () => {
    const n = await cards.count();
    if (n > place) return true;
    await cards.nth(n - 1).scrollIntoViewIfNeeded();
    return false;
  });
  await cards.nth(place).scrollIntoViewIfNeeded();
  await cards.nth(place).focus();
  return cards.nth(place);
}

/** From now on the server gives no answer, until the result is called. */
async function silence(on: Page, at: string | RegExp): Promise<() => Promise<void>> {
  let isSilent = true;
  const waiting: (() => void)[] = [];
  await on.route(at, async (route) => {
    if (isSilent) await new Promise<void>((go) => waiting.push(go));
    await route.continue().catch(() => undefined);
  });
  return async () => {
    isSilent = false;
    for (const go of waiting) go();
  };
}

test("back: the same nodes, focus and scroll, before the server is asked", async () => {
  const card = await goToCard(page, 30);
  await drawn(page);
  await page.evaluate(() => {
    const nodes = Array.from(document.querySelectorAll(".home *"));
    const rail = document.activeElement?.closest("[data-rail]");
    const left = rail?.scrollLeft ?? 0;
    Object.assign(window, { was: { nodes, focus: document.activeElement, scrollY, rail, left } });
  });
  await page.keyboard.press("Enter");
  await page.locator(".title-page h1").waitFor();
  await page.waitForFunction(() => scrollY === 0);
  const speak = await silence(page, "**/api/**");
  const found = await page.evaluate(
    () =>
      new Promise<Record<string, unknown>>((done) => {
        const { was } = window as unknown as {
          was: {
            nodes: Element[];
            focus: Element;
            scrollY: number;
            rail: Element;
            left: number;
          };
        };
        const look = () =>
          done({
            nodes: was.nodes.filter((node) => !node.isConnected).length,
            hasFocus: document.activeElement === was.focus,
            isVisible: was.focus.checkVisibility({ contentVisibilityAuto: true }),
            scrolled: scrollY - was.scrollY,
            scrolledRail: was.rail.scrollLeft - was.left,
          });
        // The page stands in the first frame after the browser says so.
        addEventListener("popstate", () => requestAnimationFrame(look));
        history.back();
      }),
  );
  assert.deepEqual(found, {
    nodes: 0,
    hasFocus: true,
    isVisible: true,
    scrolled: 0,
    scrolledRail: 0,
  });
  await speak();
  // What is asked for afterwards changes nothing that is the same.
  await page.waitForLoadState("networkidle");
  await drawn(page);
  assert.ok(await card.evaluate((element) => element === document.activeElement));
  assert.equal(await page.evaluate(() => scrollY), await page.evaluate("was.scrollY"));
});

test("home shows before its last rows are here, and these move nothing", async () => {
  const visitor = await visit(world);
  const { page } = visitor;
  await signInByForm(page, email, password);
  const lists: { slug: string }[] = await world.admin.read("/api/lists");
  assert.ok(lists.length > 5);
  // How many more rows each turn of the page has drawn.
  await page.addInitScript(() => {
    const turns: number[] = [];
    Object.assign(window, { turns });
    let before = 0;
    new MutationObserver(() => {
      const now = document.querySelectorAll(".rail:has(a.card)").length;
      if (now > before) turns.push(now - before);
      before = now;
    }).observe(document, { childList: true, subtree: true });
  });
  const speak = await silence(page, new RegExp(`/api/lists/${lists.at(-1)?.slug}\\?`));
  await page.goto("/");
  await page.locator(".hero h1").waitFor();
  await movies(page).locator("a.card").first().waitFor();
  const begun = await page.locator(".rail").count();
  const title = await page.locator(".hero h1").textContent();
  await speak();
  await until("all rows", async () => (await page.locator(".rail").count()) === lists.length);
  assert.ok(begun < lists.length);
  const turns = await page.evaluate(() => (window as unknown as { turns: number[] }).turns);
  assert.ok(Math.max(...turns) <= 2, `rows at a time: ${turns}`);
  assert.equal(await page.locator(".hero h1").textContent(), title);
  assert.ok((await visitor.shift()) < 0.001, `moved by ${await visitor.shift()}`);
  await visitor.close();
});

test("back: a row that came above does not push the card away", async () => {
  const uma = await world.person("uma@example.org");
  const { page, close } = await visit(world, { width: 1280, height: 800 });
  await signInByForm(page, "uma@example.org", password);
  // Of the first row, with the picture on top still to be seen: what the browser
  // itself holds is above that row.
  const card = page.getByRole("region", { name: "Recently added" }).locator("a.card").first();
  await card.focus();
  await card.scrollIntoViewIfNeeded();
  await drawn(page);
  const top = () => card.evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const was = await top();
  await page.keyboard.press("Enter");
  await page.locator(".title-page h1").waitFor();
  const titleId = `movie-${await world.movieId("First Light")}`;
  const begun = { titleId, position: 40, duration: 90, state: "paused" };
  await uma.send("/api/play/heartbeat", begun);
  await page.goBack();
  await page.getByRole("region", { name: "Continue watching" }).waitFor();
  await drawn(page);
  assert.equal(await top(), was);
  assert.ok(await card.evaluate((element) => element === document.activeElement));
  await close();
});

test("a title is there with its first frame, and the server knows what is meant", async () => {
  const { page, close } = await visit(world);
  const id = await world.movieId("First Light");
  let isFetched = false;
  let isTold = false;
  page.on("response", (response) => {
    isFetched ||= response.url().includes(`/api/movies/${id}`);
  });
  page.on("request", (request) => {
    isTold ||= request.url().endsWith("/intent") && request.postData()?.includes(`${id}`) === true;
  });
  await signInByForm(page, email, password);
  const link = page.locator(".home a.card", { hasText: "First Light" }).first();
  await link.hover();
  await link.focus();
  await until("its page to be fetched", async () => isFetched);
  await until("the server to be told", async () => isTold);
  const speak = await silence(page, /\/api\/(movies|shows)\/\d+/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "First Light", level: 1 }).waitFor();
  await page.getByRole("link", { name: /^(Play|Resume)/ }).waitFor();
  await speak();
  await close();
});

test("what was fetched just now is not asked for again when it is opened", async () => {
  const { page, close } = await visit(world);
  const id = await world.movieId("First Light");
  let asked = 0;
  let isFetched = false;
  page.on("request", (request) => {
    if (request.url().includes(`/api/movies/${id}`)) asked += 1;
  });
  page.on("response", (response) => {
    isFetched ||= response.url().includes(`/api/movies/${id}`);
  });
  // Only who hears of changes may trust what came before.
  await page.addInitScript(() => {
    const Real = EventSource;
    class Noted extends Real {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener("open", () =>
          document.documentElement.setAttribute("data-hears", ""),
        );
      }
    }
    window.EventSource = Noted;
  });
  await signInByForm(page, email, password);
  const count = await inTime(4000, async (begins) => {
    await page.goto("/");
    await page.locator("[data-hears]").waitFor();
    asked = 0;
    isFetched = false;
    begins();
    await page.locator(".home a.card", { hasText: "First Light" }).first().focus();
    await until("its page to be fetched", () => isFetched);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "First Light", level: 1 }).waitFor();
    await drawn(page);
    return asked;
  });
  assert.equal(count, 1);
  await close();
});

for (const [name, width, height] of [
  ["phone", 390, 844],
  ["laptop", 1280, 800],
  ["television", 1920, 1080],
] as const) {
  test(`nothing moves by itself on a ${name}, where motion is welcome`, async () => {
    const visitor = await visit(world, { width, height });
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await signInByForm(page, email, password);
    await goToCard(page, 5);
    // What the app does once it is shown has begun.
    await page.waitForFunction(() =>
      performance.getEntriesByType("resource").some((entry) => /later-/.test(entry.name)),
    );
    await page.keyboard.press("Enter");
    await page.locator(".title-page h1").waitFor();
    await page.waitForLoadState("networkidle");
    await page.goBack();
    await movies(page).getByRole("heading").getByRole("link").click();
    await page.locator(".grid a.card").nth(20).waitFor();
    await page.waitForLoadState("networkidle");
    assert.ok((await visitor.shift()) < 0.001, `moved by ${await visitor.shift()}`);
    assert.deepEqual(visitor.complaints, []);
    await visitor.close();
  });
}

test("a title's page comes by a transition where that is wished, and keys go through", async () => {
  for (const [reducedMotion, count] of [
    ["no-preference", 2],
    ["reduce", 0],
  ] as const) {
    const visitor = await visit(world);
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion });
    await page.addInitScript(() => {
      const begin = document.startViewTransition.bind(document);
      const seen: boolean[] = [];
      Object.assign(window, { seen });
      document.startViewTransition = (change) => {
        seen.push(document.querySelector(".turning") !== null);
        return begin(change);
      };
    });
    await signInByForm(page, email, password);
    await page.waitForFunction(() =>
      performance.getEntriesByType("resource").some((entry) => /later-/.test(entry.name)),
    );
    for (let i = 0; i < 2; i++) {
      await goToCard(page, 2);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await page.locator(".home:not([hidden])").waitFor();
      await page.locator(".title-page").waitFor({ state: "detached" });
    }
    const seen = await page.evaluate(() => (window as unknown as { seen: boolean[] }).seen);
    assert.deepEqual(seen, Array(count).fill(true));
    assert.deepEqual(visitor.complaints, []);
    await visitor.close();
  }
});
