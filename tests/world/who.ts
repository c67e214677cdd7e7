// The page that asks who is watching, as browser tests see it.
import type { Page } from "playwright-core";
import { pressKey } from "./arrows.ts";
import { type Visit, visit } from "./browser.ts";
import { movies } from "./films.ts";
import { password, type World } from "./world.ts";

export const face = (page: Page, name: RegExp) => page.locator(".face", { hasText: name });
export const chooser = (page: Page) =>
  page.getByRole("heading", { name: "Who’s watching?", level: 1 });
export const home = (page: Page) =>
  page.getByRole("link", { name: new RegExp(movies.front) }).first();

/** Everybody is shown, and keys do something. */
export const onFace = (page: Page) =>
  page.waitForFunction(() => document.activeElement?.matches(".face"));

/** A browser in which somebody has signed in and watches as their first profile. */
export async function atHome(
  world: World,
  email: string,
  options: Parameters<typeof visit>[1] = {},
): Promise<Visit> {
  const visitor = await visit(world, options);
  const { page } = visitor;
  await page.goto("./");
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await chooser(page).waitFor();
  await onFace(page);
  await page.keyboard.press("1");
  await home(page).waitFor();
  return visitor;
}

/** Goes on as somebody by a remote's blue key and their digit. */
export async function switchTo(page: Page, digit: string): Promise<void> {
  await pressKey(page, 406);
  await chooser(page).waitFor();
  await onFace(page);
  await page.keyboard.press(digit);
}
