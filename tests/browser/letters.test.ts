// A set in a living room: set-up and signing in by arrows and Enter alone, on the
// keyboard of the screen, which nobody sees who types or points.
import assert from "node:assert/strict";
import { test } from "node:test";
import { focused, press, visit } from "../world/browser.ts";
import { layFilms, movies } from "../world/films.ts";
import { write } from "../world/letters.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
await layFilms(world, { isShort: true });
const email = "mia@home.tv";
const password = "Kittens8";
const board = "dialog.keyboard";

test("set-up by arrows and Enter, and a film is there", async () => {
  const { page, barriers, complaints, close } = await visit(world, { width: 1920, height: 1080 });
  await page.goto("/");
  await page.waitForFunction(() => document.activeElement?.matches("input"));
  await write(page, "Mia");
  assert.equal(await page.getByLabel("Name").inputValue(), "Mia");
  // "Done" has led on to the next field, and at last to the button.
  await write(page, email);
  await write(page, password);
  assert.match(await focused(page), /^Go on/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Where are your films?" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".actions .button"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.matches("dialog .folder-list button"));
  // The path of the folder is long: only its first letters are written, to see that
  // the field of a dialog can be written into as well.
  await press(page, "ArrowDown", /^$/);
  await write(page, "/x");
  assert.equal(await page.locator("dialog input").inputValue(), "/x");
  assert.deepEqual(await barriers(), []);
  await page.keyboard.press("Escape");
  await world.visitor().signIn(email, password);
  assert.equal(world.ctl("library", "add", world.films).code, 0);
  await press(page, "ArrowRight", /^(Later|Go on)/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What may be contacted outside?" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("input, .button"));
  await press(page, "ArrowDown", /^To the films/);
  await page.keyboard.press("Enter");
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .first()
    .waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("signing in so, and Back closes the keyboard alone", async () => {
  const { page, barriers, complaints, close } = await visit(world);
  await page.goto("/");
  await page.waitForFunction(() => document.activeElement?.matches("input"));
  await page.keyboard.press("Enter");
  await page.locator(board).waitFor();
  assert.deepEqual(await barriers(), []);
  // Real keys write as well.
  await page.keyboard.type("mia@");
  await page.keyboard.press("Escape");
  await page.locator(board).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByLabel(/e-mail/i).inputValue(), "mia@");
  assert.ok(await page.evaluate(() => document.activeElement?.matches("[name=login]")));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await write(page, email.slice("mia@".length));
  await write(page, password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("who types or points does not see it", async () => {
  const { page, close } = await visit(world);
  await page.goto("/");
  await page.waitForFunction(() => document.activeElement?.matches("input"));
  await page.keyboard.type(email);
  // Enter sends the form, which lacks something: the keyboard would lie over it.
  await page.keyboard.press("Enter");
  await page.getByLabel("Password").click();
  await page.keyboard.press("Enter");
  await page.getByLabel(/e-mail/i).click();
  // Arrows, and then a pointer.
  await page.keyboard.press("ArrowDown");
  await page.getByLabel("Password").click();
  await page.keyboard.press("Enter");
  // Arrows, and then letters.
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.equal(await page.locator(board).count(), 0);
  await close();
});
