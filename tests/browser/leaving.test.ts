// Taking away what is held on oneself, and leaving for good, by keys alone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { walkAll } from "../world/arrows.ts";
import { press, signInByForm, visit } from "../world/browser.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const email = "leaver@example.org";
const world = await newWorld();
world.addPerson(email);
const visitor = await visit(world);
const { page } = visitor;
after(() => visitor.close());
await signInByForm(page, email, password);
await page.goto("/account");
const opener = page.getByRole("button", { name: words("en", "account.leave") });
const dialog = page.getByRole("dialog", { name: words("en", "account.leave.title") });
await opener.waitFor();

test("all that is held is downloaded", async () => {
  await press(page, "Tab", /^Download all of it$/);
  await page.keyboard.press("Enter");
  const asked = page.getByRole("dialog", { name: words("en", "account.data") });
  await asked.waitFor();
  await page.keyboard.type(password);
  const coming = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const download = await coming;
  assert.equal(download.suggestedFilename(), "miauflix.zip");
  assert.equal(await download.failure(), null);
  await asked.waitFor({ state: "hidden" });
});

test("a wrong password changes nothing, and Back leads out again", async () => {
  await press(page, "Tab", /^Delete my account/);
  await page.keyboard.press("Enter");
  const field = dialog.getByLabel(words("en", "account.leave.password"));
  await field.waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await walkAll(page, "leaving");
  await field.focus();
  await page.keyboard.type("guess");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(world.sql(`SELECT count(*) FROM user WHERE email = '${email}'`), "1");
});

test("who leaves is at the door, and cannot come back in", async () => {
  await opener.focus();
  await page.keyboard.press("Enter");
  await dialog.getByLabel(words("en", "account.leave.password")).focus();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByLabel(words("en", "app.signin.login")).waitFor();
  assert.equal(world.sql(`SELECT count(*) FROM user WHERE email = '${email}'`), "0");
  const reply = await world.visitor().post("/api/auth/login", { email, password });
  assert.equal(reply.status, 401);
  const complaints = visitor.complaints.filter((complaint) => !complaint.includes("403"));
  assert.deepEqual(complaints, []);
  assert.equal(await visitor.shift(), 0);
});
