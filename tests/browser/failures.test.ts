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

/** Whether anything stands where it did not, between two looks. */
function places(page: Page): Promise<string> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("main a, main button, main h1, main h2"), (e) => {
      const { left, top } = e.getBoundingClientRect();
      return `${Math.round(left)} ${Math.round(top + scrollY)}`;
    }).join(),
  );
}

const line = (page: Page) => page.locator(".connection [role=status]");

test("the server goes and comes back: a quiet line, nothing moves, nothing is lost", async () => {
  const { page, barriers, close } = await visited();
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .first()
    .waitFor();
  await drawn(page);
  const before = await places(page);
  await world.stop();
  // Whatever asks next finds out.
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .last()
    .hover();
  await line(page).getByText("cannot be reached").waitFor();
  assert.equal(await places(page), before, "nothing has moved");
  assert.deepEqual(await barriers(), []);
  // What was not loaded yet says so on its page.
  await follow(page, `/movie/${film}`);
  await page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
  assert.deepEqual(await barriers(), []);
  await world.start();
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.getByText("Connected again").waitFor();
  await page.getByText("Connected again").waitFor({ state: "detached" });
  await page.goBack();
  await drawn(page);
  assert.equal(await places(page), before, "home is as it was");
  await close();
});
