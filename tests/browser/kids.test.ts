// A child's profile in a browser: nothing of what it may not see is left there from who
// watched before, and no way in the app leads to it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { pageMs, until } from "../world/place.ts";
import { startSwitch } from "../world/switch.ts";
import { atHome, face, home, switchTo } from "../world/who.ts";
import { newWorld } from "../world/world.ts";

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
await parent.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });

const isHidden = (text: string): boolean =>
  !text.includes(movies.tail) && !text.includes(`movie/${hidden}`);

/** All that the browser keeps for this origin, as one text. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    let all = JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);
    for (const name of await caches.keys()) {
      if (name.includes("shell-")) continue;
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = (await cache.match(request)) as Response;
        const isText = /json/.test(answer.headers.get("Content-Type") ?? "");
        all += `${request.url}\n${isText ? await answer.text() : ""}\n`;
      }
    }
    return all;
  });

describe("a child's profile", () => {
  let visitor: Visit;
  let page: Page;
  let other: Page;
  before(async () => {
    visitor = await atHome(world, email, { origin: between.origin, worker: true });
    page = visitor.page;
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.goto(`movie/${hidden}`);
    await page.getByRole("heading", { name: movies.tail, level: 1 }).waitFor();
    await page.goto("./");
    await home(page).waitFor();
    await until("the title to be kept", async () => !isHidden(await kept(page)), {
      within: pageMs,
    });
    other = await visitor.context.newPage();
    await other.goto(`movie/${hidden}`);
    await face(other, /parent/i).click();
    await other.getByRole("heading", { name: movies.tail, level: 1 }).waitFor();
    await other.waitForFunction(() =>
      performance.getEntriesByType("resource").some((entry) => /later-/.test(entry.name)),
    );
  });
  after(() => visitor.close());

  test("begins with nothing of what the parent was shown, in each page", async () => {
    // An answer to the parent that is still on its way when the child takes over.
    const late = between.hold(new RegExp(`/api/movies/${hidden}$`));
    await page.evaluate((id) => {
      const session = localStorage.getItem("miauflix.session") ?? "";
      void fetch(`api/movies/${id}`, { headers: { "X-Session-Id": session }, keepalive: true });
    }, hidden);
    await until("the worker to be answered", () => late.asked() === 1, { within: pageMs });
    // Before the child watches nothing is left, whatever happens to the page then.
    let left: string[] | null = null;
    await page.route("**/use", async (route) => {
      left = await other.evaluate(() => caches.keys());
      await route.continue();
    });
    await switchTo(page, "2");
    await home(page).waitFor();
    assert.deepEqual(
      ((left ?? ["nobody looked"]) as string[]).filter((name) => !name.startsWith("/shell-")),
      [],
    );
    await other.waitForURL((url) => url.pathname === "/");
    await home(other).waitFor();
    await until("what the child sees to be kept", async () =>
      (await kept(page)).includes("/api/lists/"),
    );
    late.release();
    await page.evaluate(async () => void (await fetch("api/health")));
    for (const one of [page, other]) assert.ok(isHidden(await one.content()));
    assert.ok(isHidden(await kept(page)));
  });

  test("finds nothing by a link, by one to the player, or by going back", async () => {
    for (const path of [`movie/${hidden}`, `watch/movie-${hidden}`]) {
      await page.goto(path);
      await page.locator("main h1:not(.visually-hidden)").first().waitFor();
      assert.ok(!(await page.locator("body").innerText()).includes(movies.tail), path);
      assert.equal(await page.locator("video").count(), 0);
    }
    for (let steps = 0; steps < 4; steps++) {
      await page.goBack();
      await page.locator("main h1").first().waitFor();
      assert.ok(!(await page.locator("body").innerText()).includes(movies.tail));
    }
  });

  test("hears of nothing", async () => {
    await page.goto("./");
    await home(page).waitFor();
    const heard = page.waitForResponse((answer) => answer.url().includes("/api/lists/"));
    await world.admin.put(`/api/titles/movie-${hidden}/certification`, { minimumAge: 18 });
    await heard;
    assert.ok(isHidden(await page.content()));
  });

  test("changes no profile and nobody's account", async () => {
    await page.goto("profiles");
    await page.getByText("Profiles are changed by one without a limit.").waitFor();
    assert.equal(await page.getByRole("button", { name: /Change|New profile/ }).count(), 0);
    await page.goto("account");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").first().waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).count(), 0);
  });

  test("sees the same while the server is away", async () => {
    await page.goto("./");
    await home(page).waitFor();
    await between.off();
    await page.goto("./");
    await home(page).waitFor();
    assert.ok(isHidden(await page.content()));
    await page.goto(`movie/${hidden}`);
    await page.getByText("cannot be reached").first().waitFor();
    assert.ok(!(await page.content()).includes(movies.tail));
    await between.on();
  });
});
