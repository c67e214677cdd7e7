// Arrows lead to everything that can have the focus, on every screen, at the size
// of a television, from left to right and from right to left; Back leaves each
// page, menu and dialog, by the key of a keyboard and by those of TV sets.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey, walkAll } from "../world/arrows.ts";
import { drawn, focused, signInByForm, visit } from "../world/browser.ts";
import { movies, show, showFilms } from "../world/films.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const size = { width: 1920, height: 1080 };
const BACK = ["Escape", 461, 10009];

const world = await newWorld();
const bare = await newWorld({ hasAdmin: false });
await showFilms(world);
const film = await world.movieId(movies.front);
const shared = await world.admin.post("/api/downloads/share", { titleId: `movie-${film}` });
assert.ok(shared.status < 300, `${shared.status}`);

// Before the first test: two that begin at once would launch two browsers.
const rooms = await visit(world, size);
const { page } = rooms;
await signInByForm(page, email, password);

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("main h1") !== null &&
      document.querySelector('[aria-busy="true"]:not([hidden])') === null,
  );
  await drawn(page);
}

/** A place on a page that opens something over it. */
interface Over {
  /** What its button says. */
  key: string;
  role: "dialog" | "menu";
}

const over = (key: string, role: Over["role"] = "dialog"): Over => ({ key, role });

const SCREENS: [path: string, ...Over[]][] = [
  ["/"],
  ["/list/all-movies"],
  [`/movie/${film}`, over("title.share")],
  [`/movie/${await world.movieId(movies.surround)}`],
  [`/show/${await world.showId(show)}`],
  ["/downloads", over("downloads.details")],
  ["/library", over("library.chooser.add")],
  ["/settings"],
  ["/account"],
  ["/people", over("people.reset")],
  ["/no/such/page"],
];

async function openOver(page: Page, { key, role }: Over, language = "en"): Promise<void> {
  const opener = page.getByRole("button", { name: words(language, key) }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.getByRole(role).locator("button:not([disabled])").first().waitFor();
  await settled(page);
}

for (const language of ["en", "ar"]) {
  test(`every screen, from ${language === "ar" ? "right to left" : "left to right"}`, async () => {
    const { page, complaints, close } = await visit(world, { ...size, locale: language });
    await world.admin.patch("/api/me", { language });
    await page.goto("/");
    await page.getByRole("heading", { name: words(language, "app.signin.title") }).waitFor();
    const dir = await page.evaluate(() => getComputedStyle(document.body).direction);
    assert.equal(dir, language === "ar" ? "rtl" : "ltr");
    await walkAll(page, "sign-in");
    await signInByForm(page, email, password, language);
    for (const [path, ...overs] of SCREENS) {
      await page.goto(path);
      await settled(page);
      await walkAll(page, path);
      for (const one of overs) {
        await openOver(page, one, language);
        await walkAll(page, `${path}: ${one.key}`);
        await page.keyboard.press("Escape");
        await page.getByRole(one.role).waitFor({ state: "hidden" });
      }
    }
    assert.deepEqual(complaints, []);
    await world.admin.patch("/api/me", { language: "en" });
    await close();
  });
}

test("the player, its menus and its help", async () => {
  await page.goto(`/watch/movie-${film}`);
  await page.locator("video").waitFor();
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "Play");
  await walkAll(page, "player");
  for (const one of [
    over("player.sound", "menu"),
    over("player.captions", "menu"),
    over("player.keys"),
  ])
    for (const back of BACK) {
      await openOver(page, one);
      if (back === BACK[0]) await walkAll(page, `player: ${one.key}`);
      await pressKey(page, back);
      await page.getByRole(one.role).waitFor({ state: "hidden" });
      assert.match(await focused(page), words("en", one.key), "the focus is where it was");
    }
});

test("Back leads from a control to the picture, and from there to the film's page", async () => {
  for (const back of BACK) {
    await page.goto(`/movie/${film}`);
    await page
      .getByRole("link", { name: /^(Play|Resume)/ })
      .first()
      .click();
    await page.locator("video").waitFor();
    await page.getByRole("button", { name: "Full screen" }).focus();
    await pressKey(page, back);
    await page.waitForFunction(() => document.activeElement?.matches(".player"));
    await pressKey(page, back);
    await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await page.locator("video").waitFor({ state: "detached" });
  }
});

