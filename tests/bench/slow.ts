// The first visit over a slow network, with nothing in the browser's cache and a
// quarter of the processor: from the way there until the screen shows what it is for.
// The profiles are those of WebPageTest, as Chromium imitates them: each request
// takes the round trip more.
import type { BrowserContext, CDPSession } from "playwright-core";
import { signInByForm, visit } from "../world/browser.ts";
import { fillHouse } from "../world/household.ts";
import { isLong } from "../world/place.ts";
import { makeWorld, password } from "../world/world.ts";
import { median, printTable, row } from "./table.ts";

const rounds = isLong ? 15 : 5;

/** kbit/s down and up, milliseconds of a round trip. */
const profiles = [
  { name: "3G", down: 1600, up: 768, rtt: 300 },
  { name: "3G Slow", down: 400, up: 400, rtt: 400 },
];

type Seen = { text: number; picture: number };

/** Runs in the page before its own scripts: notes when what is wanted is drawn. */
function watch(wanted: string): void {
  const seen: Partial<Seen> = {};
  Object.assign(window, { seen });
  const look = (): void => {
    if (seen.text === undefined && document.querySelector(wanted) !== null)
      seen.text = performance.now();
    const picture = document.querySelector<HTMLImageElement>(".picture.backdrop img");
    if (seen.picture === undefined && picture?.complete && picture.naturalWidth > 0)
      seen.picture = performance.now();
    if (seen.text === undefined || seen.picture === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const screens = [
  { name: "sign-in", path: "/", wanted: "form input", hasPicture: false },
  { name: "home", path: "/", wanted: ".hero h1 ~ .actions .button", hasPicture: true },
  { name: "a film's page", path: "/movie/", wanted: ".title-page .button", hasPicture: true },
];

async function slowed(cdp: CDPSession, { down, up, rtt }: (typeof profiles)[number]) {
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: rtt,
    downloadThroughput: (down * 1000) / 8,
    uploadThroughput: (up * 1000) / 8,
  });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

const world = await makeWorld();
try {
  await fillHouse(world);
  const film = await world.movieId("First Light");
  const first = await visit(world);
  await signInByForm(first.page, "admin@example.org", password);
  const state = await first.context.storageState();
  const kept = state.origins.flatMap((origin) => origin.localStorage);
  const signedIn = async (context: BrowserContext): Promise<void> => {
    await context.addCookies(state.cookies);
    await context.addInitScript((rows) => {
      for (const { name, value } of rows) localStorage.setItem(name, value);
    }, kept);
  };
  for (const profile of profiles)
    for (const { name, path, wanted, hasPicture } of screens) {
      const times: Seen[] = [];
      for (let i = 0; i < rounds; i++) {
        const { page, context, close } = await visit(world, { width: 390, height: 844 });
        if (name !== "sign-in") await signedIn(context);
        await context.addInitScript(watch, wanted);
        await slowed(await context.newCDPSession(page), profile);
        await page.goto(path === "/movie/" ? `/movie/${film}` : path, { waitUntil: "commit" });
        const seen = await page.waitForFunction(
          (hasPicture) => {
            const { seen } = window as unknown as { seen: Partial<Seen> };
            const isWhole = seen.text !== undefined && (!hasPicture || seen.picture !== undefined);
            return isWhole ? seen : null;
          },
          hasPicture,
          { polling: 100 },
        );
        times.push((await seen.jsonValue()) as Seen);
        await close();
      }
      const spread = (of: keyof Seen): string => {
        const sorted = times.map((time) => time[of]).toSorted((a, b) => a - b);
        return `${Math.round(median(sorted))} (worst ${Math.round(sorted.at(-1) ?? 0)}) ms`;
      };
      const budget = profile.name === "3G" ? "≤ 3000 ms" : "";
      row(`${profile.name}: ${name} shows`, spread("text"), budget);
      if (hasPicture) row(`${profile.name}: … with its picture`, spread("picture"), "");
    }
  await first.context.browser()?.close();
} finally {
  await world.tearDown();
}
printTable();
