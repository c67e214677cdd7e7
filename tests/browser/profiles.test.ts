// Who is watching: chosen at the start, by two keys from anywhere, by a PIN on keys of
// the screen; several people in one browser; the editor of profiles.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey, walkAll } from "../world/arrows.ts";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { atHome, chooser, face, home, onFace, switchTo } from "../world/who.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const email = "parent@example.org";
const world = await newWorld();
await showFilms(world);
await world.pictured();

const seen = await world.movieId(movies.front);
const hidden = await world.movieId(movies.tail);
await world.admin.put(`/api/titles/movie-${seen}/certification`, { minimumAge: 0 });
await world.admin.put(`/api/titles/movie-${hidden}/certification`, { minimumAge: 17 });

const parent = await world.person(email, "admin");
const child = await parent.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
const guest = "guest@example.org";
world.addPerson(guest);
world.addPerson("maker@example.org");
const reader = await world.person("reader@example.org");
await reader.send("/api/me/profiles", { name: "Leo", maturityLimit: 6 });

describe("who is watching", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await atHome(world, email, { width: 1920, height: 1080 });
    page = visitor.page;
  });
  after(() => visitor.close());

  test("is asked at the start, where more than one may watch, whatever is opened", async () => {
    const other = await visitor.context.newPage();
    await other.goto(`/movie/${seen}`);
    await chooser(other).waitFor();
    assert.equal(await other.getByRole("navigation").count(), 0);
    // The one who watched last has the focus: one press goes on.
    await other.waitForFunction(() => document.activeElement?.matches(".face[aria-current]"));
    await other.keyboard.press("Enter");
    await other.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await other.reload();
    await other.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
    await other.close();
  });

  test("two keys of a remote lead from home to another profile", async () => {
    await pressKey(page, 406);
    await chooser(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("Mia"));
    await page.keyboard.press("Enter");
    await home(page).waitFor();
    assert.ok(!(await page.content()).includes(movies.tail));
    const { profile } = await (
      await page.request.get(`${world.origin}/api/auth/session`, {
        headers: { "X-Session-Id": await sessionOf(page) },
      })
    ).json();
    assert.equal(profile.id, child.id);
  });

  test("a child leaves with the password alone, and Back leads to where it was", async () => {
    await switchTo(page, "1");
    await page.getByRole("dialog", { name: /Password for/ }).waitFor();
    await pressKey(page, 461);
    // The browser tells the page with the next frame that its window has closed.
    await page.locator("dialog header").waitFor({ state: "detached" });
    await page.keyboard.press("1");
    await page.getByLabel("Password of the account").fill("not the password");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password of the account").fill(password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page
      .getByRole("link", { name: new RegExp(movies.tail) })
      .first()
      .waitFor();
  });
});

/** Presses keys of the pad on the screen by arrows alone, as on three by four keys. */
async function enterByArrows(page: Page, pin: string): Promise<void> {
  const keys = "123456789<0>";
  const at = (key: string): [number, number] => {
    const place = keys.indexOf(key);
    return [place % 3, Math.floor(place / 3)];
  };
  // The one in the middle has the focus.
  let [x, y] = at("5");
  for (const key of [...pin, ">"]) {
    const [toX, toY] = at(key);
    for (; y < toY; y++) await page.keyboard.press("ArrowDown");
    for (; y > toY; y--) await page.keyboard.press("ArrowUp");
    for (; x < toX; x++) await page.keyboard.press("ArrowRight");
    for (; x > toX; x--) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
  }
}

describe("a PIN", () => {
  test("is entered by arrows, is refused when it is wrong, and is asked for at the start", async () => {
    const locked = "locked@example.org";
    const owner = await world.person(locked);
    await owner.send("/api/me/profiles", { name: "Bo", pin: "40713" });
    const visitor = await visit(world, { width: 1920, height: 1080 });
    const { page } = visitor;
    await page.goto("/");
    await page.getByLabel("E-mail or user name").fill(locked);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await onFace(page);
    await page.keyboard.press("2");
    const dialog = page.getByRole("dialog", { name: "PIN of Bo" });
    await dialog.waitFor();
    await enterByArrows(page, "40714");
    await dialog.getByRole("alert").waitFor();
    assert.deepEqual(await visitor.barriers(), []);
    await walkAll(page, "keypad");
    await page.locator(".keypad [data-first]").focus();
    await enterByArrows(page, "40713");
    await home(page).waitFor();
    // Real keys do as well, and Enter ends them; the start asks whoever watched last.
    const other = await visitor.context.newPage();
    await other.goto("/");
    await other.waitForFunction(() => document.activeElement?.matches(".face[aria-current]"));
    await other.keyboard.press("Enter");
    await other.getByRole("dialog", { name: "PIN of Bo" }).waitFor();
    await other.keyboard.type("99999");
    await other.keyboard.press("Enter");
    await other.getByRole("alert").waitFor();
    assert.equal(await home(other).count(), 0);
    await other.keyboard.type("407130");
    await other.keyboard.press("Backspace");
    await other.keyboard.press("Enter");
    await home(other).waitFor();
    await visitor.close();
  });
});

