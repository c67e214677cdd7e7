// A title leaves the row of what one goes on with, by a key, a remote control and a
// finger; it can be taken back, and is back when the server refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pressKey } from "../world/arrows.ts";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
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
