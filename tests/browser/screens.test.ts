// Every screen at the sizes of a phone, a laptop and a television: compared with the
// pictures that were accepted, nothing too small to be hit, nothing wider than the
// window, enlarged to 200 % neither.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../world/browser.ts";
import { layFilms, movies, show } from "../world/films.ts";
import { fixPictures, Pictures, shoot, still } from "../world/picture.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
await layFilms(world);
const pictures = new Pictures("screens");
const visitor = await visit(world);
const { page } = visitor;
await fixPictures(page);
const email = "mia@example.org";
const password = "correct horse";

const SIZES: [name: string, width: number, height: number][] = [
  ["tv", 1920, 1080],
  ["phone", 390, 844],
  ["laptop", 1280, 800],
];

/** Half of a laptop's and of a set's, which is 200 %, and what is left of a laptop's
 * at 400 %. */
const ENLARGED: [width: number, height: number][] = [
  [960, 540],
  [640, 400],
  [320, 256],
];

/** Runs in the page: what differs from one world to the next is not seen. */
function hideChance(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .path, .hint code, .qr, .devices a, .room-text, .setting-unit, video, .seek-track,
    .player-time, .seek, .hint-shown, .setting input, .setting select, .file,
    .rail ~ .rail { visibility: hidden !important; }
    .picture img { opacity: 0 !important; }
    .picture { background: linear-gradient(160deg, #24506b, #12222f) !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Runs in the page: what is pressed but hard to hit. Words in a line of text may be
 * as high as it, and a box to tick is hit by its words as well. */
function smallTargets(): string[] {
  const least = 44;
  const pressed = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return Array.from(document.querySelectorAll<HTMLElement>(pressed))
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => one.closest("[inert], .visually-hidden") === null && !one.matches(".skip"))
    .filter((one) => getComputedStyle(one).display !== "inline" || one.matches("input, select"))
    .flatMap((one) => {
      const box = (one.closest("label") ?? one).getBoundingClientRect();
      const isSmall = Math.min(box.width, box.height) < least - 0.5;
      const name = one.getAttribute("aria-label") ?? one.textContent?.trim().slice(0, 40);
      return isSmall ? [`${one.tagName} ${name}: ${box.width} x ${box.height}`] : [];
    });
}

/** What was found while the pictures were taken. */
const small: string[] = [];
const wide: string[] = [];

async function look(name: string): Promise<void> {
  for (const [size, width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    pictures.take(`${name}@${size}`, await shoot(page));
    for (const target of await page.evaluate(smallTargets))
      small.push(`${name}@${size}: ${target}`);
  }
  for (const [width, height] of ENLARGED) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) wide.push(`${name} is ${over} px too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function open(path: string, name: RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).first().waitFor();
  await still(page);
}

const heading = (name: RegExp | string) => page.getByRole("heading", { name }).first().waitFor();

test("set-up", async () => {
  await page.addInitScript(hideChance);
  await page.goto("/");
  await heading("Who runs this server?");
  await look("set-up-1");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Go on" }).click();
  await heading("Where are your films?");
  await look("set-up-2");
  await page.getByRole("button", { name: "Later", exact: true }).click();
  await heading("What may be contacted outside?");
  await look("set-up-3");
  await page.getByRole("button", { name: "To the films" }).click();
  await heading("No films yet");
  await look("home-empty");
});

test("what one watches", async () => {
  world.admin = await world.visitor().signIn(email, password);
  await world.addFolder(world.films);
  await world.pictured();
  const film = await world.movieId(movies.front);
  const place = { titleId: `movie-${film}`, position: 8, duration: 20 };
  await world.admin.send("/api/play/heartbeat", place);
  await page.goto("/");
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .first()
    .waitFor();
  await look("home");
  await open(`/movie/${film}`, new RegExp(movies.front));
  await look("film");
  await open(`/show/${await world.showId(show)}`, new RegExp(show));
  await look("show");
  await page.goto(`/watch/movie-${film}`);
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await look("player");
});

test("what an administrator sees", async () => {
  await open("/downloads", /./);
  await look("downloads");
  await open("/library", /./);
  await look("library");
  await open("/settings", /./);
  await look("settings");
  await open("/account", /./);
  await look("account");
});

test("what is not there", async () => {
  await open("/no/such/page", /./);
  await look("not-found");
  await open("/account", /./);
  await visitor.context.setOffline(true);
  await page.locator(".connection-line").waitFor();
  await look("offline");
  await visitor.context.setOffline(false);
});

test("signing in", async () => {
  await visitor.context.clearCookies();
  await open("/account", /./);
  await page.evaluate(() => localStorage.clear());
  await page.goto("/");
  await heading("Sign in");
  await look("sign-in");
});

test("whatever is pressed can be hit: 44 px each way", () => {
  assert.deepEqual(small, []);
});

test("enlarged to 200 %, and to 400 %, nothing is wider than the window", () => {
  assert.deepEqual(wide, []);
});

test("they are as they were accepted", () => {
  assert.deepEqual(pictures.compare(), [], "`npm run visual` shows what differs");
});
