// Keys and app passwords on the account page: made by keys of the keyboard alone,
// shown once, used, and revoked; and by an administrator.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, press, signInByForm, type Visit, visit } from "../world/browser.ts";
import { misfits } from "../world/fit.ts";
import { basic, keyHolder, makeKey } from "../world/keys.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
world.addPerson("uma@example.org");

/** Until the focus is there: a window gives it back once it is closed. */
const isOn = (page: Page, words: string) =>
  page.waitForFunction((text) => document.activeElement?.textContent?.trim() === text, words);

describe("a key", () => {
  let visitor: Visit;
  let page: Page;
  let secret: string;
  before(async () => {
    visitor = await visit(world);
    page = visitor.page;
    await signInByForm(page, "uma@example.org", password);
    await page.goto("./account");
  });
  after(() => visitor.close());

  const part = () => page.getByRole("region", { name: "Keys and app passwords" });
  const rows = () => part().getByRole("listitem");
  const window = (name: string) => page.getByRole("dialog", { name });
  const status = async (text: string) =>
    (await keyHolder(world, { secret: text }).get("/api/me")).status;

  test("is made by the keyboard alone and shown once", async () => {
    await part().getByRole("button", { name: "Make a key" }).waitFor();
    await press(page, "ArrowDown", /^Make a key/);
    await page.keyboard.press("Enter");
    await window("Make a key").getByLabel("What it is for").waitFor();
    assert.deepEqual(await visitor.barriers(), []);
    assert.deepEqual(await misfits(page), []);
    await page.getByLabel("What it is for").focus();
    await page.keyboard.type("The dashboard");
    await page.keyboard.press("Enter");
    const field = window("Your new key").getByLabel("Key");
    await field.waitFor();
    secret = await field.inputValue();
    assert.match(secret, /^mk_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(await visitor.barriers(), []);
    assert.deepEqual(await misfits(page), []);
    await page.keyboard.press("Escape");
    await window("Your new key").waitFor({ state: "detached" });
    await isOn(page, "Make a key");
    assert.ok(!(await page.content()).includes(secret), "the page has kept it");
    await rows().locator("bdi").getByText("The dashboard").waitFor();
    await rows().getByText("not used yet").waitFor();
    assert.equal(await status(secret), 200);
  });

  test("is copied by a button, which says so", async () => {
    await part().getByRole("button", { name: "Make a key" }).click();
    await page.getByLabel("What it is for").fill("The old set");
    await page.getByLabel("Kind").selectOption("password");
    await page.getByLabel("Ends").selectOption("30");
    await page.getByRole("button", { name: "Make it" }).click();
    const field = window("Your new app password").getByLabel("Key");
    await field.waitFor();
    const typed = await field.inputValue();
    assert.match(typed, /^([a-z]{5}-){3}[a-z]{5}$/);
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await page.getByRole("button", { name: "I have kept it" }).click();
    await window("Your new app password").waitFor({ state: "detached" });
    assert.equal(await rows().count(), 2);
    const headers = basic("uma@example.org", typed);
    assert.equal((await world.visitor().get("/api/me", { headers })).status, 200);
  });

  test("is revoked from its row, which asks first; the focus stays with the list", async () => {
    assert.deepEqual(await visitor.barriers(), []);
    await page.getByRole("button", { name: "Revoke The dashboard" }).focus();
    await page.keyboard.press("Enter");
    await window("Revoke this key?").waitFor();
    assert.deepEqual(await visitor.barriers(), []);
    assert.deepEqual(await misfits(page), []);
    // What one is on changes nothing.
    await isOn(page, "Keep it");
    await page.keyboard.press("Enter");
    await window("Revoke this key?").waitFor({ state: "detached" });
    await isOn(page, "Revoke The dashboard");
    assert.equal(await status(secret), 200);
    await page.keyboard.press("Enter");
    await window("Revoke this key?").waitFor();
    await press(page, "ArrowLeft", /^Revoke$/);
    await page.keyboard.press("Enter");
    await rows().locator("bdi").getByText("The dashboard").waitFor({ state: "detached" });
    assert.equal(await rows().count(), 1);
    await isOn(page, "Keys and app passwords");
    assert.equal(await status(secret), 401);
  });
});

test("an administrator sees another person's keys, and ends one by the keyboard", async () => {
  const uma = await world.visitor().signIn("uma@example.org", password);
  const lost = await makeKey(uma, { name: "The lost laptop", scope: "full" });
  const script = keyHolder(world, lost);
  assert.equal((await script.get("/api/me")).status, 200);
  const { page, barriers, close } = await visit(world);
  await signInByForm(page, "admin@example.org", password);
  await page.goto("./people");
  const window = (name: string) => page.getByRole("dialog", { name });
  await page.getByRole("button", { name: /^Keys uma/i }).focus();
  await page.keyboard.press("Enter");
  await window("Keys of uma").locator("bdi").getByText("The lost laptop").waitFor();
  await drawn(page);
  assert.deepEqual(await barriers(), []);
  assert.deepEqual(await misfits(page), []);
  await press(page, "ArrowDown", /^Revoke The lost laptop$/);
  await page.keyboard.press("Enter");
  await window("Revoke this key?").waitFor();
  await press(page, "ArrowLeft", /^Revoke$/);
  await page.keyboard.press("Enter");
  await window("Keys of uma").waitFor();
  await page.locator("bdi").getByText("The lost laptop").waitFor({ state: "detached" });
  assert.equal((await script.get("/api/me")).status, 401);
  await isOn(page, "Whoever has one of these may do as uma what it says.");
  await page.keyboard.press("Escape");
  await window("Keys of uma").waitFor({ state: "detached" });
  await isOn(page, "Keys uma");
  await close();
});
