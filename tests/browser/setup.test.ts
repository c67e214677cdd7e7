// A set-up that is left after its first step: the server remembers, leads an
// administrator back into it, and lets it be ended for good.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { visit } from "../world/browser.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
const email = "ada@example.org";
const other = "uma@example.org";

async function signIn(page: Page, person: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(person);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function isOpen(): Promise<boolean> {
  return (await world.visitor().read("/api/auth/setup")).open;
}

test("the first step, and the page is closed", async () => {
  const { page, close } = await visit(world);
  await page.goto("/");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Where are your films?" }).waitFor();
  await close();
  assert.equal(await isOpen(), true);
});

test("somebody else is not asked", async () => {
  world.addPerson(other);
  const { page, barriers, close } = await visit(world);
  await signIn(page, other);
  await page.getByRole("heading", { name: "No films yet" }).waitFor();
  await page.getByText("An administrator adds films").waitFor();
  assert.equal(await page.getByRole("link", { name: "Choose folders" }).count(), 0);
  assert.deepEqual(await barriers(), []);
  await close();
});

for (const [device, width, height] of [
  ["phone", 390, 844],
  ["laptop", 1280, 800],
] as const) {
  test(`the administrator is led back into the second step, on a ${device}`, async () => {
    const { page, barriers, shift, complaints, close } = await visit(world, { width, height });
    await signIn(page, email);
    await page.getByRole("heading", { name: "Where are your films?" }).waitFor();
    await page.getByText("Set-up is not finished yet.").waitFor();
    assert.deepEqual(await barriers(), []);
    await page.getByRole("button", { name: "Later", exact: true }).click();
    await page.getByRole("heading", { name: "What may be contacted outside?" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.matches("input, .button"));
    assert.equal(await page.evaluate(() => scrollY), 0, "the step begins at its head");
    assert.deepEqual(await barriers(), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    assert.ok((await shift()) < 0.001, `moved by ${await shift()}`);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("later means never again", async () => {
  const { page, complaints, close } = await visit(world);
  await signIn(page, email);
  await page.getByRole("button", { name: "Later, do not ask again" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.equal(await isOpen(), false);
  await page.reload();
  await page.getByRole("heading", { name: "No films yet" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("who asks for the steps again gets them, and their end is the end", async () => {
  world.admin = await world.visitor().signIn(email, password);
  const wish = { settings: [{ name: "setup.open", value: true }] };
  assert.equal((await world.admin.put("/api/config", wish)).status, 200);
  const { page, close } = await visit(world);
  await signIn(page, email);
  await page.getByRole("button", { name: "Later", exact: true }).click();
  await page.getByLabel("I agree").check();
  await page.getByRole("button", { name: "To the films" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.equal(await isOpen(), false);
  const { settings } = await world.admin.read("/api/config");
  const of = (name: string) => settings.find((s: { name: string }) => s.name === name);
  assert.equal(of("net.consent").value, true);
  assert.equal(of("setup.open").source, "default");
  await close();
});
