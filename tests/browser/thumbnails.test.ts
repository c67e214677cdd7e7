// The picture over the seek bar: that of the place under the pointer, or where the keys
// lead; where there are none the time stands there alone.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { until } from "../world/place.ts";
import { placeGrey, secondOf, thumbnailsOf } from "../world/thumbnails.ts";
import { paused, playing, sizes } from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_THUMBNAILS_ENABLED: "true" } });
placeGrey("even", 40, path.join(world.films, "Even (2001).mp4"));
await world.addFolder(world.films);
const movie = await world.movieId("Even");
await thumbnailsOf(world, "Even");

const visits: Visit[] = [];
after(() => Promise.all(visits.map((visitor) => visitor.close())));

/** The film stands still. */
async function at(size: { width: number; height: number }): Promise<Visit> {
  const visitor = await visit(world, size);
  visits.push(visitor);
  await signInByForm(visitor.page, "admin@example.org", password);
  await visitor.page.goto(`/watch/movie-${movie}#start`);
  await playing(visitor.page, 0.2);
  await paused(visitor.page);
  return visitor;
}

/** Which second the picture over the bar shows; null: there is none. */
const shown = async (page: Page): Promise<number | null> => {
  const grey = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".seek-tip canvas");
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return null;
    const [level, , , opacity] = pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
    return opacity === 255 ? level : null;
  });
  return grey === null || grey === undefined ? null : secondOf(grey);
};

async function shows(page: Page, second: number): Promise<void> {
  let last: number | null = null;
  await until(
    `the picture of second ${second}`,
    async () => {
      last = await shown(page);
      return last !== null && Math.abs(last - second) <= 2;
    },
    { why: () => `it shows ${last}` },
  );
}

async function hover(page: Page, share: number): Promise<void> {
  const bar = await page.locator(".seek").boundingBox();
  assert.ok(bar);
  await page.mouse.move(bar.x + bar.width * share, bar.y + bar.height / 2);
}

/** Nothing of the tip lies beyond the screen. */
async function isInside(page: Page): Promise<void> {
  const box = await page.locator(".seek-tip span").boundingBox();
  const size = page.viewportSize();
  assert.ok(box && size);
  assert.ok(box.x >= 0 && box.x + box.width <= size.width, JSON.stringify(box));
}

for (const [name, size] of Object.entries({ laptop: sizes.laptop, phone: sizes.phone }))
  test(`under the pointer, at the size of a ${name}`, async () => {
    const { page, barriers } = await at(size);
    const before = await page.locator(".seek").boundingBox();
    for (const share of [0.5, 0.02, 0.97]) {
      await hover(page, share);
      await shows(page, share * 40);
      await isInside(page);
    }
    assert.deepEqual(await page.locator(".seek").boundingBox(), before);
    assert.deepEqual(await barriers(), [], "axe with a picture");
  });

test("where the keys lead", async () => {
  const { page } = await at(sizes.laptop);
  await page.getByRole("slider", { name: "Position" }).focus();
  await page.keyboard.down("ArrowRight");
  await until("a picture", async () => (await shown(page)) !== null);
  await page.keyboard.up("ArrowRight");
});

test("without pictures the time stands there alone", async () => {
  world.sql("UPDATE thumbnails SET problem = 'None came out of it.'");
  const { page } = await at(sizes.laptop);
  await hover(page, 0.5);
  await page.locator(".seek-tip span").waitFor();
  assert.match(await page.locator(".seek-tip span").innerText(), /^0:(19|20|21)$/);
  assert.equal(await page.locator(".seek-tip canvas").count(), 0);
});
