// Openings and credits while a film plays: leaving them out by keys, pointer and remote
// control, marking them for everybody, the next episode with the credits; chapters.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { pressKey } from "../world/arrows.ts";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { forget, hears, startListening } from "../world/heard.ts";
import { place } from "../world/media.ts";
import { paused, playing, settled, sizes } from "../world/watching.ts";
import { face } from "../world/who.ts";
import { newWorld, password } from "../world/world.ts";

const [seconds, email] = [90, "admin@example.org"];

const world = await newWorld();
const folder = "Deep Water/Season 1";
for (const name of ["S01E01 Alpha", "S01E02 Beta"])
  await place("front.mp4", path.join(world.films, `${folder}/Deep Water ${name}.mp4`), seconds);
await world.addFolder(world.films);
const show = await world.showId("Deep Water");
const marks = `/api/segments/show-${show}`;
const intro = { season: 1, start: 5, end: 30 };
await world.admin.put(`${marks}/intro`, intro);
await world.admin.put(`${marks}/credits`, { season: 1, start: 45, end: 0, fromEnd: true });

const visits: Visit[] = [];
after(() => Promise.all(visits.map((visitor) => visitor.close())));

async function at(size: { width: number; height: number }): Promise<Visit> {
  const visitor = await visit(world, size);
  visits.push(visitor);
  await signInByForm(visitor.page, email, password);
  return visitor;
}

const watch = (episode: number) => `/watch/show-${show}/1/${episode}#start`;

/** The film at that second, where it is stopped. */
async function stopAt(page: Page, second: number, episode = 1): Promise<void> {
  await page.goto("/account");
  await page.goto(watch(episode));
  await playing(page, 0.2);
  await paused(page);
  await seek(page, second);
}

async function seek(page: Page, second: number): Promise<void> {
  await page.evaluate((to) => {
    const video = document.querySelector("video");
    if (video) video.currentTime = to;
  }, second);
  await settled(page, second);
}

const skip = (page: Page) => page.getByRole("button", { name: "Skip the opening" });

/** Where the controls stand. */
const boxes = (page: Page) =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll(".controls button, .seek, h1"), (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height].map(Math.round).join();
    }),
  );

test("Enter on the picture leaves the opening out, and moves nothing", async () => {
  const visitor = await at(sizes.laptop);
  const { page } = visitor;
  await startListening(page);
  await stopAt(page, 2);
  assert.equal(await skip(page).count(), 0);
  const before = await boxes(page);
  await forget(page);
  await seek(page, 6);
  await skip(page).waitFor();
  await hears(page, "Skip the opening: Enter");
  assert.deepEqual(await boxes(page), before);
  assert.deepEqual(await visitor.barriers(), [], "axe with the button");
  await page.keyboard.press("Enter");
  await settled(page, 30);
  await skip(page).waitFor({ state: "detached" });
  assert.deepEqual(visitor.complaints, []);
});

test("the button leads there by a pointer and by a remote control", async () => {
  for (const size of [sizes.phone, sizes.television]) {
    const { page } = await at(size);
    await stopAt(page, 6);
    await skip(page).waitFor();
    if (size === sizes.phone) await skip(page).click();
    else {
      await page.locator(".play-button").focus();
      for (let i = 0; i < 6 && (await focusIn(page, ".skip-offer")) === false; i++)
        await pressKey(page, 38);
      assert.equal(await focusIn(page, ".skip-offer"), true, "arrows lead to the button");
      await page.keyboard.press("Enter");
    }
    await settled(page, 30);
    await page.waitForFunction(() => document.activeElement?.matches(".player"));
  }
});

const focusIn = (page: Page, what: string): Promise<boolean> =>
  page.evaluate((where) => document.activeElement?.closest(where) !== null, what);

test("a remote's OK presses it while it shows by itself", async () => {
  const { page } = await at(sizes.television);
  await stopAt(page, 6);
  await skip(page).waitFor();
  await page.locator(".player").focus();
  await pressKey(page, 13);
  await settled(page, 30);
});

test("the next episode is asked for when the credits begin", async () => {
  const { page } = await at(sizes.laptop);
  await stopAt(page, 40);
  const card = page.getByRole("region", { name: "Next episode" });
  assert.equal(await card.count(), 0);
  await seek(page, 46);
  await card.getByText("Beta", { exact: true }).waitFor();
  assert.equal(await page.locator(".skip-offer").count(), 0, "one thing is offered at a time");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Beta/ }).waitFor();
});

test("who marks an opening does so for everybody", async () => {
  const visitor = await at(sizes.laptop);
  const { page } = visitor;
  await world.admin.delete(`${marks}/intro?season=1`);
  await stopAt(page, 3);
  assert.equal(await page.locator(".skip-offer").count(), 0);
  await page.getByRole("button", { name: "Speed and more" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Mark opening and credits" }).click();
  const panel = page.getByRole("region", { name: "Mark opening and credits" });
  await panel.waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".mark-panel select"));
  assert.deepEqual(await visitor.barriers(), [], "axe with the panel");
  await panel.getByRole("button", { name: "It begins here" }).click();
  await seek(page, 20);
  await panel.getByRole("button", { name: "It ends here" }).press("Enter");
  await panel.getByRole("button", { name: "Save" }).press("Enter");
  await panel.getByText("Marked, for everybody.").first().waitFor();
  const { segments } = await world.admin.read(`${marks}?season=1&episode=2`);
  const marked = segments.find(({ kind }: { kind: string }) => kind === "intro");
  assert.equal(marked.origin, "season");
  assert.ok(Math.abs(marked.start - 3) < 0.5 && Math.abs(marked.end - 20) < 0.5);
  await panel.getByRole("button", { name: "Close" }).click();
  await seek(page, 4);
  await skip(page).waitFor();
  await world.admin.put(`${marks}/intro`, intro);
  assert.deepEqual(visitor.complaints, []);
});

test("a child marks nothing", async () => {
  const visitor = await at(sizes.laptop);
  await world.admin.send("/api/me/profiles", { name: "Mia", maturityLimit: 16 });
  await world.admin.put(`/api/titles/show-${show}/certification`, { minimumAge: 0 });
  const page = await visitor.context.newPage();
  await page.goto("/who");
  const used = page.waitForResponse(/\/profiles\/[^/]+\/use$/);
  await face(page, /Mia/).click();
  assert.equal((await used).status(), 200);
  await page.waitForURL((url) => url.pathname !== "/who");
  await stopAt(page, 6);
  await skip(page).waitFor();
  await page.getByRole("button", { name: "Speed and more" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Statistics" }).waitFor();
  assert.equal(await page.getByRole("menuitemcheckbox", { name: /Mark/ }).count(), 0);
});
