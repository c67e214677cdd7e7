// Dialogs and menus that no walk over the screens opens: by arrows to all that is
// in them and never out of them, nothing that axe finds wrong, and by Back to where
// one was. At the size of a television, from right to left and on a phone as well.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { components } from "../../www/src/api/schema.d.ts";
import { download } from "../../www/src/features/downloads/sample.ts";
import { walkAll } from "../world/arrows.ts";
import { drawn, signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const television = { width: 1920, height: 1080 };

const world = await newWorld();
await showFilms(world, { isShort: true });
const film = await world.movieId(movies.front);
const visitor = await visit(world, television);
const { page } = visitor;
after(() => visitor.close());
await signInByForm(page, email, password);

/** A download that waits for a person to say which of its files plays. */
const unsure = download({
  choice: { code: "unsure", sentence: "Two files may be the film.", confidence: 0.4 },
  files: 2,
});
type Schemas = components["schemas"];

const detail: Schemas["DownloadDetail"] = {
  ...unsure,
  hash: "0123456789abcdef0123456789abcdef01234567",
  pieces: { count: 16, size: 1 << 20, published: "//8=", admitted: "//8=" },
  fileList: ["Long Road 1.mkv", "Long Road 2.mkv"].map((path, index) => ({
    ...{ index, path, size: 1_500_000_000, chosen: false, episodes: null },
  })),
  trackers: [{ host: "tracker.example.org", state: "ok", text: null }],
  knownSeeds: 2,
  knownPeers: 5,
};
const { id: downloadId, title, done } = unsure;
const storage: Schemas["Storage"] = {
  ...{ limit: 20_000_000_000, used: done, left: 0, admitted: done, free: 90_000_000_000 },
  items: [{ downloadId, title, used: done, pinned: false, reason: null }],
};

/** Shows it among the downloads. */
async function showDownload(page: Page): Promise<void> {
  const answers = {
    downloads: { downloads: [unsure] },
    [`downloads/${downloadId}`]: detail,
    storage,
  };
  for (const [path, json] of Object.entries(answers))
    await page.route(`**/api/${path}`, (route) =>
      route.request().method() === "GET" ? route.fulfill({ json }) : route.fallback(),
    );
  await page.goto("/downloads");
  await page.getByRole("heading", { name: title }).waitFor();
}

const hasFocus = (at: Locator): Promise<boolean> =>
  at.evaluate((element) => element === document.activeElement);

const dialog = (page: Page, name: RegExp | string) => page.getByRole("dialog", { name });

interface Over {
  /** What has the focus afterwards. */
  opener: Locator;
  /** What is open. */
  part: Locator;
  where: string;
}

/** Walks over what is open, and leaves it. */
async function walkAndLeave({ page, barriers }: Visit, { opener, part, where }: Over) {
  await part.locator("button:not([disabled])").first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  await drawn(page);
  assert.ok(await part.evaluate((is) => is.contains(document.activeElement)), `${where}: focus`);
  await part.evaluate((is) => {
    const left: string[] = [];
    Object.assign(window, { left });
    addEventListener("focusin", ({ target }) => {
      if (is.isConnected && !is.contains(target as Node)) left.push((target as Node).nodeName);
    });
  });
  await walkAll(page, where);
  assert.deepEqual(await page.evaluate(() => (window as unknown as { left: string[] }).left), []);
  assert.deepEqual(await barriers(), [], where);
  await page.keyboard.press("Escape");
  await part.waitFor({ state: "hidden" });
  await until(`${where}: the focus to be where it was`, () => hasFocus(opener));
}

/** Opens it by its button. */
async function over(visitor: Visit, one: Over): Promise<void> {
  await one.opener.focus();
  await visitor.page.keyboard.press("Enter");
  await walkAndLeave(visitor, one);
}

const button = (page: Page, key: string, language = "en") =>
  page.getByRole("button", { name: words(language, key) }).first();

async function downloadDialogs(visitor: Visit, language: string): Promise<void> {
  const { page } = visitor;
  await showDownload(page);
  for (const [key, name] of [
    ["downloads.remove", words(language, "downloads.remove.title")],
    ["downloads.room.free", words(language, "downloads.room.free.title")],
    ["downloads.choose", title],
  ] as const)
    await over(visitor, {
      opener: button(page, key, language),
      part: dialog(page, name),
      where: `${language}: ${key}`,
    });
}

test("what a download asks: to be removed, to give up its room, which file plays", async () => {
  await downloadDialogs(visitor, "en");
});

test("its files as episodes: the focus stays with them", async () => {
  await showDownload(page);
  const opener = button(page, "downloads.choose");
  await opener.focus();
  await page.keyboard.press("Enter");
  const part = dialog(page, title);
  await part.getByRole("button", { name: words("en", "downloads.files.episodes.are") }).focus();
  await page.keyboard.press("Enter");
  await part.getByRole("button", { name: words("en", "downloads.files.episodes.save") }).waitFor();
  await walkAndLeave(visitor, { opener, part, where: "episodes" });
});

test("the same and letters on the screen, from right to left", async () => {
  const other = await visit(world, { ...television, locale: "ar" });
  await world.admin.patch("/api/me", { language: "ar" });
  await other.page.goto("/");
  const field = other.page.getByLabel(words("ar", "app.password"), { exact: true });
  await field.waitFor();
  await other.page.keyboard.press("ArrowDown");
  await over(other, { opener: field, part: other.page.locator(".keyboard"), where: "ar: letters" });
  await signInByForm(other.page, email, password, "ar");
  await downloadDialogs(other, "ar");
  await world.admin.patch("/api/me", { language: "en" });
  assert.deepEqual(other.complaints, []);
  await other.close();
});

test("before the first torrent", async () => {
  await page.goto("/downloads");
  const field = page.getByRole("textbox", { name: "Magnet link" });
  await field.fill(`magnet:?xt=urn:btih:${"5".repeat(40)}&dn=Faraway`);
  const part = dialog(page, words("en", "downloads.consent"));
  for (const key of ["downloads.add", "downloads.consent.allow"])
    await over(visitor, { opener: button(page, key), part, where: key });
  // What was refused the browser writes down.
  assert.ok(visitor.complaints.every((complaint) => complaint.includes("409")));
  visitor.complaints.length = 0;
});

test("letters on the screen, each page of them", async () => {
  await page.goto("/downloads");
  const field = page.getByRole("textbox", { name: "Magnet link" });
  await field.focus();
  await page.keyboard.press("ArrowDown");
  const part = page.locator(".keyboard");
  for (const signs of [null, "Symbols", "accents"]) {
    await field.focus();
    await page.keyboard.press("Enter");
    if (signs !== null) {
      await part.getByRole("button", { name: signs }).focus();
      await page.keyboard.press("Enter");
    }
    await walkAndLeave(visitor, { opener: field, part, where: `letters: ${signs}` });
  }
});

test("mpv and VLC", async () => {
  await page.goto(`/movie/${film}`);
  const part = dialog(page, words("en", "title.external"));
  const opener = button(page, "title.external.open");
  await opener.focus();
  await page.keyboard.press("Enter");
  await part.locator('a[href^="blob:"]').waitFor();
  await walkAndLeave(visitor, { opener, part, where: "mpv and VLC" });
});

test("the player's menu of more, on a television and on a phone", async () => {
  await page.goto(`/watch/movie-${film}`);
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  for (const size of [television, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    const where = `more at ${size.width}`;
    const opener = button(page, "player.more.menu");
    await over(visitor, { opener, part: page.getByRole("menu"), where });
  }
  await page.setViewportSize(television);
  assert.deepEqual(visitor.complaints, []);
});

test("signing in again over a page, and letters over that", async () => {
  await page.goto("/account");
  const opener = page.getByRole("button", { name: "Save" }).first();
  await page.getByLabel("Name").fill("Ada Lovelace");
  await visitor.context.clearCookies();
  await opener.focus();
  await page.keyboard.press("Enter");
  const part = dialog(page, words("en", "later.again.title"));
  const field = part.getByLabel("Password", { exact: true });
  await field.waitFor();
  await page.keyboard.press("ArrowDown");
  await over(visitor, { opener: field, part: page.locator(".keyboard"), where: "letters over it" });
  await walkAndLeave(visitor, { opener, part, where: "signing in again" });
  const line = page.getByRole("button", { name: /session has ended/ });
  await over(visitor, { opener: line, part, where: "signing in again, by the line" });
});
