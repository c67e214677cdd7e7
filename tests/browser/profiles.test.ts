// Who is watching: chosen at the start, by two keys from anywhere, by a PIN on keys of
// the screen; several people in one browser; and a child's profile, for which nothing
// of what is hidden is left anywhere in the browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey, walkAll } from "../world/arrows.ts";
import { focused, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { pageMs, until } from "../world/place.ts";
import { startSwitch } from "../world/switch.ts";
import { newWorld, password } from "../world/world.ts";

const email = "parent@example.org";
const world = await newWorld({ hasTls: false });
await showFilms(world);
await world.pictured();
const between = await startSwitch(world);
after(() => between.off());

const seen = await world.movieId(movies.front);
const hidden = await world.movieId(movies.tail);
await world.admin.put(`/api/titles/movie-${seen}/certification`, { minimumAge: 0 });
await world.admin.put(`/api/titles/movie-${hidden}/certification`, { minimumAge: 17 });

const parent = await world.person(email, "admin");
const child = await parent.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
const guest = "guest@example.org";
world.addPerson(guest);

const face = (page: Page, name: RegExp) => page.locator(".face", { hasText: name });
const chooser = (page: Page) => page.getByRole("heading", { name: "Who’s watching?", level: 1 });
const home = (page: Page) => page.getByRole("link", { name: new RegExp(movies.front) }).first();
const isHidden = (text: string): boolean =>
  !text.includes(movies.tail) && !text.includes(`movie/${hidden}`);

/** A browser at a set's size in which the parent has signed in and watches as themselves. */
async function atHome(worker = false): Promise<Visit> {
  const visitor = await visit(world, {
    width: 1920,
    height: 1080,
    worker,
    ...(worker && { origin: between.origin }),
  });
  const { page } = visitor;
  await page.goto("./");
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await chooser(page).waitFor();
  await face(page, /parent/i).click();
  await home(page).waitFor();
  return visitor;
}

/** Goes on as somebody by the blue key and their digit. */
async function switchTo(page: Page, digit: string): Promise<void> {
  await pressKey(page, 406);
  await chooser(page).waitFor();
  await page.locator(".face").first().waitFor();
  await page.keyboard.press(digit);
}

describe("who is watching", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await atHome();
    page = visitor.page;
  });
  after(() => visitor.close());

  test("is asked at the start, where more than one may watch, whatever is opened", async () => {
    const other = await visitor.context.newPage();
    await other.goto(`/movie/${seen}`);
    await chooser(other).waitFor();
    assert.equal(await other.getByRole("navigation").count(), 0);
    // The one who watched last has the focus: one press goes on.
    await other.waitForFunction(() => document.activeElement?.matches(".face[aria-current]"));
    await other.keyboard.press("Enter");
    await other.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await other.reload();
    await other.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await other.close();
  });

  test("two keys of a remote lead from home to another profile", async () => {
    await pressKey(page, 406);
    await chooser(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("Mia"));
    await page.keyboard.press("Enter");
    await home(page).waitFor();
    assert.ok(isHidden(await page.content()));
    const { profile } = await (await page.request.get(`${world.origin}/api/auth/session`, {
      headers: { "X-Session-Id": await sessionOf(page) },
    })).json();
    assert.equal(profile.id, child.id);
  });

  test("a child leaves with the password alone, and Back leads to where it was", async () => {
    await switchTo(page, "1");
    await page.getByRole("dialog", { name: /Password for/ }).waitFor();
    await pressKey(page, 461);
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("1");
    await page.getByLabel("Password of the account").fill("not the password");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password of the account").fill(password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("link", { name: new RegExp(movies.tail) }).first().waitFor();
  });
});

const sessionOf = (page: Page): Promise<string> =>
  page.evaluate(() => localStorage.getItem("miauflix.session") ?? "");
