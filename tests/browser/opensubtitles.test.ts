// Subtitles looked for at OpenSubtitles while a film plays: by keys, in direct play and
// by HLS, from right to left, on a phone; and whatever that service does, the film goes on.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { apiKey, type Offer, OpenSubtitles } from "../upstreams/opensubtitles.ts";
import type { Failure } from "../upstreams/upstream.ts";
import { focused, signInByForm, visit } from "../world/browser.ts";
import { place } from "../world/media.ts";
import { until } from "../world/place.ts";
import { paused, playing, sizes } from "../world/watching.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const direct = path.join(world.films, "First Light (2019).mp4");
await place("front.mp4", direct, 40);
await place("wide.mkv", path.join(world.films, "Wide Road (2021).mkv"), 40);
await world.addFolder(world.films);
const films = {
  direct: await world.movieId("First Light"),
  hls: await world.movieId("Wide Road"),
};
const service = await new OpenSubtitles().start();
after(() => service.stop());

async function config(name: string, value: string): Promise<void> {
  const reply = await world.admin.put("/api/config", { settings: [{ name, value }] });
  assert.equal(reply.status, 200, JSON.stringify(reply.json));
}

/** A key is set; handlers go by it a moment later. */
async function setUp(): Promise<void> {
  await config("opensubtitles.url", service.base);
  await config("opensubtitles.apiKey", apiKey);
  await until("Play to know it", async () => {
    const titleId = `movie-${films.direct}`;
    const { subtitlesOnline } = await world.admin.send("/api/play/start", { titleId });
    return subtitlesOnline || undefined;
  });
}

function hashOf(file: string): string {
  const bytes = readFileSync(file);
  let sum = BigInt(statSync(file).size);
  for (const start of [0, bytes.length - 65_536])
    for (let at = start; at < start + 65_536; at += 8) sum += bytes.readBigUInt64LE(at);
  return (sum & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, "0");
}

/** A line that shows from the first second to the last. */
const lasting = (text: string) => Buffer.from(`1\n00:00:00,000 --> 00:10:00,000\n${text}\n`);
const offers = (): Offer[] => [
  {
    ...{ fileId: 1, language: "en", release: "First.Light.2019.1080p.WEB-DL", downloads: 12 },
    ...{ sdh: true, hash: hashOf(direct), bytes: lasting("By its hash") },
  },
  {
    ...{ fileId: 2, language: "de", release: "Erstes.Licht", downloads: 9000 },
    ...{ hash: hashOf(direct), bytes: lasting("Auf Deutsch") },
  },
  {
    ...{ fileId: 5, language: "ar", release: "الضوء الأول", name: "first light" },
    ...{ bytes: lasting("بالعربية") },
  },
  {
    ...{ fileId: 3, language: "en", release: "Wide.Road.2021", downloads: 1, name: "wide road" },
    ...{ forced: true, bytes: lasting("By its name") },
  },
  {
    ...{ fileId: 4, language: "en", release: "Wide.Road.by.program", downloads: 700 },
    ...{ machine: true, name: "wide road", bytes: lasting("By a program") },
  },
];

beforeEach(async () => {
  service.offers = offers();
  service.remaining = 20;
  service.failure = undefined;
});

const visitor = await visit(world, sizes.laptop);
after(() => visitor.close());
const { page } = visitor;
const button = page.getByRole("button", { name: "Subtitles", exact: true });
const panel = page.getByRole("dialog", { name: "Search for subtitles" });
const rows = panel.locator("li button");
const caption = (text: string) => page.locator(".caption", { hasText: text });

async function watch(film: keyof typeof films): Promise<void> {
  await page.goto(`/watch/movie-${films[film]}#start`);
  // At the same address nothing is loaded anew by that.
  await page.reload();
  await playing(page, 0);
}

/** Opens the search by keys alone. */
async function search(): Promise<void> {
  await button.focus();
  await page.keyboard.press("Enter");
  const entry = page.getByRole("menuitem", { name: "Search online" });
  await entry.waitFor();
  for (let n = 0; n < 20 && !(await focused(page)).includes("Search online"); n++)
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await panel.waitFor();
}

