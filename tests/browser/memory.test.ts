// Nothing is left behind by a way from home to a title, into the player and back:
// neither nodes nor listeners nor memory grow with the number of rounds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { many } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

/** What a round may leave at most: nodes, listeners, bytes. A page that stays has
 * some 90 nodes, a player 150. */
const bounds = { nodes: 2, listeners: 1, bytes: 30_000 };
/** What may be alive for a while whatever was done before: one way through. */
const once = { nodes: 100, listeners: 20, bytes: 1_000_000 };
const rounds = many(5, 50);

const world = await newWorld();
await showFilms(world, { isShort: true });
const { page, context, complaints } = await visit(world);
await signInByForm(page, "admin@example.org", password);
const cdp = await context.newCDPSession(page);
await cdp.send("Performance.enable");

async function kept() {
  // Twice: what the first frees may have held something.
  for (let i = 0; i < 2; i++) await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return { nodes: of("Nodes"), listeners: of("JSEventListeners"), bytes: usedSize };
}

async function round(): Promise<void> {
  await page.locator(".home a.card", { hasText: movies.front }).first().click();
  await page
    .getByRole("link", { name: /^(Play|Resume)/ })
    .first()
    .click();
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.goBack();
  await page.locator("video").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.goBack();
  await page.locator(".home:not([hidden])").waitFor();
  await page.locator(".title-page").waitFor({ state: "detached" });
}

test(`${rounds} times home, title, player and back leave nothing`, async (t) => {
  // What is fetched and made once.
  for (let i = 0; i < 4; i++) await round();
  const before = await kept();
  for (let i = 0; i < rounds; i++) await round();
  const after = await kept();
  for (const [name, bound] of Object.entries(bounds) as [keyof typeof bounds, number][]) {
    const each = (after[name] - before[name]) / rounds;
    t.diagnostic(`${name}: ${before[name]} and then ${each.toFixed(1)} a round`);
    const more = after[name] - before[name] - once[name];
    assert.ok(more <= bound * rounds, `${name} grow by ${each} a round, from ${before[name]}`);
  }
  assert.deepEqual(complaints, []);
});
