// What a browser that has nothing yet asks for, and what waits for what. Requests are
// held back until all of a wave are there, so that none of them can have waited for
// another's answer; then all are answered at once. A request that comes in a later
// wave than it could leaves its own wave incomplete, and the test fails after a minute.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page, Route } from "playwright-core";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
await world.pictured();
const film = await world.movieId(movies.front);
const place = { titleId: `movie-${film}`, position: 8, duration: 20 };
await world.admin.send("/api/play/heartbeat", place);
const lists: { slug: string }[] = await world.admin.read("/api/lists");

/** Bytes that a cold page may cost, as they are sent, with headers. */
const most = { home: 50_000, door: 43_000 };

/** Who is signed in, in a browser whose cache is empty. */
const visitor = await visit(world);
await signInByForm(visitor.page, "admin@example.org", password);
const state = await visitor.context.storageState();
await visitor.close();

/** Closed with its test, whose requests may be held back still. */
async function cold(t: TestContext, isSignedIn: boolean, width = 1280) {
  const visitor = await visit(world, { width, height: 800 });
  t.after(() => visitor.close());
  if (!isSignedIn) return visitor;
  await visitor.context.addCookies(state.cookies);
  const kept = state.origins.flatMap((origin) => origin.localStorage);
  await visitor.context.addInitScript((rows) => {
    for (const { name, value } of rows) localStorage.setItem(name, value);
  }, kept);
  return visitor;
}

/** A request as it is named here: without what is another in each build or session. */
function nameOf(address: string): string {
  const url = new URL(address);
  url.searchParams.delete("session");
  return (url.pathname + url.search)
    .replace(/^\/assets\/([\w-]+)-[\w-]{8}\.(js|css)$/, "$1.$2")
    .replace(/^\/api\/images\/.*/, "picture");
}

/** For what may come next, once everything is shown; and what the server is told. */
const AFTERWARDS = /^(?!news|early|index|first)[\w-]+\.(js|css)$|^\/favicon|^\/api\/ui\/intent$/;

class Held {
  #waiting: { name: string; route: Route }[] = [];
  /** All that was asked, in its order, and where exactly. */
  asked: string[] = [];
  #addresses: string[] = [];
  /** Answers what has not been named by any wave. */
  isOpen = false;

  /** `passes` is let through at once. */
  async begin(page: Page, passes: RegExp): Promise<void> {
    await page.route("**/*", async (route) => {
      const address = route.request().url();
      const name = nameOf(address);
      this.asked.push(name);
      this.#addresses.push(address);
      if (this.isOpen || passes.test(name)) await route.continue();
      else this.#waiting.push({ name, route });
    });
  }

  /** Waits until these, and nothing else, are asked for, and answers all. */
  async wave(...names: string[]): Promise<void> {
    const wanted = names.toSorted();
    const found = (): string[] => this.#waiting.map(({ name }) => name).toSorted();
    await until(
      `${wanted.join(", ")} at the same time`,
      () => wanted.every((name) => found().includes(name)),
      { within: 60_000, why: () => `asked for are ${found().join(", ")}` },
    );
    assert.deepEqual(found(), wanted);
    const all = this.#waiting.splice(0);
    await Promise.all(all.map(({ route }) => route.continue()));
  }

  /** Holds nothing back any more. */
  async release(): Promise<void> {
    this.isOpen = true;
    await Promise.all(this.#waiting.splice(0).map(({ route }) => route.continue()));
  }

  twice(): string[] {
    const asked = this.#addresses.filter((address) => !address.endsWith("/intent"));
    return asked.filter((address, at) => asked.indexOf(address) !== at);
  }
}

const APP = ["early.js", "index.js", "first.js", "first.css"];
const about = `/api/movies/${film}?includeSources=true`;
/** What each screen asks, whichever it is. */
const FIRST = ["/api/auth/setup", "/api/me", "news.js"];
const rows = lists.map(({ slug }) => `/api/lists/${slug}?pageSize=24`);

/** The pictures that are not left until they are in sight. */
function urgent(page: Page) {
  return page.evaluate(() =>
    Array.from(document.images)
      .filter((image) => image.loading !== "lazy")
      .map(({ fetchPriority, parentElement }) => `${parentElement?.className} ${fetchPriority}`),
  );
}

test("home: nothing is asked later than it could be, and nothing twice", async (t) => {
  const { page, complaints } = await cold(t, true);
  const held = new Held();
  await held.begin(page, AFTERWARDS);
  const opened = page.goto("/", { waitUntil: "commit" });
  await held.wave("/");
  await opened;
  await held.wave(...APP);
  await held.wave(...FIRST, "/api/lists");
  await held.wave(...rows, "/api/events");
  await held.release();
  await page.locator(".hero h1").waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".hero img")?.complete);
  assert.deepEqual(held.twice(), []);
  const pictures = await urgent(page);
  assert.deepEqual(
    pictures.map((name) => /^picture backdrop .*high$/.test(name)),
    [true],
  );
  assert.deepEqual(complaints, []);
});

test("a film's page: the same", async (t) => {
  const { page, complaints } = await cold(t, true);
  const held = new Held();
  await held.begin(page, AFTERWARDS);
  const opened = page.goto(`/movie/${film}`, { waitUntil: "commit" });
  await held.wave(`/movie/${film}`);
  await opened;
  await held.wave(...APP);
  await held.wave(...FIRST, about);
  await held.release();
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.waitForFunction(() => document.images[0]?.complete);
  assert.deepEqual(held.twice(), []);
  assert.match((await urgent(page))[0] ?? "", /^picture backdrop .*high$/);
  assert.deepEqual(complaints, []);
});

for (const [path, ...wanted] of [
  ["/", "/api/lists", ...rows],
  // The files of the screen, as they are called after its folder.
  [`/movie/${film}`, about, "page.js", "page.css", "parts.js"],
] as const)
  test(`what ${path} needs does not wait for the app`, async (t) => {
    const { page } = await cold(t, true);
    const held = new Held();
    // The app itself never comes.
    await held.begin(page, /^(?!first\.js|index\.js)/);
    await page.goto(path, { waitUntil: "commit" });
    const all = [...wanted, "/api/auth/setup", "/api/me"];
    await until("all of it to be asked for", () => all.every((name) => held.asked.includes(name)), {
      within: 60_000,
      why: () => `asked for are ${held.asked.join(", ")}`,
    });
    await held.release();
    await page.locator("h1:not(.visually-hidden)").first().waitFor();
    assert.deepEqual(held.twice(), []);
  });

for (const [name, isSignedIn, shown] of [
  ["home", true, ".hero h1"],
  ["door", false, "form input"],
] as const)
  test(`a cold ${name} costs no more than is said, and asks nobody else`, async (t) => {
    const { page, context, complaints } = await cold(t, isSignedIn, 390);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    const kinds = new Map<string, string>();
    const bytes = { all: 0, pictures: 0 };
    cdp.on("Network.responseReceived", ({ requestId, type, response }) => {
      // What comes afterwards may be here already where this is slow.
      if (!AFTERWARDS.test(nameOf(response.url))) kinds.set(requestId, type);
    });
    cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId);
      if (kind === "Image") bytes.pictures += encodedDataLength;
      else if (kind !== undefined) bytes.all += encodedDataLength;
    });
    await page.goto("/");
    await page.locator(shown).first().waitFor();
    t.diagnostic(`${bytes.all} bytes, and ${bytes.pictures} of pictures`);
    assert.ok(bytes.all > 30_000 && bytes.all <= most[name], `${bytes.all} bytes`);
    assert.deepEqual(complaints, []);
  });
