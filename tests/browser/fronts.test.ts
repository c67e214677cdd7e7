// A film plays and is sought through under each web server, under https, and
// below a path behind a proxy: page, pictures, streams and events are found.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { signInByForm, type Visit, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { noApache, until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { startProxy } from "../world/proxy.ts";
import { makeWorld, password, type World, type WorldOptions } from "../world/world.ts";

const listed = "127.99.0.1";

/** Waits until the picture moves at or behind this second. */
async function playing({ page }: Visit, from: number): Promise<void> {
  await page.waitForFunction((at) => {
    const video = document.querySelector("video");
    return (
      video && !video.paused && !video.seeking && video.videoWidth > 0 && video.currentTime >= at
    );
  }, from);
}

async function play(visitor: Visit): Promise<void> {
  const { page } = visitor;
  await signInByForm(page, "admin@example.org", password);
  const poster = page.locator('img[src*="api/images/"]').first();
  await poster.waitFor();
  await page.waitForFunction(() => {
    const shown = Array.from(document.querySelectorAll("img"));
    return shown.some((img) => img.src.includes("api/images/") && img.naturalWidth > 0);
  });
  await page
    .getByRole("link", { name: /Long Road/ })
    .first()
    .click();
  await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
  // An address of the app's own, asked from the server.
  await page.reload();
  await page.getByRole("heading", { name: "Long Road", level: 1 }).waitFor();
  await page
    .getByRole("link", { name: /^(Play|Resume)/ })
    .first()
    .click();
  await playing(visitor, 0.5);
  await page.keyboard.press("5");
  await playing(visitor, 45);
  assert.deepEqual(visitor.complaints, []);
}

async function withWorld(options: WorldOptions, run: (world: World) => Promise<void>) {
  const world = await makeWorld(options);
  try {
    await place("front.mp4", path.join(world.films, "Long Road (2017).mp4"), 90);
    await world.addFolder(world.films);
    await world.pictured();
    await run(world);
  } catch (e) {
    world.hasFailed = true;
    throw e;
  } finally {
    await world.tearDown();
  }
}

async function playAt(world: World, origin: string): Promise<void> {
  const visitor = await visit(world, { origin });
  try {
    await play(visitor);
  } finally {
    await visitor.close();
  }
}

for (const [what, hasTls, server] of [
  ["nginx", false, "nginx"],
  ["Apache", false, "apache"],
  ["https", true, "lighttpd"],
] as const)
  test(`a film plays under ${what}`, { skip: server === "apache" && noApache }, () =>
    withWorld({ hasTls, env: { MIAU_WEBSERVER: server } }, (w) => playAt(w, w.origin)),
  );

test("a film plays below a path, behind a proxy", async () => {
  const port = await freePort();
  const env = {
    MIAU_WEBSERVER: "lighttpd",
    MIAU_PUBLIC_URL: `https://127.0.0.1:${port}/films/`,
    MIAU_HTTP_TRUSTED_PROXIES: listed,
  };
  await withWorld({ base: "/films/", hasTls: false, env }, async (world) => {
    const proxy = await startProxy(world, port, listed);
    try {
      await playAt(world, proxy.origin);
    } finally {
      await proxy.stop();
    }
  });
});

/** With its worker, whose caches are the path's own; then nobody answers any more. */
async function opensAlone(world: World): Promise<void> {
  const { page, close } = await visit(world, { worker: true });
  try {
    await signInByForm(page, "admin@example.org", password);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    assert.equal(scope, `${world.origin}${world.base}`);
    const kept = () =>
      page.evaluate(async () => {
        const all: [string, string][] = [];
        for (const name of await caches.keys())
          for (const { url } of await (await caches.open(name)).keys()) all.push([name, url]);
        return all;
      });
    await until("home to be kept", async () => {
      const urls = (await kept()).map(([, url]) => url);
      const isKept = (part: string) => urls.some((url) => url.includes(part));
      return ["/api/me", "/api/lists/", "/api/auth/setup"].every(isKept);
    });
    for (const [name, url] of await kept())
      assert.ok(name.startsWith(world.base) && url.startsWith(scope), `${name} ${url}`);
    await world.stop();
    await page.goto("./");
    await page.getByText("cannot be reached").first().waitFor();
    await page
      .getByRole("link", { name: /Long Road/ })
      .first()
      .waitFor();
  } finally {
    await close();
  }
}

for (const [what, base, server] of [
  ["under nginx", "/", "nginx"],
  ["under Apache", "/", "apache"],
  ["below a path", "/films/", "lighttpd"],
] as const)
  test(`the app opens without its server, ${what}`, {
    skip: server === "apache" && noApache,
  }, async () => {
    const port = await freePort();
    const env = { MIAU_WEBSERVER: server, MIAU_PUBLIC_URL: `http://127.0.0.1:${port}${base}` };
    await withWorld({ base, hasTls: false, env }, opensAlone);
  });
