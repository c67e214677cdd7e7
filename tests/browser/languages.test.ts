// The app in other languages: from the door to the film nothing is said in English,
// nothing leaves a phone's screen sideways, and in Arabic all of it runs from right
// to left, the arrows of the keyboard too.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, focused, signInByForm, visit } from "../world/browser.ts";
import { episodes, movies, show, showFilms } from "../world/films.ts";
import { root } from "../world/place.ts";
import { latinWords, leftInEnglish, words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const phone = { width: 390, height: 844 };
const world = await newWorld();
await showFilms(world);
const film = `/movie/${await world.movieId(movies.front)}`;

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("main h1") !== null &&
      document.querySelector('[aria-busy="true"]:not([hidden])') === null,
  );
  await drawn(page);
}

/** Screens with paths, addresses and names of settings, in Latin letters by themselves. */
const TECHNICAL = /^\/(library|downloads|settings|account|people)$/;

/** Names of films and of things that are called so everywhere. */
const NAMES = new Set(
  [...Object.values(movies), show, ...episodes.map(([, , title]) => title), "Miauflix", "Matroska"]
    .join(" ")
    .split(" ")
    .concat(["mpv", "VLC", "AAC", "Opus", "Deutsch", "English", "Français"])
    .concat("miauctl user passwd".split(" ")),
);

/** What is wrong with the language or the width of what is shown. */
async function wrong(page: Page, language: string): Promise<string[]> {
  const found = await leftInEnglish(page, language);
  if (language === "ar" && !TECHNICAL.test(new URL(page.url()).pathname))
    found.push(...(await latinWords(page)).filter((word) => !NAMES.has(word)));
  const { html, widest, wide } = await page.evaluate(() => {
    const { lang, dir, scrollWidth } = document.documentElement;
    return { html: `${lang} ${dir}`, widest: scrollWidth, wide: innerWidth };
  });
  if (html !== `${language} ${language === "ar" ? "rtl" : "ltr"}`) found.push(`html is ${html}`);
  if (widest > wide) found.push(`${widest} wide on a screen of ${wide}`);
  return found;
}

for (const language of ["de", "fr", "ar"]) {
  test(`${language}: from the door to the film, and every screen`, async () => {
    const said = (key: string) => words(language, key);
    const { page, complaints, close } = await visit(world, { ...phone, locale: language });
    await page.goto("./");
    await page.getByRole("heading", { name: said("app.signin.title") }).waitFor();
    assert.deepEqual(await wrong(page, language), [], "the door");
    await world.admin.patch("/api/me", { language });
    await signInByForm(page, email, password, language);
    await settled(page);
    assert.deepEqual(await wrong(page, language), [], "home");
    await page
      .getByRole("link", { name: new RegExp(movies.front) })
      .last()
      .click();
    await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await settled(page);
    assert.deepEqual(await wrong(page, language), [], "a film");
    await page.locator(".title-page a.button.main").first().click();
    await page.locator("video").waitFor();
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
    assert.deepEqual(await wrong(page, language), [], "the player");
    for (const path of [
      `/show/${await world.showId(show)}`,
      `/movie/${await world.movieId(movies.surround)}`,
      "/list/all-movies",
      "/library",
      "/downloads",
      "/settings",
      "/account",
      "/people",
      "/join",
      "/reset",
      "/no/such/page",
    ]) {
      await page.goto(path);
      await settled(page);
      assert.deepEqual(await wrong(page, language), [], path);
    }
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("Arabic runs from right to left, and arrows lead where they point", async () => {
  await world.admin.patch("/api/me", { language: "ar" });
  const { page, close } = await visit(world, { width: 1280, height: 800, locale: "ar" });
  await signInByForm(page, email, password, "ar");
  await settled(page);
  const cards = page.locator(".rail [data-rail]:has(li:nth-child(3))").first().locator("a");
  await cards.first().focus();
  const [first, second] = [await cards.nth(0).boundingBox(), await cards.nth(1).boundingBox()];
  assert.ok((first?.x ?? 0) > (second?.x ?? 0), "the first card stands at the right");
  const names = await cards.evaluateAll((all) => all.map((one) => one.textContent?.trim()));
  await page.keyboard.press("ArrowLeft");
  await drawn(page);
  assert.equal(await focused(page), names[1]);
  await page.keyboard.press("ArrowRight");
  await drawn(page);
  assert.equal(await focused(page), names[0]);
  await page.goto(film);
  await settled(page);
  const turned = await page
    .locator(".title-back svg")
    .evaluate((icon) => new DOMMatrix(getComputedStyle(icon).transform).a);
  assert.equal(turned, -1, "the way back points to the right");
  await close();
});

test("who changes the language of the account reads it at once, and at the next sign-in", async () => {
  await world.admin.patch("/api/me", { language: "en" });
  const { page, close } = await visit(world, phone);
  await signInByForm(page, email, password);
  await page.goto("/account");
  await page.getByLabel(words("en", "app.language"), { exact: true }).selectOption("de");
  await page.getByRole("button", { name: words("en", "app.save") }).click();
  await page.getByRole("heading", { name: words("de", "app.nav.account"), level: 1 }).waitFor();
  await page.getByRole("button", { name: words("de", "account.signout") }).click();
  await page.getByRole("heading", { name: words("de", "app.signin.title") }).waitFor();
  assert.deepEqual(await wrong(page, "de"), []);
  await close();
});

/** Chooses French at the foot of the page. */
async function chooseFrench(page: Page): Promise<void> {
  await page.getByLabel(words("en", "app.language"), { exact: true }).selectOption("fr");
  await page.locator("html[lang=fr]").waitFor();
}

test("whoever is at the door chooses the language there, and it is remembered", async () => {
  const { page, close, shift } = await visit(world, phone);
  await page.goto("./");
  await chooseFrench(page);
  await page.getByRole("heading", { name: words("fr", "app.signin.title") }).waitFor();
  assert.deepEqual(await wrong(page, "fr"), []);
  await page.reload();
  await page.getByRole("heading", { name: words("fr", "app.signin.title") }).waitFor();
  await page.getByLabel(words("fr", "app.language"), { exact: true }).waitFor();
  assert.equal(await shift(), 0);
  await close();
});

test("the first visitor chooses it in set-up, and what was typed stays", async () => {
  const empty = await newWorld({ hasAdmin: false });
  const { page, close } = await visit(empty, phone);
  await page.goto("./");
  await page.locator("input[name=email]").fill(email);
  await chooseFrench(page);
  await page.getByRole("heading", { name: words("fr", "setup.person.title") }).waitFor();
  assert.deepEqual(await wrong(page, "fr"), []);
  assert.equal(await page.locator("input[name=email]").inputValue(), email);
  await close();
});

test("genres are said in the language, in facts and as names of rows", async () => {
  const catalogue = path.join(root, "tools/demo-world/catalogue.json");
  assert.equal(world.ctl("title", "import", catalogue).code, 0);
  const { results } = await world.admin.read("/api/movies?pageSize=100");
  const colony = results.find((movie: { title: string }) => movie.title === "Colony");
  await world.admin.patch("/api/me", { language: "de" });
  const { page, close } = await visit(world, { locale: "de" });
  await signInByForm(page, email, password, "de");
  await page.goto(`/movie/${colony.id}`);
  await page.getByText("Animation, Science-Fiction").waitFor();
  await page.goto("/list/genre-science-fiction");
  await page.getByRole("heading", { name: "Science-Fiction", level: 1, exact: true }).waitFor();
  await close();
});
