// Without a server: the app opens with what is known and comes back by itself, an
// update breaks no open page, and nothing of one person is left for the next.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { many, pageMs, until } from "../world/place.ts";
import { anotherBuild, dist, startSwitch } from "../world/switch.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasTls: false });
await place("front.mp4", path.join(world.films, "Long Road (2017).mp4"), 90);
await place("vp9.webm", path.join(world.films, "Night Walk (2019).webm"), 60);
await world.addFolder(world.films);
await world.pictured();
world.addPerson("guest@example.org");
const between = await startSwitch(world);
after(() => between.off());

interface Stored {
  caches: Record<string, string[]>;
  databases: number;
  local: [string, string][];
}

/** All that the browser keeps for this origin. */
function stored(page: Page): Promise<Stored> {
  return page.evaluate(async () => {
    const kept: Record<string, string[]> = {};
    for (const name of await caches.keys())
      kept[name] = (await (await caches.open(name)).keys()).map((request) => request.url);
    return {
      caches: kept,
      databases: (await indexedDB.databases()).length,
      local: [...Object.entries(localStorage), ...Object.entries(sessionStorage)],
    };
  });
}

/** Waits until all its caches satisfy that. Opening one that has just gone would make
 * it anew, and nobody would take it away again: only their names are looked at. */
async function cachesLeft(page: Page, what: string, are: (names: string[]) => boolean) {
  await until(what, async () => are(await page.evaluate(() => caches.keys())), {
    within: pageMs,
  });
}

const isPrivate = (name: string): boolean => !name.startsWith("/shell-");
const nothingPrivate = (page: Page) =>
  cachesLeft(page, "what was private to be gone", (names) => !names.some(isPrivate));

const addresses = async (page: Page): Promise<string[]> =>
  Object.values((await stored(page)).caches).flat();

/** Waits until what home shows is kept, pictures and all. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await until("home to be kept", async () => {
    const all = await addresses(page);
    return (
      all.some((url) => url.includes("/api/lists/")) &&
      all.some((url) => url.includes("/api/images/")) &&
      all.some((url) => url.endsWith("/api/me")) &&
      all.some((url) => url.endsWith("/api/auth/setup"))
    );
  });
}

const AWAY = "cannot be reached";

const card = (page: Page, name: RegExp) => page.getByRole("link", { name }).first();

const pictureIsShown = (page: Page) =>
  page.waitForFunction(() =>
    Array.from(document.querySelectorAll("img")).some((img) => img.naturalWidth > 0),
  );

describe("one person", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await visit(world, { origin: between.origin, worker: true });
    page = visitor.page;
    await signInByForm(page, "admin@example.org", password);
    await card(page, /Long Road/).click();
    await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
    await page.goBack();
    await card(page, /Long Road/).waitFor();
    await settled(page);
    await until("the title to be kept", async () =>
      (await addresses(page)).some((url) => url.includes("/api/movies/")),
    );
  });
  after(() => visitor.close());

  test("the app opens with what is known while the server is away, and comes back", async () => {
    await between.off();
    await page.goto("./");
    await card(page, /Long Road/).waitFor();
    await pictureIsShown(page);
    await page.getByText(AWAY).first().waitFor();
    await card(page, /Long Road/).click();
    await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
    await between.on();
    await page.waitForFunction((text) => !document.body.innerText.includes(text), AWAY);
    await page.goto("downloads");
    await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
  });

  /** Looks at so many pictures, one after the other; returns those that are kept. */
  async function look(from: number, count: number): Promise<string[]> {
    await page.evaluate(
      async ([first = 0, after = 0]) => {
        const session = localStorage.getItem("miauflix.session") ?? "";
        for (let n = first; n < after; n++)
          await (await fetch(`api/images/poster/200/a.png?session=${session}&n=${n}`)).blob();
      },
      [from, from + count],
    );
    const last = `n=${from + count - 1}`;
    return until("the last to be kept", async () => {
      const kept = (await addresses(page)).filter((url) => url.includes("/api/images/"));
      return kept.some((url) => url.endsWith(last)) && kept;
    });
  }

  test("pictures are kept up to a number and a size, those that were used last", async () => {
    between.draw(10);
    const most = 400;
    const small = await look(0, most + many(20, 400));
    assert.ok(small.length <= most, `${small.length}`);
    assert.ok(!small.some((url) => url.endsWith("n=0")), "the one used longest ago is gone");
    assert.ok(small.every((url) => !url.includes("session")));
    between.draw(12 * 1024 * 1024);
    const large = (await look(10_000, 5)).filter((url) => url.includes("n=10"));
    assert.ok(large.length <= 4, "no more than there is room for");
    assert.ok(!large.some((url) => url.endsWith("n=10000")));
  });

  test("an update leaves open pages whole and is loaded when one wants it", async () => {
    const before = await page.evaluate(() => document.scripts[0]?.src ?? "");
    await page.goto("./");
    await card(page, /Long Road/).waitFor();
    between.serve(anotherBuild(world.hold));
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText("New version").waitFor();
    assert.equal(await page.getByText("New version").count(), 1);
    // At a set it lies in the head, covers nothing, and arrows lead to it.
    const size = page.viewportSize();
    await page.setViewportSize({ width: 1920, height: 1080 });
    const offer = page.locator(".toast.offer");
    const [place, head] = [await offer.boundingBox(), await page.locator(".top").boundingBox()];
    assert.ok(place !== null && head !== null && place.y >= head.y);
    const isInside = place.y + place.height <= head.y + head.height;
    assert.ok(isInside, `${JSON.stringify(place)} in ${JSON.stringify(head)}`);
    await page.locator(".brand").focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await offer.locator("button").evaluate((one) => one === document.activeElement));
    if (size !== null) await page.setViewportSize(size);
    // The server does not have this file any more.
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    // Another page wants the update: this one goes on.
    const other = await visitor.context.newPage();
    await other.goto("./");
    await card(other, /Long Road/).waitFor();
    await other.getByRole("button", { name: "Load it" }).click();
    await other.waitForFunction(() => document.scripts[0]?.src.includes("/new-"));
    await card(other, /Long Road/).waitFor();
    const old = await page.evaluate((url) => fetch(url).then((r) => r.status), before);
    assert.equal(old, 200, "the old build is there as long as a page of it is");
    await page.getByRole("link", { name: "Library" }).click();
    await page.getByRole("heading", { name: /Library/, level: 1 }).waitFor();
    await page.goto("./");
    await cachesLeft(
      page,
      "the old build to be gone",
      (names) => names.filter((name) => !isPrivate(name)).length === 1,
    );
    assert.ok((await page.evaluate(() => document.scripts[0]?.src))?.includes("/new-"));
  });
});

