// What people see when something fails, and that it goes on by itself: the server
// is stopped, silenced and asked for what it does not have.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, followLink, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { misfits } from "../world/fit.ts";
import { root } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
await world.pictured();
const uma = "uma@example.org";
world.addPerson(uma);
const film = await world.movieId(movies.front);

/** Signed in, on a page of its own. */
async function visited(email = "admin@example.org"): Promise<Visit> {
  const visitor = await visit(world);
  await signInByForm(visitor.page, email, password);
  return visitor;
}

const line = (page: Page) => page.locator(".connection [role=status]");

test("the server goes and comes back: a quiet line, nothing moves, nothing is lost", async () => {
  const { page, barriers, shift, close } = await visited();
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .first()
    .waitFor();
  await drawn(page);
  const before = await shift();
  await world.stop();
  // Whatever asks next finds out.
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .last()
    .hover();
  await line(page).getByText("cannot be reached").waitFor();
  assert.ok((await shift()) - before < 0.001, "nothing has moved");
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  // What was not loaded yet says so on its page.
  await followLink(page, `/movie/${film}`);
  await page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  await world.start();
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.getByText("Connected again").waitFor();
  await page.getByText("Connected again").waitFor({ state: "detached" });
  await close();
});

test("a session that ends in mid-film: the film goes on, and so does what was typed", async () => {
  const { page, context, barriers, close } = await visited();
  await followLink(page, "/account");
  await page.getByLabel("Name").fill("Ada Lovelace");
  // Its cookies are gone, as if they had run out.
  await context.clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  const sheet = page.getByRole("dialog", { name: "Sign in again" });
  await sheet.waitFor();
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  const answer = page.waitForResponse((r) => r.request().method() === "PATCH" && r.ok());
  await sheet.getByLabel(/e-mail/i).fill("admin@example.org");
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Sign in", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
  assert.equal((await (await answer).json()).displayName, "Ada Lovelace", "what waited is sent");
  assert.equal(await page.getByLabel("Name").inputValue(), "Ada Lovelace");

  await followLink(page, `/watch/movie-${film}`);
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
  await page.evaluate(() => {
    const video = document.querySelector("video");
    if (video) Object.assign(video, { loop: true, id: "same" });
  });
  await context.clearCookies();
  // The player says where it is; that is refused.
  await sheet.waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /session has ended/ }).waitFor();
  const now = () => page.evaluate(() => document.querySelector<HTMLVideoElement>("#same"));
  assert.ok(await now(), "the same film");
  await page.waitForFunction(() => document.querySelector("video")?.paused === false);
  await page.getByRole("button", { name: /session has ended/ }).click();
  await sheet.getByLabel(/e-mail/i).fill("admin@example.org");
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Sign in", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
  assert.ok(await page.evaluate(() => document.querySelector("#same") !== null), "still the same");
  await close();
});

test("who signs in again in one tab goes on in all of them", async () => {
  const { page, context, close } = await visited();
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto("/account");
    await tab.getByLabel("Name").waitFor();
    await tab.evaluate(() => Object.assign(window, { isSame: true }));
  }
  await other.getByLabel("Name").fill("Typed over there");
  await context.clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  const sheet = page.getByRole("dialog", { name: "Sign in again" });
  await sheet.getByLabel(/e-mail/i).fill("admin@example.org");
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Sign in", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
  // It asks the server again, and has lost nothing.
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("Saved").first().waitFor();
  assert.equal(await other.getByLabel("Name").inputValue(), "Typed over there");
  for (const tab of [page, other]) assert.ok(await tab.evaluate(() => "isSame" in window));
  await page.reload();
  await page.getByLabel("Name").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "Typed over there");
  await close();
});

test("somebody else who signs in there finds nothing of it", async () => {
  const { page, context, close } = await visited();
  await followLink(page, "/account");
  await page.getByLabel("Name").fill("Nobody else's");
  await context.clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  const sheet = page.getByRole("dialog", { name: "Sign in again" });
  await sheet.getByLabel(/e-mail/i).fill(uma);
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Sign in", exact: true }).click();
  await sheet.waitFor({ state: "detached" });
  await page.waitForURL(/\/$/);
  await followLink(page, "/account");
  await page.getByText(uma).waitFor();
  assert.doesNotMatch(await page.getByLabel("Name").inputValue(), /Nobody/);
  await close();
});

test("what was typed and not saved is there again after Back, and is asked about", async () => {
  const { page, close } = await visited();
  await followLink(page, "/account");
  await page.getByLabel("Name").fill("Half a na");
  await page.goBack();
  await page.getByLabel("Name").waitFor({ state: "detached" });
  await followLink(page, "/account");
  assert.equal(await page.getByLabel("Name").inputValue(), "Half a na");
  const asked = page.waitForEvent("dialog");
  const left = page.evaluate(() => location.reload());
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  await left;
  assert.equal(await page.getByLabel("Name").inputValue(), "Half a na");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  await page.reload();
  await page.getByLabel("Name").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "Half a na");
  await close();
});

test("an update took away what the page still asks for: it loads anew, once", async () => {
  const { page, complaints, close } = await visited();
  const assets = path.join(root, "www/dist/assets");
  let loads = 0;
  page.on("framenavigated", () => {
    loads += 1;
  });
  // The build that this page is of has other files than the server now.
  await page.route(/assets\/.*\.js/, async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").pop() ?? "";
    const text = readFileSync(path.join(assets, name), "utf8");
    if (text.includes("downLimit")) return route.fulfill({ status: 404, body: "" });
    return route.continue();
  });
  await followLink(page, "/downloads");
  await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
  assert.equal(loads, 2, "the way there, and one loading anew");
  await page.unroute(/assets\/.*\.js/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
  complaints.length = 0;
  await close();
});
