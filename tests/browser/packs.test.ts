// Packs whose names do not tell what is what: a person says it on the Downloads
// page, and it plays. Then, for administrators, why it plays from there. Each
// file has a length of its own, by which the player tells what it got.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { press, signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { until } from "../world/place.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const { admin } = world;

/** A download of files that play so many seconds. */
async function added(name: string, title: string, files: Record<string, number>): Promise<number> {
  const folder = path.join(world.hold, name);
  for (const [file, seconds] of Object.entries(files))
    await place("front.mp4", path.join(folder, file), seconds);
  const { torrent } = await swarm.share(folder);
  return (await swarm.added(torrent, "--title", title)).id;
}

const film = await added("Two of them", "Iron Lake (2016)", {
  "The one.mp4": 6,
  "The other.mp4": 9,
});
const show = await added("Day Harbour", "Day Harbour", { "The Quay.mp4": 6, "The Tide.mp4": 9 });
const visitor = await visit(world);
const { page } = visitor;
await signInByForm(page, "admin@example.org", password);

const dialog = page.getByRole("dialog");
const pageOf = async (id: number): Promise<string> => {
  const { titleId } = await admin.read(`/api/downloads/${id}`);
  return `/${titleId.replace("-", "/")}`;
};

/** Waits until what plays is this long, and moves. */
async function plays(seconds: number): Promise<void> {
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
  const got = await page.evaluate(() => document.querySelector("video")?.duration ?? 0);
  assert.ok(Math.abs(got - seconds) < 0.5, `it plays ${got} s, not ${seconds}`);
}

async function say(name: string): Promise<void> {
  await page.goto("/downloads");
  const row = page
    .getByRole("list", { name: "All downloads" })
    .getByRole("listitem")
    .filter({ hasText: name });
  await row.getByRole("button", { name: "Say which file plays" }).click();
}

test("before it is said nothing plays, and the row asks", async () => {
  await page.goto(await pageOf(film));
  await page.getByText("No source yet.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Why this source" }).count(), 0);
  await say("Iron Lake");
  await dialog.getByText("Which file is the film?").waitFor();
  assert.equal(await dialog.getByRole("radio", { checked: true }).count(), 0, "no guess");
  assert.deepEqual(await visitor.barriers(), []);
});

test("the film among two is chosen there, and it is what plays", async () => {
  await dialog.getByRole("radio", { name: /The other\.mp4/ }).check();
  await until("it to be kept", async () => {
    const { choice } = await admin.read(`/api/downloads/${film}`);
    return choice.code === "file_chosen";
  });
  await page.goto(await pageOf(film));
  await page.getByRole("link", { name: "Play" }).click();
  await plays(9);
});

test("episodes are named there, and each plays its own file", async () => {
  await say("Day Harbour");
  await dialog.getByRole("button", { name: "They are episodes" }).click();
  await dialog.getByLabel(/The Quay\.mp4/).fill("2");
  await dialog.getByLabel(/The Tide\.mp4/).fill("1x01");
  await dialog.getByRole("button", { name: "Save episodes" }).click();
  await dialog.getByText("Saved.").first().waitFor();
  await page.goto(await pageOf(show));
  await page.getByRole("link", { name: /^Play S1 E1/ }).click();
  await plays(9);
  await page.goto(await pageOf(show));
  await page.locator(".episodes").getByRole("link", { name: /2\. / }).click();
  await plays(6);
});

const why = (on: Visit) => on.page.getByRole("button", { name: "Why this source" });

for (const [device, width, height] of [
  ["phone", 390, 844],
  ["laptop", 1280, 800],
  ["television", 1920, 1080],
] as const) {
  test(`on a ${device} its page tells an administrator why, by keys alone`, async () => {
    const other = await visit(world, { width, height });
    await signInByForm(other.page, "admin@example.org", password);
    await other.page.goto(await pageOf(film));
    await why(other).waitFor();
    await press(other.page, "ArrowDown", /^Why this source$/);
    await other.page.keyboard.press("Enter");
    await other.page.getByText("The SD torrent plays.").waitFor();
    const sources = other.page.getByRole("list", { name: "Sources" }).getByRole("listitem");
    assert.deepEqual(await sources.allInnerTexts(), [`SD, download ${film}\nIt plays.`]);
    assert.equal(await why(other).getAttribute("aria-expanded"), "true");
    const wide = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    assert.deepEqual(await other.barriers(), []);
    await other.page.keyboard.press("Enter");
    await other.page.getByText("The SD torrent plays.").waitFor({ state: "hidden" });
    assert.deepEqual(other.complaints, []);
    await other.close();
  });
}

test("nobody else is offered that", async () => {
  world.addPerson("uma@example.org");
  const other = await visit(world);
  await signInByForm(other.page, "uma@example.org", password);
  await other.page.goto(await pageOf(film));
  await other.page.getByRole("link", { name: /^(Play|Resume)/ }).waitFor();
  assert.equal(await why(other).count(), 0);
  await other.close();
});
