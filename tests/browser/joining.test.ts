// How people come in: an invitation from an administrator's page to a new account in
// another browser, a code for a new password, one's own password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, signInByForm, visit } from "../world/browser.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const fresh = "another good password";

test("an invitation leads from one browser into another", async () => {
  const host = await visit(world);
  await signInByForm(host.page, "admin@example.org", password);
  await host.page.goto("/settings");
  await host.page.getByRole("tab", { name: "People" }).click();
  await host.page.getByRole("link", { name: "People and invitations" }).click();
  await host.page.getByRole("heading", { name: "People", level: 1 }).waitFor();
  await host.page.getByRole("button", { name: "Invite somebody" }).click();
  const shown = host.page.getByRole("dialog", { name: "Code" });
  await shown.getByRole("img").waitFor();
  const link = (await shown.locator(".code-link").textContent()) ?? "";
  await drawn(host.page);
  assert.deepEqual(await host.barriers(), [], "axe on the code");

  const guest = await visit(world);
  const { pathname, hash } = new URL(link);
  await guest.page.goto(`${pathname}${hash}`);
  await guest.page.getByRole("heading", { name: "Make an account" }).waitFor();
  assert.equal(new URL(guest.page.url()).hash, "", "the code does not stay in the address");
  // The code is there already: the first empty field has the focus.
  await guest.page.waitForFunction(() => document.activeElement?.getAttribute("name") === "name");
  await guest.page.keyboard.type("Joy");
  await guest.page.keyboard.press("Tab");
  await guest.page.keyboard.type("joy@example.org");
  await guest.page.keyboard.press("Tab");
  await guest.page.keyboard.type(password);
  await guest.page.keyboard.press("Enter");
  await guest.page.getByRole("link", { name: "Account" }).waitFor();
  assert.equal(world.sql("SELECT role FROM user WHERE email = 'joy@example.org'"), "user");
  assert.deepEqual(guest.complaints, []);

  await host.page.keyboard.press("Escape");
  await host.page.goto("/people");
  await host.page.getByText("joy@example.org").waitFor();
  await guest.close();
  await host.close();
});

test("who forgot the password comes back by a code, and changes it", async () => {
  const person = await world.person("ben@example.org");
  const { link } = await world.admin.send(`/api/users/${person.user.id}/reset`);
  const { page, complaints, close } = await visit(world);
  await page.goto("/");
  await page.getByText("miauctl user passwd").waitFor();
  const { pathname, hash } = new URL(link);
  await page.goto(`${pathname}${hash}`);
  await page.getByLabel("New password").fill(fresh);
  await page.keyboard.press("Enter");
  await page.getByText("The new password holds").first().waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInByForm(page, "ben@example.org", fresh);
  await page.goto("/account");
  await page.getByLabel("Present password").fill(fresh);
  await page.getByLabel("New password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByText("signed out everywhere else").first().waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
