// What browsers give over https, or on the server itself, alone: the screen that
// stays on, the app that can be installed. Elsewhere a note says so in its place.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { houseName, signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { root } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasTls: false, env: { MIAU_HTTP_HOSTS: houseName } });
await place("vp9.webm", path.join(world.films, "Night Walk (2019).webm"), 60);
await world.addFolder(world.films);
world.addPerson("guest@example.org");
const watch = `/watch/movie-${await world.movieId("Night Walk")}`;
const notes = (page: Page) => page.locator('[data-needs="https"]').allTextContents();

/** Runs in the page before its own scripts. */
function countLocks(): void {
  const w = window as unknown as { __locks: WakeLockSentinel[] };
  w.__locks = [];
  if (!("wakeLock" in navigator)) return;
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = async (type) => {
    const lock = await request(type);
    w.__locks.push(lock);
    return lock;
  };
}

const locksAre = (page: Page, n: number) =>
  page.waitForFunction(
    (wanted) =>
      (window as unknown as { __locks: WakeLockSentinel[] }).__locks.filter((l) => !l.released)
        .length === wanted,
    n,
  );

const plays = (page: Page) =>
  page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);

describe("on the server itself", () => {
  let visitor: Visit;
  let page: Page;
  before(async () => {
    visitor = await visit(world);
    page = visitor.page;
  });
  after(() => visitor.close());

  test("the screen stays on while a film plays", async () => {
    await page.addInitScript(countLocks);
    await signInByForm(page, "admin@example.org", password);
    await page.goto(watch);
    await plays(page);
    await locksAre(page, 1);
    await page.keyboard.press("k");
    await locksAre(page, 0);
    await page.keyboard.press("k");
    await locksAre(page, 1);
    assert.deepEqual(await notes(page), []);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await locksAre(page, 0);
  });

  test("the app can be installed", async () => {
    await page.goto("/account");
    await page.getByRole("heading", { name: "Account" }).waitFor();
    const chromium = await visitor.context.newCDPSession(page);
    const { url, errors, data } = await chromium.send("Page.getAppManifest");
    assert.equal(url, `${world.origin}/manifest.webmanifest`);
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data as string);
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await world.visitor().get(`/${src}`);
      assert.equal(icon.headers["content-type"], type);
      assert.ok(icon.body.equals(readFileSync(path.join(root, "www/public", src))));
      const size = type === "image/png" ? icon.body.readUInt32BE(16) : "any";
      assert.equal(sizes, size === "any" ? size : `${size}x${size}`);
    }
    const found = await chromium.send("Page.getInstallabilityErrors");
    // A window that keeps nothing installs nothing either.
    const others = found.installabilityErrors.filter((e) => e.errorId !== "in-incognito");
    assert.deepEqual(others, []);
    assert.deepEqual(visitor.complaints, []);
  });

  test("nothing is said of https", async () => {
    for (const at of ["account", "settings"]) {
      await page.goto(`/${at}`);
      await page.getByRole("textbox").first().waitFor();
      assert.deepEqual(await notes(page), [], at);
    }
  });
});

for (const [who, email, advice] of [
  ["an administrator", "admin@example.org", "miauctl tls init on the server turns it on."],
  ["anybody else", "guest@example.org", "ask who runs this server."],
] as const)
  describe(`over plain http, to ${who}`, () => {
    test("each thing says in its place that it needs https", async () => {
      const visitor = await visit(world, {
        origin: `http://${houseName}:${world.port}`,
        width: 390,
      });
      const { page } = visitor;
      await signInByForm(page, email, password);
      assert.equal(new URL(page.url()).hostname, houseName);
      assert.equal(await page.evaluate(() => isSecureContext), false);
      const places: [string, string[]][] = [
        ["/account", ["Signing in with a passkey", "Installing Miauflix as an app"]],
        ["/settings", ["Installing Miauflix as an app"]],
        [watch, ["Keeping the screen on"]],
      ];
      for (const [at, things] of places) {
        if (at === "/settings" && email !== "admin@example.org") continue;
        await page.goto(at);
        await page.locator('[data-needs="https"]').first().waitFor();
        const said = things.map((thing) => `${thing} needs https: ${advice}`);
        assert.deepEqual(await notes(page), said, at);
        if (at !== watch) assert.deepEqual(await visitor.barriers(), [], at);
      }
      await plays(page);
      // A header that counts over https alone, as Chromium notes.
      const others = visitor.complaints.filter((c) => !c.includes("Cross-Origin-Opener-Policy"));
      assert.deepEqual(others, []);
      await visitor.close();
    });
  });
