// The list of open films on the Downloads page: read from a file of the format
// that comes along, added after consent, and then in the library. Nobody shares
// them here: nothing of them comes before somebody watches.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const film = (name: string, title: string) => ({
  name,
  title,
  year: 2014,
  runtime: 10,
  overview: "Somebody walks.",
  hash: randomBytes(20).toString("hex"),
  licence: "CC BY 4.0",
  licenceUrl: "https://creativecommons.org/licenses/by/4.0/",
  credit: "The neighbour",
  source: "https://example.org/",
});
const list = path.join(world.hold, "films.json");
const films = [film("salt-road", "Salt Road"), film("iron-lake", "Iron Lake")];
writeFileSync(list, JSON.stringify({ films }));
assert.equal(world.ctl("config", "set", "films.list", list).code, 0);
const visitor = await visit(world);
const { page } = visitor;
await signInByForm(page, "admin@example.org", password);
await page.goto("/downloads");
const rows = page.getByRole("list", { name: "All downloads" }).getByRole("listitem");
const offered = page.locator(".open-films > li");

test("the list names the films, their makers and licences", async () => {
  await page.getByRole("button", { name: "Show them" }).click();
  const first = offered.filter({ hasText: "Salt Road" });
  await first.getByText("The neighbour").waitFor();
  assert.equal(await first.getByRole("link", { name: "CC BY 4.0" }).count(), 1);
  assert.equal(await offered.count(), 2);
  assert.deepEqual(await visitor.barriers(), []);
});

test("one is added after consent, and is in the library then", async () => {
  await page.getByRole("button", { name: "Add Salt Road" }).click();
  const dialog = page.getByRole("dialog", { name: "Before the first torrent" });
  await dialog.getByRole("button", { name: "I agree" }).click();
  await rows.filter({ hasText: "Salt Road" }).waitFor();
  const first = offered.filter({ hasText: "Salt Road" });
  await first.getByRole("link", { name: "In the library" }).waitFor();
  assert.equal(await rows.count(), 1);
  const { settings } = await world.admin.read("/api/config");
  assert.equal(settings.find((s: { name: string }) => s.name === "net.consent").value, true);
  // The refusal that led to the question is a 409, which browsers write down.
  assert.ok(visitor.complaints.every((c) => c.includes("409")));
  await first.getByRole("link", { name: "In the library" }).click();
  await page.getByRole("heading", { name: "Salt Road", level: 1 }).waitFor();
  await page.getByText("Somebody walks.").waitFor();
});
