// The picture in the README. MIAU_SCREENSHOT=1 takes it anew, of the sample
// world; otherwise it is only looked at.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { root, until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const file = path.join(root, "docs/screenshot.png");

if (process.env.MIAU_SCREENSHOT === "1") {
  test("the picture is taken", async () => {
    const films = path.join(root, "build/demo/films");
    execFileSync(path.join(root, "tools/demo-films"), [films], { cwd: root, stdio: "ignore" });
    const world = await newWorld();
    cpSync(films, world.films, { recursive: true, preserveTimestamps: true });
    await world.addFolder(world.films);
    const catalogue = path.join(root, "tools/demo-world/catalogue.json");
    assert.equal(world.ctl("title", "import", catalogue).code, 0);
    await world.pictured();
    const drawn = await until(
      "all posters",
      async () => {
        const { results } = await world.admin.read("/api/movies?pageSize=100");
        return results.every((m: { poster: string | null }) => m.poster !== null) && results;
      },
      { every: 500 },
    );
    // What was seen last stands on top.
    const begun = drawn
      .filter((m: { playable: boolean }) => m.playable)
      .sort((m: { title: string }) => (m.title === "The Long Zoom" ? 1 : -1))
      .slice(-5);
    for (const [i, { id }] of begun.entries()) {
      const place = { titleId: `movie-${id}`, position: 20 + 15 * i, duration: 90 };
      await world.admin.send("/api/play/heartbeat", place);
    }
    const { page, close } = await visit(world, { width: 1280, height: 800 });
    await signInByForm(page, "admin@example.org", password);
    await page.getByRole("region", { name: "Continue watching" }).waitFor();
    await page.waitForFunction(() =>
      Array.from(document.images).every((i) => i.complete || i.loading === "lazy"),
    );
    await page.waitForTimeout(500);
    await page.screenshot({ path: file });
    await close();
  });
}

test("the README's picture is one", () => {
  const bytes = readFileSync(file);
  assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1280, 800]);
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  assert.match(readme, /docs\/screenshot\.png/);
});
