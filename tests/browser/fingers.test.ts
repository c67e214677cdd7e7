// A film under the finger, on a phone: taps, and a finger that goes along or down.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { drawn, signInByForm, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import {
  aims,
  countSeeks,
  drag,
  noteTaken,
  paused,
  playing,
  settled,
  sizes,
  tap,
  tapTwice,
  time,
} from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await place("front.mp4", path.join(world.films, "Long Road (2017).mp4"), 90);
await world.addFolder(world.films);
const film = await world.movieId("Long Road");
const visitor = await visit(world, sizes.phone);
const { page } = visitor;
const session = await page.context().newCDPSession(page);
await signInByForm(page, "admin@example.org", password);

/** Opens the film from its beginning, stopped after its first pictures. */
async function open(): Promise<void> {
  // The same address again would be no new page.
  await page.goto("/account");
  await page.goto(`/watch/movie-${film}#start`);
  await playing(page, 0.2);
  await paused(page);
}

test("by a finger: two taps go ten seconds, one shows and hides the controls", async () => {
  await open();
  const from = await time(page);
  await tapTwice(session, 330, 250);
  await settled(page, from + 10);
  assert.equal(await page.evaluate(() => document.querySelector("video")?.paused), true);
  assert.deepEqual(await visitor.barriers(), []);
  // While it plays a tap takes the controls away, and another brings them back.
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await playing(page, from + 10);
  await tap(session, 60, 250);
  await page.locator('.player[data-idle="true"]').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("video")?.paused), false);
  assert.deepEqual(visitor.complaints, []);
});

test("by a finger: sideways leads along the film, up and down nowhere", async () => {
  await open();
  const seeks = await countSeeks(page);
  await noteTaken(page);
  const from = await time(page);
  const { width } = sizes.phone;
  const along = (part: number): [number, number] => [40 + part * width, 300];
  // A third of the picture is a minute; nothing is sought before the finger lets go.
  await drag(session, [0, 0.1, 0.2, 1 / 3].map(along), async () => {
    await aims(page, from + 60);
    assert.equal(await seeks(), 0);
  });
  await settled(page, from + 60);
  await drag(session, [1 / 3, 0.25, 1 / 6].map(along), () => aims(page, from + 30));
  await settled(page, from + 30);
  assert.equal(await seeks(), 2);
  await drag(
    session,
    [
      [195, 500],
      [197, 430],
      [199, 330],
    ],
    () => drawn(page),
  );
  await tapTwice(session, 330, 250);
  await settled(page, from + 40);
  assert.equal(await seeks(), 3, "up and down sought nothing");
  assert.deepEqual(visitor.complaints, []);
});

test("the end of a film: it begins anew, or leads out", async () => {
  await open();
  const end = page.getByRole("region", { name: "The end" });
  const toEnd = async () => {
    await page.evaluate(() => {
      const video = document.querySelector("video");
      if (video === null) return;
      video.currentTime = video.duration - 0.3;
      void video.play();
    });
    await end.waitFor();
  };
  await toEnd();
  assert.deepEqual(await visitor.barriers(), []);
  await end.getByRole("button", { name: "Start over" }).tap();
  await end.waitFor({ state: "hidden" });
  await playing(page, 0.2);
  await toEnd();
  // The focus is on the way out.
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/movie/${film}$`));
  assert.deepEqual(visitor.complaints, []);
});
