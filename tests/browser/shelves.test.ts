// The home page of a household with a hundred titles, on a phone, a laptop and
// a television: rows grow while one moves along them, what has no source says
// so, nothing is cut off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { fillHouse } from "../world/household.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const catalogue = path.resolve("tools/demo-world/catalogue.json");
const named = JSON.parse(readFileSync(catalogue, "utf8")) as { name: string; kind: string }[];

const world = await newWorld();
await fillHouse(world);

test("a list gives every title once, page by page", async () => {
  const seen: number[] = [];
  let cursor = "";
  do {
    const page = await world.admin.read(`/api/lists/all-movies?pageSize=7${cursor}`);
    seen.push(...page.results.map((t: { id: number }) => t.id));
    cursor = page.cursor === null ? "" : `&cursor=${page.cursor}`;
  } while (cursor !== "");
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= named.filter((t) => t.kind === "movie").length);
});

for (const [name, width, height] of [
  ["phone", 390, 844],
  ["laptop", 1280, 800],
  ["television", 1920, 1080],
] as const) {
  test(`the shelves on a ${name}`, async () => {
    const visitor = await visit(world, { width, height });
    const { page } = visitor;
    await signInByForm(page, "admin@example.org", password);
    const rail = page.getByRole("region", { name: "Movies" });
    await rail.getByRole("link").first().waitFor();
    const before = await rail.getByRole("link").count();
    const last = rail.getByRole("link").nth(before - 1);
    await last.scrollIntoViewIfNeeded();
    await until("more titles to come", async () => (await rail.getByRole("link").count()) > before);
    assert.ok((await page.getByText("No source yet").count()) > 0);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(overflow <= 0, `${overflow} pixels stand out to the right`);
    assert.ok((await visitor.shift()) < 0.001, `moved by ${await visitor.shift()}`);
    assert.deepEqual(visitor.complaints, []);
    await visitor.close();
  });
}
