// Every screen at the sizes of a phone, a laptop and a television: compared with the
// pictures that were accepted, nothing too small to be hit, nothing wider than the
// window, enlarged to 200 % neither.
import assert from "node:assert/strict";
import { test } from "node:test";
import { download } from "../../www/src/features/downloads/sample.ts";
import { visit } from "../world/browser.ts";
import { layFilms, movies, show } from "../world/films.ts";
import { smallTargets } from "../world/fit.ts";
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
    .path, .hint code, .qr, .devices a, .room-text, .setting-fixed, video, .seek-track,
    .player-time, .seek, .hint-shown, .file,
    .rail ~ .rail { visibility: hidden !important; }
    .picture img { opacity: 0 !important; }
    .picture { background: linear-gradient(160deg, #24506b, #12222f) !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
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

/** What else than dark a person may have asked for, at a laptop's size. */
const THEMES = {
  light: { colorScheme: "light" },
  contrast: { contrast: "more" },
} as const;

async function lookIn(theme: keyof typeof THEMES, name: string): Promise<void> {
  await page.emulateMedia(THEMES[theme]);
  pictures.take(`${name}-${theme}@laptop`, await shoot(page));
  await page.emulateMedia({ colorScheme: "dark", contrast: "no-preference" });
}

async function lookOnce(name: string): Promise<void> {
  pictures.take(`${name}@laptop`, await shoot(page));
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
  await lookIn("light", "home");
  await lookIn("contrast", "home");
  await open(`/movie/${film}`, new RegExp(movies.front));
  await look("film");
  await lookIn("light", "film");
  await open(`/show/${await world.showId(show)}`, new RegExp(show));
  await look("show");
  await lookIn("light", "show");
  await page.goto(`/watch/movie-${film}`);
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await look("player");
  await lookIn("light", "player");
});

test("what an administrator sees", async () => {
  await open("/downloads", /./);
  await look("downloads");
  await open("/library", /./);
  await look("library");
  await open("/settings", /./);
  await look("settings");
  await lookIn("light", "settings");
  await open("/account", /./);
  await look("account");
  await open("/people", /./);
  await look("people");
  await open("/who", /./);
  await look("who");
  await open("/profiles", /./);
  await look("profiles");
});

test("a download under way", async () => {
  await page.route("**/api/downloads", async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...(await response.json()), downloads: [download()] },
    });
  });
  await open("/downloads", /./);
  await page.getByText("Long Road").first().waitFor();
  await lookOnce("download");
  await lookIn("light", "download");
  await page.unroute("**/api/downloads");
});

test("what does not work", async () => {
  const film = await world.movieId(movies.front);
  const json = { code: "daemon_down", error: "Not running", message: "Not running", requestId: "" };
  await page.route("**/api/play/start", (route) => route.fulfill({ status: 503, json }));
  await open(`/watch/movie-${film}`, /./);
  await lookOnce("player-error");
  await lookIn("light", "player-error");
  await page.unroute("**/api/play/start");
  const silent = { status: 502, contentType: "text/html", body: "" };
  await page.route("**/api/**", (route) => route.fulfill(silent));
  await page.goto("/");
  await heading("The server cannot be reached");
  await page.locator(".connection-line").waitFor();
  await lookOnce("unreachable");
  await lookIn("light", "unreachable");
  await page.unroute("**/api/**");
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
  await open("/join", /./);
  await look("join");
  await open("/reset", /./);
  await look("reset");
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
