// What people see when something fails, and that it goes on by itself: the server
// is stopped, silenced and asked for what it does not have.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
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

/** Follows a link without loading the page. */
async function follow(page: Page, to: string): Promise<void> {
  await page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, to);
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
  // What was not loaded yet says so on its page.
  await follow(page, `/movie/${film}`);
  await page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
  assert.deepEqual(await barriers(), []);
  await world.start();
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.getByText("Connected again").waitFor();
  await page.getByText("Connected again").waitFor({ state: "detached" });
  await close();
});
