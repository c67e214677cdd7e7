// Everything without a mouse, every screen by axe, and nothing that moves by
// itself; at the widths of a phone, a laptop and a television.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { drawn, press, signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { newWorld, password } from "../world/world.ts";

const email = "admin@example.org";
const world = await newWorld();
await showFilms(world);

type Media = Parameters<Page["emulateMedia"]>[0];

/** What a person's device may ask for, the last of them by its own colours. */
const themes: [string, Media][] = [
  ["dark", { colorScheme: "dark", contrast: "no-preference", forcedColors: "none" }],
  ["light", { colorScheme: "light" }],
  ["light, more contrast", { contrast: "more" }],
  ["dark, more contrast", { colorScheme: "dark" }],
  ["colours of the system", { contrast: "no-preference", forcedColors: "active" }],
];

/** Everything has come: nothing is loading or moving any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      document.getAnimations().every((a) => a.playState !== "running") &&
      Array.from(document.images).every((i) => i.complete || i.loading === "lazy"),
  );
  await drawn(page);
}

test("from the door to the film and back, by keys alone", async () => {
  const { page, complaints, close } = await visit(world);
  await page.goto("/");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  // The first field has the focus already.
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page
    .getByRole("link", { name: new RegExp(movies.front) })
    .first()
    .waitFor();
  await press(page, "ArrowDown", /First Light|Tail End|Second Sound|Web Weave|Harbour Tales/);
  await press(page, "ArrowRight", new RegExp(movies.front));
  const ring = await page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const box = at.querySelector<HTMLElement>(".card-box") ?? at;
    return [at, box].map((e) => getComputedStyle(e)).map((s) => `${s.outlineStyle} ${s.boxShadow}`);
  });
  assert.ok(
    ring.some((style) => !/^none none$/.test(style)),
    `the focus is seen: ${ring}`,
  );
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await press(page, "Tab", /^Play/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.2);
  // A short film, which would end on a slow machine.
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
  await page.keyboard.press("m");
  await page.waitForFunction(() => document.querySelector("video")?.muted);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: movies.front, level: 1 }).waitFor();
  await page.goBack();
  await page.waitForFunction(
    (name) => document.activeElement?.textContent?.includes(name),
    movies.front,
  );
  assert.deepEqual(complaints, []);
  await close();
});

for (const [device, width, height] of [
  ["phone", 360, 740],
  ["laptop", 1366, 768],
  ["television", 1920, 1080],
] as const) {
  test(`every screen on a ${device}`, async () => {
    const { page, complaints, barriers, shift, close } = await visit(world, { width, height });
    await signInByForm(page, email, password);
    const screens: [string, RegExp][] = [
      ["/", /./],
      [`/movie/${await world.movieId(movies.front)}`, new RegExp(movies.front)],
      [`/movie/${await world.movieId(movies.surround)}`, new RegExp(movies.surround)],
      [`/show/${await world.showId("Harbour Tales")}`, /Harbour Tales/],
      ["/list/all-movies", /./],
      ["/library", /./],
      ["/settings", /./],
      ["/audit", /Audit log/],
      ["/account", /./],
      ["/link", /Sign in a device/],
      ["/people", /./],
      ["/join", /./],
      ["/reset", /./],
      ["/no/such/page", /Nothing here/],
      ["/movie/999999999", /./],
    ];
    for (const [target, name] of screens) {
      complaints.length = 0;
      await page.goto(target);
      await page.getByRole("heading", { level: 1, name }).first().waitFor();
      await settled(page);
      for (const [theme, media] of width === 1366 ? themes : themes.slice(0, 1)) {
        await page.emulateMedia(media);
        assert.deepEqual(await barriers(), [], `axe on ${target}, ${theme}`);
      }
      assert.ok((await shift()) < 0.001, `${target} moved by ${await shift()}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${target} is ${wide} px too wide`);
      // A title that is not there is a 404, which the browser writes down.
      if (!target.includes("999999999")) assert.deepEqual(complaints, [], target);
    }
    await close();
  });
}

test("the library screen names what was refused and why", async () => {
  const { page, close } = await visit(world);
  await signInByForm(page, email, password);
  await page.goto("/library");
  await page.getByText("Three Bytes (2001).mp4").first().waitFor();
  const { items } = await world.admin.read("/api/library/files?state=refused");
  await page.getByText(items[0].reason.message).first().waitFor();
  await close();
});

test("the audit log is reached, narrowed and saved", async () => {
  const { page, close } = await visit(world);
  await signInByForm(page, email, password);
  await page.goto("/settings");
  await page.getByRole("tab", { name: "People" }).press("Enter");
  await page.getByRole("link", { name: /audit log/ }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Audit log" }).waitFor();
  const rows = page.getByRole("list", { name: "What happened" }).getByRole("listitem");
  await rows.filter({ hasText: "Person added" }).first().waitFor();
  await page.getByLabel("What", { exact: true }).selectOption("session.started");
  await rows.filter({ hasText: "Person added" }).first().waitFor({ state: "detached" });
  for (const text of await rows.allTextContents()) assert.match(text, /^Signed in/);
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: /CSV/ }).press("Enter");
  const file = await (await saving).path();
  const [head, ...lines] = readFileSync(file, "utf8").trimEnd().split("\r\n");
  assert.match(head as string, /^id,at,event,/);
  assert.equal(lines.length, (await world.admin.read("/api/audit?event=session.started")).total);
  await close();
});

test("a person who is no administrator sees neither library nor settings", async () => {
  world.addPerson("uma@example.org");
  const { page, close } = await visit(world);
  await signInByForm(page, "uma@example.org", password);
  const links = await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link")
    .allTextContents();
  assert.deepEqual(
    links.map((l) => l.trim()),
    ["Home", "Account"],
  );
  await close();
});