describe("several people in one browser", () => {
  test("sign in beside each other, go on as each other, and one leaves the others there", async () => {
    const visitor = await visit(world);
    const { page } = visitor;
    await signInByForm(page, guest, password);
    await home(page).waitFor();
    assert.equal(await page.getByRole("link", { name: "Switch" }).count(), 0);
    await page.keyboard.press("w");
    await chooser(page).waitFor();
    await page.getByRole("button", { name: "Add a person" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a person" });
    await dialog.getByLabel("E-mail or user name").fill(email);
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("region", { name: "parent", exact: true }).waitFor();
    await page.getByRole("region", { name: "guest", exact: true }).waitFor();
    await face(page, /parent/i).click();
    await page
      .getByRole("link", { name: new RegExp(movies.tail) })
      .first()
      .waitFor();
    const other = await visitor.context.newPage();
    await other.goto("/");
    await face(other, /parent/i).click();
    await home(other).waitFor();
    await page.getByRole("link", { name: "Switch" }).click();
    await face(page, /guest/i).click();
    await home(page).waitFor();
    await page.goto("/account");
    await page.getByText(guest).first().waitFor();
    // The other page shows nothing of the parent any more.
    await chooser(other).waitFor();
    await other.close();
    await page.getByRole("button", { name: "Sign out" }).click();
    await chooser(page).waitFor();
    assert.equal(await face(page, /guest/i).count(), 0);
    await face(page, /parent/i).click();
    await home(page).waitFor();
    await visitor.close();
  });
});

describe("profiles", () => {
  test("are made, changed and removed by keys", async () => {
    const visitor = await visit(world);
    const { page } = visitor;
    await signInByForm(page, "maker@example.org", password);
    await page.goto("/account");
    await page.getByRole("link", { name: "Profiles" }).press("Enter");
    await page.getByRole("button", { name: "New profile" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "New profile" });
    await dialog.getByLabel("Name").fill("Leo");
    await dialog.getByRole("radio", { name: "Owl" }).press("Enter");
    await dialog.getByRole("radio", { name: "Green" }).press("Enter");
    await dialog.getByLabel("Age limit").selectOption("6");
    await dialog.getByRole("switch").press("Space");
    await dialog.getByRole("textbox", { name: "PIN" }).fill("12");
    await dialog.getByRole("button", { name: "Save" }).press("Enter");
    await dialog.getByRole("alert").waitFor();
    await dialog.getByRole("textbox", { name: "PIN" }).fill("1357");
    await dialog.getByRole("button", { name: "Save" }).press("Enter");
    const row = page.getByRole("listitem").filter({ hasText: "Leo" });
    await row.getByText("Up to 6").waitFor();
    const maker = await world.visitor().signIn("maker@example.org", password);
    const leo = async () =>
      (await maker.read("/api/me/profiles")).profiles.find(
        ({ name }: { name: string }) => name === "Leo",
      );
    const { avatar, colour, maturityLimit, allowsUnrated, hasPin } = await leo();
    assert.deepEqual(
      [avatar, colour, maturityLimit, allowsUnrated, hasPin],
      ["owl", "green", 6, true, true],
    );
    // The limit of one with a PIN asks for that.
    await row.getByRole("button", { name: /Change/ }).press("Enter");
    await page.getByLabel("Age limit").selectOption("12");
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("dialog", { name: "PIN of Leo" }).waitFor();
    await page.keyboard.type("1357");
    await page.keyboard.press("Enter");
    await row.getByText("Up to 12").waitFor();
    assert.equal((await leo()).maturityLimit, 12);
    await row.getByRole("button", { name: /Remove/ }).press("Enter");
    await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
    await page.getByRole("dialog", { name: "PIN of Leo" }).waitFor();
    await page.keyboard.type("1357");
    await page.keyboard.press("Enter");
    await row.waitFor({ state: "detached" });
    assert.equal(await leo(), undefined);
    await visitor.close();
  });

  for (const [width, height] of [
    [360, 740],
    [1366, 768],
    [1920, 1080],
  ] as const)
    for (const language of ["en", "ar"])
      test(`can be read and reached at ${width} in ${language}`, async () => {
        const { page, barriers, shift, close } = await visit(world, {
          width,
          height,
          locale: language,
        });
        await reader.patch("/api/me", { language });
        await page.goto("/");
        await page.getByLabel(words(language, "app.signin.login")).fill("reader@example.org");
        await page.getByLabel(words(language, "app.password"), { exact: true }).fill(password);
        await page
          .getByRole("button", { name: words(language, "app.signin.title"), exact: true })
          .click();
        const check = async (where: string): Promise<void> => {
          await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
          assert.deepEqual(await barriers(), [], `${where} at ${width}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${where} is ${wide} px too wide`);
          // The walk steps a choice too, which may bring another field with it.
          assert.ok((await shift()) < 0.001, `${where} moved by ${await shift()}`);
          if (width === 1920) await walkAll(page, where);
        };
        await onFace(page);
        await check("at the start");
        await page.keyboard.press("1");
        await page.getByRole("navigation").waitFor();
        await page.goto("/who");
        await page.locator(".face").first().waitFor();
        await check("who");
        await page.goto("/profiles");
        await page.locator(".profile").first().waitFor();
        await check("profiles");
        await page.locator(".profile button").first().click();
        await page.getByRole("dialog").waitFor();
        await check("editor");
        await close();
      });
});

const sessionOf = (page: Page): Promise<string> =>
  page.evaluate(() => localStorage.getItem("miauflix.session") ?? "");
