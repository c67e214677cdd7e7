// A title leaves the row of what one goes on with, by a key, a remote control, a finger
// and the menu of its card; it can be taken back, and is back when the server refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { pressKey, walkAll } from "../world/arrows.ts";
import { drawn, focused, press, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const YELLOW = 405;
const RED = 403;

const world = await newWorld();
await showFilms(world);
for (const name of [movies.tail, movies.front]) {
  const titleId = `movie-${await world.movieId(name)}`;
  const place = { titleId, position: 1, duration: 8, state: "paused" };
  await world.admin.send("/api/play/heartbeat", place);
}

async function atHome(options: Parameters<typeof visit>[1] = {}) {
  const visitor = await visit(world, options);
  await signInByForm(visitor.page, "admin@example.org", password);
  const row = visitor.page.getByRole("region", { name: "Continue watching" });
  const card = (name: string) => row.locator(".card", { hasText: name });
  await card(movies.front).waitFor();
  return { ...visitor, card };
}

const told = ({ page }: Pick<Visit, "page">, text: string) =>
  page.locator(".toast").getByText(text);

for (const [what, remove, undo] of [
  ["a keyboard", "Delete", "z"],
  ["a remote control", YELLOW, RED],
] as const)
  test(`by ${what}: one goes on with the next, and takes it back`, async () => {
    const { page, card, barriers, close } = await atHome();
    await card(movies.front).focus();
    await pressKey(page, remove);
    await card(movies.front).waitFor({ state: "detached" });
    assert.ok(await card(movies.tail).evaluate((one) => one === document.activeElement));
    assert.deepEqual(await barriers(), []);
    await pressKey(page, undo);
    await card(movies.front).waitFor();
    await close();
  });

test("by a finger: its button shows, and is large enough", async () => {
  const { page, card, close } = await atHome({ width: 390, height: 844, hasTouch: true });
  const button = page.getByRole("button", { name: `Remove ${movies.front} from this row` });
  const box = await button.boundingBox();
  assert.ok(box !== null && box.width >= 44 && box.height >= 44, JSON.stringify(box));
  await button.tap();
  await card(movies.front).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).tap();
  await card(movies.front).waitFor();
  await close();
});

const menu = (page: Page) => page.getByRole("dialog", { name: movies.front }).getByRole("menu");
const items = (page: Page) => menu(page).getByRole("menuitem");

/** What a right click tells; whether the browser may show its own menu. */
const ask = (card: Locator): Promise<boolean> =>
  card.evaluate((one) =>
    one.dispatchEvent(new PointerEvent("contextmenu", { bubbles: true, cancelable: true })),
  );

/** Cards have their keys soon after the page was loaded. */
async function withMenus(options: Parameters<typeof visit>[1] = {}) {
  const home = await atHome(options);
  await until("cards to have menus", async () => !(await ask(home.card(movies.front))));
  await items(home.page).first().waitFor();
  await home.page.keyboard.press("Escape");
  await menu(home.page).waitFor({ state: "detached" });
  return home;
}

test("by a remote without colours: OK held opens a menu, which does not press it", async () => {
  const { page, card, barriers, close } = await withMenus({ width: 1920, height: 1080 });
  await card(movies.front).focus();
  await page.keyboard.down("Enter");
  await items(page).first().waitFor();
  assert.deepEqual(await items(page).allTextContents(), [
    "Play",
    "Details",
    "Remove from this row",
  ]);
  // Still held, and then let go.
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await drawn(page);
  assert.equal(await focused(page), "Play");
  assert.equal(new URL(page.url()).pathname, "/");
  assert.deepEqual(await barriers(), []);
  await walkAll(page, "the card's menu");
  // The page below stays where it is when the menu is at its end.
  const scrolled = () => page.evaluate(() => [scrollY, document.body.scrollHeight > innerHeight]);
  const before = await scrolled();
  for (const _ of "four") await page.keyboard.press("ArrowDown");
  await drawn(page);
  assert.deepEqual([before, before[1]], [await scrolled(), true]);
  await pressKey(page, 461);
  await menu(page).waitFor({ state: "detached" });
  assert.ok(await card(movies.front).evaluate((one) => one === document.activeElement));
  assert.equal(new URL(page.url()).pathname, "/");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/movie\//);
  await close();
});

for (const [how, open] of [
  ["the menu key of a set", (page: Page) => pressKey(page, 462)],
  ["the menu key of a keyboard", (page: Page) => page.keyboard.press("ContextMenu")],
] as const)
  test(`by ${how}: it is removed, one goes on with the next, and takes it back`, async () => {
    const { page, card, close } = await withMenus();
    await card(movies.front).focus();
    await open(page);
    await items(page).first().waitFor();
    await press(page, "ArrowDown", /^Remove from this row$/);
    await page.keyboard.press("Enter");
    await card(movies.front).waitFor({ state: "detached" });
    assert.ok(await card(movies.tail).evaluate((one) => one === document.activeElement));
    // A remote without colours has no other key for it.
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await open(page);
    await page.getByRole("menuitem", { name: "Undo" }).waitFor();
    await press(page, "ArrowDown", /^Undo$/);
    await page.keyboard.press("Enter");
    await card(movies.front).waitFor();
    await close();
  });

test("by a right click: a press beside the menu closes it, and Play plays", async () => {
  const { page, card, complaints, close } = await withMenus();
  await card(movies.front).click({ button: "right" });
  await items(page).first().waitFor();
  await page.mouse.click(5, 5);
  await menu(page).waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).pathname, "/");
  await card(movies.front).click({ button: "right" });
  await items(page).first().click();
  await page.waitForURL(/\/watch\/movie-/);
  await page.locator("video").waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("by a finger that rests: its menu opens, with rows that are large enough", async () => {
  const phone = { width: 390, height: 844, hasTouch: true };
  const { page, card, barriers, close } = await withMenus(phone);
  // What Chromium on a phone tells of it; on a desktop it begins to drag the link.
  assert.equal(await ask(card(movies.front)), false, "the browser's own does not come");
  await items(page).first().waitFor();
  for (const item of await items(page).all()) {
    const { width = 0, height = 0 } = (await item.boundingBox()) ?? {};
    assert.ok(width >= 44 && height >= 44, `${width}×${height}`);
  }
  assert.deepEqual(await barriers(), []);
  await items(page).nth(1).tap();
  await page.waitForURL(/\/movie\//);
  await close();
});

test("the server answers 500: it is back, and that is said", async () => {
  const { page, card, close } = await atHome();
  const failed = { code: "internal", message: "The disk is full." };
  await page.route("**/api/progress/hide", (route) => route.fulfill({ status: 500, json: failed }));
  await card(movies.front).focus();
  await page.keyboard.press("Delete");
  await told({ page }, "The row was not changed. The disk is full.").waitFor();
  await card(movies.front).waitFor();
  await close();
});