test("nothing of one person is left for the next", async () => {
  const visitor = await visit(world, { origin: between.origin, worker: true });
  const { page } = visitor;
  try {
    await signInByForm(page, "admin@example.org", password);
    await settled(page);
    const session = await page.evaluate(() => localStorage.getItem("miauflix.session") ?? "");
    for (const name of ["Library", "Downloads", "Settings", "Account"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    }
    await page.getByText("admin@example.org").waitFor();
    await page.goto("./");
    await card(page, /Long Road/).click();
    await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
    await page.goto("account");
    await page.getByRole("button", { name: "Sign out", exact: true }).waitFor();
    // At that moment the worker has the half of a picture.
    between.draw(10);
    const late = between.hold(/n=late$/);
    await page.evaluate((id) => {
      const url = new URL(`api/images/poster/200/a.png?session=${id}&n=late`, document.baseURI);
      const message = { kind: "take", session: id, urls: [url.toString()] };
      navigator.serviceWorker.controller?.postMessage(message);
    }, session);
    await until("the worker to be answered", () => late.asked() === 1, { within: pageMs });
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByLabel("Password", { exact: true }).waitFor();
    await nothingPrivate(page);
    const left = await stored(page);
    assert.equal(left.databases, 0);
    assert.deepEqual(
      left.local.filter(([name]) => !/^miauflix\.(volume|language)$/.test(name ?? "")),
      [],
    );
    assert.ok(Object.values(left.caches).every((urls) => urls.every((u) => !u.includes("/api/"))));
    assert.ok(!JSON.stringify(left).includes(session));
    late.release();
    // Whoever comes while the server is away sees nothing either.
    await between.off();
    await page.goto("./");
    await page.getByText(AWAY).first().waitFor();
    assert.ok(!(await page.content()).includes("Long Road"));
    await between.on();
    await signInByForm(page, "guest@example.org", password);
    await settled(page);
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByText("guest@example.org").waitFor();
    const text = await page.content();
    assert.ok(!text.includes("admin@example.org") && !text.includes("Ada Admin"));
    const now = JSON.stringify(await stored(page));
    assert.ok(!now.includes(session), "nothing is called after the first session");
    const bodies = await page.evaluate(async () => {
      let all = "";
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
          all += await ((await cache.match(request)) as Response).text();
      }
      return all;
    });
    assert.ok(!/admin@example\.org|Ada Admin/.test(bodies));
    assert.ok(/guest@example\.org/.test(bodies), "what is kept is the guest's");
  } finally {
    await visitor.close();
  }
});

test("what is private goes without its session, though no worker can be had", async () => {
  const files = anotherBuild(world.hold);
  rmSync(path.join(files, "sw.js"));
  between.serve(files);
  const { page, close } = await visit(world, { origin: between.origin, worker: true });
  try {
    await page.goto("./");
    await page.evaluate(() => caches.open("/known-of-somebody"));
    await nothingPrivate(page);
    // One that is being fetched is there until that has failed.
    const gone = async () => (await navigator.serviceWorker.getRegistration()) === undefined;
    await page.waitForFunction(gone);
  } finally {
    await close();
    between.serve(dist);
  }
});

test("who signs out in one page is signed out in all of them", async () => {
  const visitor = await visit(world, { origin: between.origin, worker: true });
  try {
    await signInByForm(visitor.page, "guest@example.org", password);
    await settled(visitor.page);
    const other = await visitor.context.newPage();
    await other.goto("account");
    await other.getByRole("button", { name: "Sign out", exact: true }).click();
    await other.getByLabel("Password", { exact: true }).waitFor();
    await visitor.page.getByLabel("Password", { exact: true }).waitFor();
  } finally {
    await visitor.close();
  }
});
