// Who is watching: chosen at the start, by two keys from anywhere, by a PIN on keys of
// the screen; several people in one browser; and a child's profile, for which nothing
// of what is hidden is left anywhere in the browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey, walkAll } from "../world/arrows.ts";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { pageMs, until } from "../world/place.ts";
import { startSwitch } from "../world/switch.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

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
const child = await parent.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
const guest = "guest@example.org";
world.addPerson(guest);
world.addPerson("maker@example.org");
const reader = await world.person("reader@example.org");
await reader.send("/api/me/profiles", { name: "Leo", maturityLimit: 6 });

const face = (page: Page, name: RegExp) => page.locator(".face", { hasText: name });
const chooser = (page: Page) => page.getByRole("heading", { name: "Who’s watching?", level: 1 });
const home = (page: Page) => page.getByRole("link", { name: new RegExp(movies.front) }).first();
const isHidden = (text: string): boolean =>
  !text.includes(movies.tail) && !text.includes(`movie/${hidden}`);

/** A browser at a set's size in which the parent has signed in and watches as themselves. */
async function atHome(worker = false): Promise<Visit> {
  const visitor = await visit(world, {
    width: 1920,
    height: 1080,
    worker,
    ...(worker && { origin: between.origin }),
  });
  const { page } = visitor;
  await page.goto("./");
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await chooser(page).waitFor();
  await face(page, /parent/i).click();
  await home(page).waitFor();
  return visitor;
}

/** Goes on as somebody by the blue key and their digit. */
async function switchTo(page: Page, digit: string): Promise<void> {
  await pressKey(page, 406);
  await chooser(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".face"));
  await page.keyboard.press(digit);
}

describe("who is watching", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await atHome();
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
    assert.ok(isHidden(await page.content()));
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
    await page.getByRole("dialog").waitFor({ state: "hidden" });
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
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForFunction(() => document.activeElement?.matches(".face"));
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
    await dialog.getByLabel("Password").fill(password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
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
    visitor = await atHome(true);
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
    await switchTo(page, "2");
    await home(page).waitFor();
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
        await page.getByRole("button", { name: words(language, "app.signin.title") }).click();
        const check = async (where: string): Promise<void> => {
          await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
          assert.deepEqual(await barriers(), [], `${where} at ${width}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${where} is ${wide} px too wide`);
          if (width === 1920) await walkAll(page, where);
        };
        await page.waitForFunction(() => document.activeElement?.matches(".face"));
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
        assert.ok((await shift()) < 0.001);
        await close();
      });
});

const sessionOf = (page: Page): Promise<string> =>
  page.evaluate(() => localStorage.getItem("miauflix.session") ?? "");
