// Back from a title's page to a home page of 120 cards, at a quarter of the
// processor: from history.back() until the same card is drawn where it was.
import { signInByForm, visit } from "../world/browser.ts";
import { fillHouse } from "../world/household.ts";
import { isLong } from "../world/place.ts";
import { makeWorld, password } from "../world/world.ts";
import { median, printTable, row } from "./table.ts";

const rounds = isLong ? 60 : 20;

/** Milliseconds until popstate came, until the page stands, until it is drawn. */
type Times = [popstate: number, stands: number, drawn: number];

/** In the page: goes back, and looks when what it left is there again. */
function goBack(): Promise<Times> {
  return new Promise((done) => {
    let popstate = 0;
    addEventListener("popstate", () => (popstate = performance.now()), {
      once: true,
      capture: true,
    });
    const begin = performance.now();
    history.back();
    const look = (): void => {
      const home = document.querySelector<HTMLElement>(".home");
      const isThere =
        home !== null && !home.hidden && home.contains(document.activeElement) && scrollY > 0;
      if (!isThere) return void requestAnimationFrame(look);
      const stands = performance.now();
      // A message sent in a frame arrives when that frame has been drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done([popstate - begin, stands - begin, performance.now() - begin]);
      port2.postMessage(0);
    };
    requestAnimationFrame(look);
  });
}

const world = await makeWorld();
try {
  await fillHouse(world);
  const { page, context } = await visit(world);
  await signInByForm(page, "admin@example.org", password);
  const rails = page.locator(".rail");
  await page.locator(".card").nth(60).waitFor({ state: "attached" });
  // Each row grows as far as it goes near its first end.
  await page.waitForTimeout(1000);
  const cards = await page.locator(".card:not(.skeleton)").count();
  const cdp = await context.newCDPSession(page);
  const times: Times[] = [];
  for (let i = 0; i < rounds; i++) {
    const card = rails
      .nth(2 + (i % 2))
      .locator("a.card")
      .nth(1 + (i % 5));
    await card.scrollIntoViewIfNeeded();
    await card.focus();
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    await page.keyboard.press("Enter");
    await page.locator(".title-page h1").waitFor();
    await page.waitForTimeout(700);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    times.push(await page.evaluate(goBack));
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await page.waitForTimeout(500);
  }
  const column = (at: 0 | 1 | 2) => times.map((t) => t[at]).toSorted((a, b) => a - b);
  for (const [at, name] of ["popstate", "the page stands", "it is drawn"].entries()) {
    const sorted = column(at as 0 | 1 | 2);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
    row(
      `back → ${name}, ${cards} cards, a quarter of the processor`,
      `${Math.round(median(sorted))} (p95 ${Math.round(p95)}) ms`,
      at === 2 ? "≤ 100 ms" : "",
    );
  }
  await context.browser()?.close();
} finally {
  await world.tearDown();
}
printTable();
