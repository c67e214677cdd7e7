// What is told to who does not see the screen: which page has come, and where the
// focus is; that a download is done, the server away and back, a form refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey } from "../world/arrows.ts";
import { drawn, focused, signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { forget, hears, startListening } from "../world/heard.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const world = await newWorld();
const bare = await newWorld({ hasAdmin: false });
await showFilms(world);
const swarm = await Swarm.for(world);
const film = await world.movieId(movies.front);
const visitor = await visit(world);
const { page } = visitor;
await startListening(page);

/** The page of this name has come: it is told, and stands in the window's title. */
async function comes(on: Page, name: string): Promise<void> {
  await hears(on, name);
  await on.waitForFunction((title) => document.title === title, `${name} – Miauflix`);
  await forget(on);
}

const hasFocus = (on: Page, selector: string) =>
  on.waitForFunction((at) => document.activeElement?.matches(at), selector);

test("a form that is refused says why, each time", async () => {
  await page.goto("/");
  await page.getByLabel(/e-mail/i).fill(email);
  for (let i = 0; i < 2; i++) {
    await page.getByLabel("Password", { exact: true }).fill("quite wrong");
    await page.keyboard.press("Enter");
    await hears(page, "wrong");
    await forget(page);
  }
  const other = await visit(bare);
  await startListening(other.page);
  await other.page.goto("/");
  await other.page.getByLabel("E-mail").fill(`${"a".repeat(65)}@example.org`);
  await other.page.getByLabel("Password", { exact: true }).fill("12345678");
  await other.page.keyboard.press("Enter");
  const field = other.page.locator("[aria-invalid=true]").first();
  await field.waitFor();
  const why = await field.evaluate(
    (input) => document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent,
  );
  assert.ok(why, "the field says what is wrong with it");
  await hears(other.page, why);
  await other.close();
  visitor.complaints.length = 0;
});

test("each page is told when it has come, and the focus is in it", async () => {
  await signInByForm(page, email, password);
  await comes(page, "Home");
  const nav = page.getByRole("navigation", { name: "Main" });
  for (const name of ["Downloads", "Settings", "Account", "Library"]) {
    await nav.getByRole("link", { name }).click();
    await comes(page, name);
    assert.equal(await focused(page), name, "who goes through the menu stays in it");
  }
  await nav.getByRole("link", { name: "Home" }).click();
  await comes(page, "Home");
  assert.match(await focused(page), /^Play/, "home is as it was left");
  // What led to the list lies below it: its heading has the focus.
  await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "/list/all-movies";
    document.querySelector(".home")?.append(link);
    link.focus();
    link.click();
    link.remove();
  });
  await comes(page, "Movies");
  await hasFocus(page, "h1");
  assert.equal(await focused(page), "Movies");
  await page.keyboard.press("ArrowDown");
  await hasFocus(page, ".grid li:first-child a");
  await page.getByRole("link", { name: new RegExp(movies.front) }).focus();
  await page.keyboard.press("Enter");
  await comes(page, movies.front);
  await hasFocus(page, "a.button.main");
  await page.keyboard.press("Enter");
  await comes(page, `Playing: ${movies.front}`);
  await hasFocus(page, "[aria-label=Player]");
  await page.keyboard.press("Escape");
  await comes(page, movies.front);
  await hasFocus(page, "a.button.main");
  await page.keyboard.press("Escape");
  await comes(page, "Movies");
  await hasFocus(page, `.grid a[href$="/movie/${film}"]`);
  await page.keyboard.press("Escape");
  await comes(page, "Home");
  await page.goto("/no/such/page");
  await page.waitForFunction(() => document.title === "Nothing here – Miauflix");
  assert.deepEqual(visitor.complaints, []);
});

test("the first page is told by its title alone, and what skips the menu leads into it", async () => {
  await page.goto("/downloads");
  await page.getByText(/free on the disk/).waitFor();
  await page.waitForFunction(() => document.title === "Downloads – Miauflix");
  assert.deepEqual(
    (await forget(page)).filter((text) => text === "Downloads"),
    [],
  );
  assert.ok(await page.evaluate(() => document.activeElement === document.body));
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to content");
  await page.keyboard.press("Enter");
  await hasFocus(page, "main");
  assert.equal(new URL(page.url()).pathname, "/downloads");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement?.closest("main") !== null));
});

test("a download that is done is told on any screen, over a film aloud alone", async () => {
  const other = await visit(world);
  await startListening(other.page);
  await signInByForm(other.page, email, password);
  const watched = other.page.waitForResponse(/\/api\/events/);
  await other.page.goto(`/watch/movie-${film}`);
  const heard = page.waitForResponse(/\/api\/events/);
  await page.goto("/account");
  await Promise.all([watched, heard]);
  for (const on of [page, other.page]) {
    await on.waitForFunction(() =>
      performance.getEntriesByType("resource").some((entry) => /later-/.test(entry.name)),
    );
    await drawn(on);
  }
  const comet = swarm.film("Comet", 600_000);
  const { title } = await swarm.added(comet.torrent);
  await swarm.peer(comet);
  const told = `${title} is downloaded.`;
  await hears(page, told);
  await page.locator(".toast", { hasText: told }).waitFor();
  await hears(other.page, told);
  assert.equal(await other.page.locator(".toast").count(), 0);
  await other.close();
});

test("a server that is away is told, and its return", async () => {
  await page.goto("/");
  const link = page.getByRole("link", { name: new RegExp(movies.front) });
  await link.first().waitFor();
  await forget(page);
  await world.stop();
  await link.last().hover();
  await pressKey(page, "ArrowDown");
  await hears(page, "The server cannot be reached. Trying again");
  await world.start();
  await hears(page, "Connected again");
  await visitor.close();
});