/** Arrows until that has the focus. */
async function down(to: Locator): Promise<void> {
  for (let n = 0; n < 20; n++) {
    if (await to.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press("ArrowDown");
  }
  assert.fail("arrows do not lead there");
}

const isOnButton = () =>
  page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Subtitles");

/** The film moves while the panel stands there. */
async function goesOn(): Promise<void> {
  const at = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  await playing(page, at + 0.2);
}

test("the entry is not there as long as no key is set", async () => {
  await signInByForm(page, "admin@example.org", password);
  await watch("direct");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Timing and look" }).waitFor();
  assert.equal(await page.getByRole("menuitem", { name: "Search online" }).count(), 0);
  await setUp();
});

describe("a search while the file plays as it is", () => {
  test("shows what fits exactly, keeps the focus inside, and Escape gives it back", async () => {
    await watch("direct");
    await search();
    await rows.first().waitFor();
    assert.match(
      (await rows.first().textContent()) ?? "",
      /WEB-DL.*Exact match.*SDH.*12 downloads/,
    );
    for (let n = 0; n < 6; n++) {
      await page.keyboard.press("Tab");
      assert.ok(
        await page.evaluate(() => {
          const on = document.activeElement;
          return on === document.body || on?.closest("dialog") !== null;
        }),
      );
    }
    await goesOn();
    assert.deepEqual(await visitor.barriers(), []);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await isOnButton();
  });

  test("fetches what is chosen by keys, shows it at once, and it is everybody's", async () => {
    await search();
    await rows.first().waitFor();
    await down(rows.first());
    await page.keyboard.press("Enter");
    await panel.waitFor({ state: "detached" });
    await isOnButton();
    await caption("By its hash").waitFor();
    await goesOn();
    const uma = await world.person("uma@example.org");
    const titleId = `movie-${films.direct}`;
    const { subtitles } = await uma.send("/api/play/start", { titleId });
    assert.equal(subtitles.at(-1).title, "First.Light.2019.1080p.WEB-DL");
  });

  test("looks in another language", async () => {
    await search();
    await panel.getByLabel("Language").selectOption("de");
    await rows.filter({ hasText: "Erstes.Licht" }).click();
    await caption("Auf Deutsch").waitFor();
  });
});

test("by HLS it is shown as well; what a program translated comes last", async () => {
  await watch("hls");
  await search();
  await rows.first().waitFor();
  assert.deepEqual(
    (await rows.allTextContents()).map((text) => /Machine-translated|Forced/.exec(text)?.[0]),
    ["Forced", "Machine-translated"],
  );
  await rows.first().click();
  await panel.waitFor({ state: "detached" });
  await caption("By its name").waitFor();
  await goesOn();
});

describe("what goes wrong is said, and the film goes on", () => {
  test("the day’s quota, with the time from which there is more", async () => {
    service.remaining = 0;
    await watch("hls");
    await search();
    await rows.last().click();
    await panel
      .getByRole("alert")
      .getByText(/gives in a day is fetched.*2099/)
      .waitFor();
    assert.equal(await rows.count(), 2);
    await goesOn();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  });

  const sentences: [Failure, RegExp][] = [
    ["refused", /does not answer now/],
    ["garbage", /does not answer now/],
    ["429 for long", /no more calls now. Try again from/],
    [403, /refuses the server’s key/],
  ];
  for (const [failure, sentence] of sentences) {
    test(String(failure), async () => {
      await config("opensubtitles.url", service.base);
      service.failure = failure;
      await search();
      await panel.getByRole("alert").getByText(sentence).waitFor();
      await goesOn();
      service.failure = undefined;
      await config("opensubtitles.url", service.base);
      await panel.getByRole("button", { name: "Try again" }).click();
      await rows.first().waitFor();
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
    });
  }

  test("who never answers shows boxes until then", async () => {
    service.failure = "silent";
    await search();
    await panel.locator("li.skeleton").first().waitFor();
    await goesOn();
    await panel.getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await paused(page);
  });
});

test("on a phone, in Arabic, it lies at the foot and is no wider than the window", async () => {
  await config("opensubtitles.url", service.base);
  const other = await visit(world, { ...sizes.phone, locale: "ar" });
  const said = (key: string) => words("ar", key);
  try {
    await world.admin.patch("/api/me", { language: "ar" });
    await signInByForm(other.page, "admin@example.org", password, "ar");
    await other.page.goto(`/watch/movie-${films.direct}#start`);
    await playing(other.page, 0);
    // A tap brings the controls, which else hide.
    await other.page.locator("video").tap();
    await other.page.getByRole("button", { name: said("player.captions"), exact: true }).tap();
    await other.page.getByRole("menuitem", { name: said("player.online") }).tap();
    const sheet = other.page.getByRole("dialog", { name: said("player.online.title") });
    await sheet.locator("li button").first().waitFor();
    assert.deepEqual(await other.barriers(), []);
    const box = await sheet.boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= sizes.phone.width);
  } finally {
    await other.close();
  }
  // What OpenSubtitles refused, the browser has told; nothing else went wrong.
  const others = visitor.complaints.filter((told) => !told.includes("/api/subtitles/"));
  assert.deepEqual(others, []);
});
