// Signing in by a phone that is signed in already, and the devices of an account: a
// television shows a code, the phone takes it over and says yes or no, and later signs
// the television out. By keys alone, as on a set.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, press, signInByForm, type Visit, visit } from "../world/browser.ts";
import { newWorld, password } from "../world/world.ts";

const email = "uma@example.org";
const world = await newWorld();
world.addPerson(email);

/** The television has opened the offer; the code that it shows. */
async function offer({ page }: Visit): Promise<string> {
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in with your phone" }).waitFor();
  await press(page, "Tab", /^Sign in with your phone/);
  await page.keyboard.press("Enter");
  const shown = page.getByRole("dialog", { name: "Sign in with your phone" });
  await shown.getByRole("img").waitFor();
  return (await shown.locator(".user-code bdi").textContent()) ?? "";
}

test("a phone signs a television in, and out again", async () => {
  const tv = await visit(world, { width: 1920, height: 1080 });
  const phone = await visit(world, { width: 390, height: 844 });
  await signInByForm(phone.page, email, password);
  const code = await offer(tv);
  assert.match(code, /^[B-Z]{4}-[B-Z]{4}$/);
  await drawn(tv.page);
  assert.deepEqual(await tv.barriers(), [], "axe on the code");

  await phone.page.goto(`/link?code=${code}`);
  await phone.page.getByRole("heading", { name: /wants to sign in as you/ }).waitFor();
  assert.ok((await phone.page.getByText(code).count()) > 0, "what is to be compared");
  assert.deepEqual(await phone.barriers(), [], "axe on the question");
  await press(phone.page, "Tab", /^Sign it in/);
  await phone.page.keyboard.press("Enter");
  await phone.page.getByText("The device is signed in").waitFor();
  await tv.page.getByRole("navigation", { name: "Main" }).waitFor();

  await phone.page.goto("/account");
  const devices = phone.page.getByRole("region", { name: "Devices" });
  await devices.getByRole("listitem").nth(1).waitFor();
  assert.equal(await devices.getByRole("listitem").count(), 2);
  assert.deepEqual(await phone.barriers(), [], "axe on the account");
  await press(phone.page, "Tab", /^Sign out .+ on /);
  await phone.page.keyboard.press("Enter");
  await devices.getByRole("listitem").nth(1).waitFor({ state: "detached" });
  await tv.page.reload();
  await tv.page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(phone.complaints, []);
  await phone.close();
  await tv.close();
});

test("a phone refuses; the television says so and shows another code", async () => {
  const tv = await visit(world, { width: 1920, height: 1080 });
  const phone = await visit(world, { width: 390, height: 844 });
  await signInByForm(phone.page, email, password);
  const code = await offer(tv);
  await phone.page.goto("/link");
  await phone.page.getByLabel("Code", { exact: true }).waitFor();
  assert.deepEqual(await phone.barriers(), [], "axe on the empty field");
  // The field has the focus; letters may be written small and without the hyphen.
  await phone.page.keyboard.type(code.replace("-", "").toLowerCase());
  await phone.page.keyboard.press("Enter");
  await phone.page.getByRole("heading", { name: /wants to sign in as you/ }).waitFor();
  await press(phone.page, "Tab", /^Refuse/);
  await phone.page.keyboard.press("Enter");
  await phone.page.getByText("The device was refused").waitFor();
  const shown = tv.page.getByRole("dialog", { name: "Sign in with your phone" });
  await shown.getByText("It was refused on the phone").waitFor();
  await drawn(tv.page);
  assert.deepEqual(await tv.barriers(), [], "axe on the refusal");
  // The only thing to do has the focus.
  await tv.page.keyboard.press("Enter");
  await shown.getByRole("img").waitFor();
  assert.notEqual(await shown.locator(".user-code bdi").textContent(), code);
  await tv.page.keyboard.press("Escape");
  await shown.waitFor({ state: "hidden" });
  await tv.page.waitForFunction(() =>
    document.activeElement?.textContent?.includes("with your phone"),
  );
  await phone.close();
  await tv.close();
});

test("who chooses as whom to watch before saying yes keeps the code", async () => {
  const person = await world.person("two@example.org");
  const tv = await visit(world, { width: 1920, height: 1080 });
  const phone = await visit(world, { width: 390, height: 844 });
  await signInByForm(phone.page, "two@example.org", password);
  const { id } = await person.send("/api/me/profiles", { name: "Mia" });
  const code = await offer(tv);
  await phone.page.goto(`/link?code=${code}`);
  await phone.page.getByRole("heading", { name: "Who’s watching?" }).waitFor();
  await phone.page.getByRole("button", { name: /Mia/ }).click();
  await phone.page.getByRole("heading", { name: /wants to sign in as you/ }).waitFor();
  await press(phone.page, "Tab", /^Sign it in/);
  await phone.page.keyboard.press("Enter");
  await phone.page.getByText("The device is signed in").waitFor();
  await tv.page.getByRole("heading", { name: "Who’s watching?" }).waitFor();
  const where = "ORDER BY created_at DESC LIMIT 1";
  assert.equal(world.sql(`SELECT profile_id FROM session ${where}`), id, "as who said yes");
  await phone.close();
  await tv.close();
});
