// From the door to the film and back with nothing but what a screen reader has: the
// roles, names and states of Chromium's accessibility tree.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { until } from "../world/place.ts";
import { Tree } from "../world/tree.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const line = "The road goes on.";
const world = await newWorld();
const file = path.join(world.films, "Long Road (2017)");
await place("front.mp4", `${file}.mp4`, 90);
writeFileSync(`${file}.en.srt`, `1\n00:00:05,000 --> 00:01:25,000\n${line}\n`);
const show = path.join(world.films, "Deep Water/Season 1");
await place("front.mp4", path.join(show, "Deep Water S01E01 Alpha.mp4"));
await world.addFolder(world.films);
const { page, complaints, close } = await visit(world);
const tree = await Tree.of(page);

const focused = (role: string, name: RegExp) =>
  tree.find(role, name, ({ states }) => states.focused === true);
const titled = (name: RegExp) => tree.find("RootWebArea", name);

test("signing in", async () => {
  await page.goto("/");
  await titled(/^Sign in/);
  await tree.hasNames("sign-in");
  await tree.write(await tree.find("textbox", /^E-mail or user name$/), email);
  await tree.write(await tree.find("textbox", /^Password$/), "wrong");
  await tree.press(await tree.find("button", /^Sign in$/));
  await tree.says(/wrong/i);
  await until("the refusal to be over", async () => {
    const [button] = await tree.all("button", /^Sign in$/);
    return button?.states.disabled !== true;
  });
  // What was typed is selected, and written over.
  await tree.write(await tree.find("textbox", /^Password$/), password);
  await tree.press(await tree.find("button", /^Sign in$/));
  await tree.find("navigation", /^Main$/);
  await titled(/^Home/);
  await tree.says(/^Home$/);
  // The refusal was a 401, which browsers write to the console.
  complaints.length = 0;
});

test("finding a film", async () => {
  const card = await tree.find("link", /^Long Road/, ({ around }) => around.includes("Movies"));
  await tree.hasNames("home");
  await tree.press(card);
  await tree.find("heading", /^Long Road$/, ({ states }) => states.level === 1);
  await titled(/^Long Road/);
  await tree.says(/^Long Road$/);
  await focused("link", /^Play$/);
  await tree.hasNames("a film's page");
});

test("it plays, stops, and is sought", async () => {
  await tree.press(await tree.find("link", /^Play$/));
  await titled(/^Playing: Long Road/);
  await tree.says(/^Playing: Long Road$/);
  await focused("region", /^Player$/);
  await tree.find("slider", /^Position$/, ({ value }) => Number(value) >= 1);
  await tree.press(await tree.find("button", /^Pause$/));
  await tree.find("button", /^Play$/);
  await tree.hasNames("the player");
  const bar = await tree.find("slider", /^Position$/);
  assert.match(await tree.spoken(bar), /^0:\d\d of 1:30$/);
  assert.deepEqual([bar.states.valuemin, bar.states.valuemax], [0, 90]);
  for (let i = 0; i < 3; i++) await tree.press(await tree.find("button", /^On 10 seconds$/));
  const from = Number(bar.value);
  await tree.find("slider", /^Position$/, ({ value }) => Number(value) >= from + 30);
  await tree.says(/^\d:\d\d of 1:30$/);
});

test("subtitles on", async () => {
  const opener = await tree.find("button", /^Subtitles$/);
  assert.equal(opener.states.hasPopup, "menu");
  assert.equal(opener.states.expanded, false);
  await tree.press(opener);
  await tree.find("button", /^Subtitles$/, ({ states }) => states.expanded === true);
  await tree.find("menu", /^Subtitles$/);
  await focused("menuitemradio", /^Off$/);
  const checked = async () =>
    (await tree.all("menuitemradio", /./)).map(({ name, states }) => [name, states.checked]);
  assert.deepEqual(await checked(), [
    ["Off", "true"],
    ["English", "false"],
  ]);
  await tree.hasNames("the menu of subtitles");
  await tree.press(await tree.find("menuitemradio", /^English$/));
  await tree.says(/^Subtitles: English$/);
  await focused("button", /^Subtitles$/);
  await tree.find("StaticText", /^The road goes on\.$/);
  await tree.press(await tree.find("button", /^Subtitles$/));
  await focused("menuitemradio", /^English$/);
  assert.deepEqual(await checked(), [
    ["Off", "false"],
    ["English", "true"],
  ]);
  await tree.press(await tree.find("button", /^Subtitles$/));
  await tree.gone("menu", /./);
});

test("speed and statistics tell their state", async () => {
  await tree.press(await tree.find("button", /^Speed and more$/));
  await focused("menuitemradio", /^Original \(180p\)$/);
  await tree.find("menuitemradio", /^1×$/, ({ states }) => states.checked === "true");
  const speed = await tree.find("menuitemradio", /^1\.25×$/);
  assert.ok(speed.around.includes("Speed"), "in a group of this name");
  await tree.press(speed);
  await tree.says(/^Speed 1\.25×$/);
  await tree.press(await tree.find("button", /^Speed and more$/));
  const stats = await tree.find("menuitemcheckbox", /^Statistics$/);
  assert.equal(stats.states.checked, "false");
  await tree.press(stats);
  await tree.find("region", /^Statistics$/);
  await tree.hasNames("the statistics");
  await tree.press(await tree.find("button", /^Close the statistics$/));
  await tree.gone("region", /^Statistics$/);
  await tree.find("slider", /^Volume$/, ({ value }) => value === "100");
  await tree.press(await tree.find("button", /^Sound off$/));
  await tree.says(/^Sound off$/);
  await tree.find("slider", /^Volume$/, ({ value }) => value === "0");
  await tree.press(await tree.find("button", /^Sound on$/));
});

test("and back, to where one was", async () => {
  await tree.press(await tree.find("button", /^Back$/));
  await tree.find("heading", /^Long Road$/, ({ states }) => states.level === 1);
  await tree.says(/^Long Road$/);
  await focused("link", /^Resume at /);
  await tree.press(await tree.find("button", /^Back$/));
  await titled(/^Home/);
  await tree.says(/^Home$/);
  await focused("link", /^Long Road/);
});

test("an episode that was seen is a button that is pressed", async () => {
  await tree.press(await tree.find("link", /^Deep Water/));
  await tree.find("heading", /^Deep Water$/);
  const mark = await tree.find("button", /^Watched: S1/);
  assert.equal(mark.states.pressed, "false");
  await tree.hasNames("a show's page");
  await tree.press(mark);
  await tree.find("button", /^Watched: S1/, ({ states }) => states.pressed === "true");
  await tree.press(await tree.find("button", /^Back$/));
  await titled(/^Home/);
});

test("all the other screens have names, and tell what is on", async () => {
  for (const name of [/^Downloads$/, /^Library$/, /^Settings$/, /^Account$/]) {
    await tree.press(await tree.find("link", name, ({ around }) => around.includes("Main")));
    await tree.find("heading", name, ({ states }) => states.level === 1);
    await until("the page to be whole", async () => {
      const nodes = await tree.nodes();
      return nodes.every(({ states }) => states.busy !== true);
    });
    await tree.hasNames(String(name));
  }
  const box = await tree.find("switch", /next episode/i);
  const was = String(box.states.checked);
  await tree.press(box);
  await tree.find("switch", /next episode/i, ({ states }) => String(states.checked) !== was);
  await tree.press(await tree.find("link", /^Settings$/));
  await tree.find("tab", /./, ({ states }) => states.selected === true);
  assert.deepEqual(complaints, []);
  await close();
});
