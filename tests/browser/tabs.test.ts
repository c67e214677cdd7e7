// One person in several tabs of one browser: no script sees a token, one tab
// renews the session for all, each hears when it ends, and all share the one
// connection over which news come.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { BrowserContext, Page, Route } from "playwright-core";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { place } from "../world/media.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const world = await newWorld();
await showFilms(world, { isShort: true });
const visitor = await visit(world);
const { context, page: first } = visitor;
const asked: string[] = [];
context.on("request", (request) => asked.push(request.url()));
const count = (part: string): number => asked.filter((url) => url.includes(part)).length;
await context.addInitScript(() => {
  const sources: EventSource[] = [];
  const Real = EventSource;
  class Counted extends Real {
    constructor(url: string) {
      super(url);
      sources.push(this);
    }
  }
  Object.assign(window, { sources, EventSource: Counted });
});
/** How many connections for news are open at this moment. */
async function listening(): Promise<number> {
  let sum = 0;
  for (const page of context.pages())
    sum += await page
      .evaluate(
        () =>
          (window as unknown as { sources: EventSource[] }).sources.filter(
            (source) => source.readyState === EventSource.OPEN,
          ).length,
      )
      // It is being left: asked again.
      .catch(() => Number.NaN);
  return sum;
}
await signInByForm(first, email, password);

async function openTab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/");
  await card(page, movies.front).waitFor();
  return page;
}

const card = (page: Page, name: string) => page.locator(".card", { hasText: name }).first();

async function addFilm(name: string): Promise<void> {
  await place("front.mp4", path.join(world.films, `${name} (2015).mp4`));
  await world.rescan();
}

/** Until the release is called, these requests wait. */
async function hold(context: BrowserContext, part: string): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isOpen = false;
  await context.route(`**${part}**`, (route) => (isOpen ? route.continue() : held.push(route)));
  return async () => {
    isOpen = true;
    for (const route of held) await route.continue();
  };
}

test("no token is where a script could read it", async () => {
  const cookies = await context.cookies();
  assert.ok(cookies.length >= 2, "there are cookies");
  for (const { name, httpOnly, sameSite } of cookies)
    assert.deepEqual([httpOnly, sameSite], [true, "Strict"], name);
  const seen = await first.evaluate(async () =>
    JSON.stringify([
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      document.documentElement.outerHTML,
      await indexedDB.databases(),
      Object.values(window).filter((value) => typeof value === "string"),
    ]),
  );
  for (const { name, value } of cookies) assert.ok(!seen.includes(value), name);
  assert.doesNotMatch(seen, /eyJ[\w-]+\./, "nothing of the shape of a token");
  assert.equal(await first.evaluate(() => document.cookie), "");
});

test("two tabs whose token has run out at once renew it once", async () => {
  const second = await openTab();
  // First of all: what a tab is still asking for may be the first to be refused.
  const release = await hold(context, "/api/auth/refresh/");
  const before = count("/api/auth/refresh/");
  await context.clearCookies({ path: "/" });
  const left = (await context.cookies(`${world.origin}/api/auth/refresh`)).length;
  assert.equal(left, 1, "what renews it is there");
  for (const page of [first, second]) await page.getByRole("link", { name: "Account" }).click();
  // One of them renews, the other waits for that.
  await until("both to be refused", async () => {
    const { held = [], pending = [] } = await first.evaluate(() => navigator.locks.query());
    const isRenewal = ({ name = "" }) => name.startsWith("miauflix.renewed");
    return held.some(isRenewal) && pending.some(isRenewal);
  });
  await release();
  for (const page of [first, second]) {
    await page.getByRole("link", { name: "Home" }).click();
    await card(page, movies.front).waitFor();
  }
  assert.equal(count("/api/auth/refresh/") - before, 1);
  await second.close();
});

test("seven tabs listen over one connection, and a film still plays", async () => {
  const tabs: Page[] = [];
  while (tabs.length < 6) tabs.push(await openTab());
  await until("one to listen", async () => (await listening()) === 1);
  await addFilm("Heard By All");
  for (const page of [first, ...tabs]) await card(page, "Heard By All").waitFor();
  await until("one to listen", async () => (await listening()) === 1);
  const seventh = tabs[5] as Page;
  await seventh.goto(`/watch/movie-${await world.movieId(movies.front)}`);
  await seventh.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
  // Who listened for all leaves; what happens before another does is not lost.
  await context.route("**/api/events**", (route) => route.abort());
  const left = tabs.slice(0, 2);
  await first.goto("about:blank");
  await addFilm("Missed By None");
  await context.unroute("**/api/events**");
  for (const page of left) await card(page, "Missed By None").waitFor();
  await until("one to listen", async () => (await listening()) === 1);
  assert.match(asked.filter((url) => url.includes("/api/events")).at(-1) ?? "", /lastEventId=/);
  for (const page of tabs) await page.close();
});

test("a tab that nobody sees holds no connection", async () => {
  await first.goto("/");
  await until("it to listen", async () => (await listening()) === 1);
  const show = (isHidden: boolean) =>
    first.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await show(true);
  await until("it to leave", async () => (await listening()) === 0);
  await addFilm("While Away");
  await show(false);
  await card(first, "While Away").waitFor();
});

test("who signs out in one tab has left them all, and comes back to them all", async () => {
  const second = await openTab();
  // A film is no exception.
  await second.goto(`/watch/movie-${await world.movieId(movies.front)}`);
  await second.locator("video").waitFor();
  await second.waitForFunction(() =>
    performance.getEntriesByType("resource").some((entry) => /later-/.test(entry.name)),
  );
  const isSame = (page: Page) => page.evaluate(() => "mark" in window).catch(() => true);
  for (const page of [first, second]) await page.evaluate(() => Object.assign(window, { mark: 1 }));
  await first.getByRole("link", { name: "Account" }).click();
  await first.getByRole("button", { name: "Sign out", exact: true }).click();
  // Each is a page of its own: nothing that was read or typed is left in it.
  for (const page of [first, second]) {
    await until("a new page", async () => !(await isSame(page)));
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  }
  assert.equal(await second.locator(".card").count(), 0);
  await until("nobody to listen", async () => (await listening()) === 0);
  await signInByForm(first, email, password);
  await second.getByRole("navigation", { name: "Main" }).waitFor();
  await until("one to listen", async () => (await listening()) === 1);
});