test("Back leaves each dialog and each page", async () => {
  for (const [place, [path, ...overs]] of SCREENS.entries()) {
    if (path === "/account") continue;
    await page.goto("/account");
    await settled(page);
    for (const back of overs.length > 0 ? BACK : [BACK[place % BACK.length] ?? ""]) {
      await page.evaluate((to) => {
        const link = document.createElement("a");
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
      }, path);
      await page.waitForURL((url) => url.pathname === path);
      await settled(page);
      for (const one of overs) {
        await openOver(page, one);
        await pressKey(page, back);
        await page.getByRole(one.role).waitFor({ state: "hidden" });
        assert.equal(new URL(page.url()).pathname, path, "a dialog is left by itself");
      }
      await pressKey(page, back);
      await page.waitForURL((url) => url.pathname === "/account");
      await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    }
  }
});

test("who comes back finds the focus where it was, on a page made anew, too", async () => {
  await page.goto(`/show/${await world.showId(show)}`);
  await settled(page);
  const last = page.locator(".episodes a, .episode a, main a[href*='/watch/']").last();
  const href = await last.getAttribute("href");
  await last.focus();
  await page.keyboard.press("Enter");
  await page.locator("video").waitFor();
  await pressKey(page, 461);
  await page.locator("video").waitFor({ state: "detached" });
  await page.waitForFunction((to) => document.activeElement?.getAttribute("href") === to, href);
});

test("from the first row up to the header, and down to where one was", async () => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  let here = "";
  for (let i = 0; i < 20 && (await focused(page)) !== "Miauflix"; i++) {
    here = await focused(page);
    await page.keyboard.press("ArrowUp");
  }
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(page), "Home");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), here);
});

test("a mouse beside the arrows takes nothing from them", async () => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const here = await focused(page);
  await page.getByRole("link", { name: "Settings" }).hover();
  await page.mouse.move(900, 1070);
  assert.equal(await focused(page), here, "to point at something is not to choose it");
  await page.mouse.click(3, 500);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), here, "after a click beside all one is where one was");
});

test("a game pad does the same, while it is connected", async () => {
  await page.goto("/");
  await settled(page);
  // Held for one look each time, however long that takes.
  await page.evaluate(() => {
    const pad = { tapped: null as number | null, isThere: true, looks: 0 };
    Object.assign(window, { pad });
    Object.defineProperty(navigator, "getGamepads", {
      value: () => {
        const { tapped } = pad;
        pad.tapped = null;
        pad.looks += 1;
        const buttons = Array.from({ length: 17 }, (_, i) => ({ pressed: i === tapped }));
        return pad.isThere ? [{ connected: true, buttons, axes: [0, 0] }] : [null];
      },
    });
  });
  type Pad = { pad: { tapped: number | null; isThere: boolean; looks: number } };
  const looked = () => page.evaluate(() => (window as unknown as Pad).pad.looks);
  const tap = async (button: number) => {
    const before = await page.evaluate((tapped) => {
      const { pad } = window as unknown as Pad;
      pad.tapped = tapped;
      return pad.looks;
    }, button);
    await page.waitForFunction((n) => (window as unknown as Pad).pad.looks > n + 1, before);
  };
  await drawn(page);
  await drawn(page);
  assert.equal(await looked(), 0, "nobody looks for a pad that is not there");
  await page.evaluate(() => dispatchEvent(new Event("gamepadconnected")));
  await tap(13);
  await tap(13);
  const to = await page.evaluate(() => document.activeElement?.getAttribute("href") ?? "");
  assert.match(to, /^\/(movie|show)\//);
  await tap(0);
  await page.waitForURL((url) => url.pathname === to);
  await page.getByRole("button", { name: "Back" }).waitFor();
  await tap(8);
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await tap(1);
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
  await tap(1);
  await page.waitForURL((url) => url.pathname === "/");
  await page.evaluate(() => {
    (window as unknown as Pad).pad.isThere = false;
  });
  await drawn(page);
  await drawn(page);
  const after = await looked();
  await drawn(page);
  assert.equal(await looked(), after, "it went, and nobody looks any more");
});

test("set-up, by arrows", async () => {
  assert.deepEqual(rooms.complaints, []);
  const visitor = await visit(bare, size);
  const first = visitor.page;
  await first.goto("/");
  await first.getByRole("heading", { name: "Who runs this server?" }).waitFor();
  await walkAll(first, "set-up: who");
  await first.getByLabel("E-mail").fill(email);
  await first.getByLabel("Password").fill(password);
  await first.getByRole("button", { name: "Go on" }).click();
  await first.getByRole("heading", { name: "Where are your films?" }).waitFor();
  await walkAll(first, "set-up: where");
  await openOver(first, over("library.chooser.add"));
  await walkAll(first, "set-up: chooser");
  await pressKey(first, 10009);
  await first.getByRole("dialog").waitFor({ state: "hidden" });
  await first.getByRole("button", { name: "Later", exact: true }).click();
  await first.getByRole("heading", { name: "What may be contacted outside?" }).waitFor();
  await walkAll(first, "set-up: outside");
  await visitor.close();
  await rooms.close();
});
