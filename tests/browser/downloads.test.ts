// The Downloads page and the Share button in Chromium, on a phone, a laptop and
// a television. No peer is near: what is here is shared, what is not waits.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { torrentOf } from "../world/torrent.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const { admin } = world;
const movie = await world.movieId(movies.front);
const visitor = await visit(world);
const { page } = visitor;
await signInByForm(page, "admin@example.org", password);
const rows = page.getByRole("list", { name: "All downloads" }).getByRole("listitem");
const row = (name: string | RegExp) => rows.filter({ hasText: name });

test("a film is shared from its page, and its link is given", async () => {
  await page.goto(`/movie/${movie}`);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: "Share it" }).click();
  await page.getByRole("button", { name: "Copy magnet link" }).click();
  await page.waitForFunction(() =>
    document
      .querySelector<HTMLInputElement>("input[aria-label='Magnet link']")
      ?.value.startsWith("magnet:?xt=urn:btih:"),
  );
  await page.getByRole("link", { name: "Downloads" }).last().click();
  await row(movies.front).getByText("Shared from the library").waitFor();
});

test("all its pieces are drawn", async () => {
  await page.getByRole("button", { name: `Details of ${movies.front}` }).click();
  const picture = page.getByRole("img", { name: /piece(s are| is) here/ });
  await picture.waitFor();
  const colours = await picture.evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const context = (canvas as HTMLCanvasElement).getContext("2d");
    const data = context?.getImageData(0, 0, width, height).data ?? [];
    let red = 0;
    for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 0) > 200) red += 1;
    return red;
  });
  assert.ok(colours > 10, `${colours} pixels in the accent's colour`);
  assert.deepEqual(await visitor.barriers(), []);
  await page.keyboard.press("Escape");
});

test("before the first torrent one is asked, once", async () => {
  const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}&dn=Faraway`;
  visitor.complaints.length = 0;
  await page.getByLabel("Magnet link").fill(magnet);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Before the first torrent" });
  await dialog.getByText("Respect local law and licences").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  await dialog.getByRole("button", { name: "I agree" }).click();
  await row("Faraway").waitFor();
  // The refusal that led to the question is a 409, which browsers write down.
  assert.ok(
    visitor.complaints.every((c) => c.includes("409")),
    visitor.complaints.join(),
  );
  visitor.complaints.length = 0;
});

test("a .torrent that is dropped is added; what changes elsewhere is seen here", async () => {
  const file = torrentOf("Dropped Film (2020).mkv", randomBytes(100_000));
  const data = await page.evaluateHandle((text) => {
    const made = new DataTransfer();
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    made.items.add(new File([bytes], "dropped.torrent"));
    return made;
  }, file);
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
  const dropped = row(/Dropped Film/);
  await dropped.waitFor();
  const { downloads } = await admin.read("/api/downloads");
  const { id } = downloads.find((d: { title: string }) => d.title.startsWith("Dropped"));
  assert.equal((await admin.patch(`/api/downloads/${id}`, { paused: true })).status, 200);
  await dropped.getByText("Paused").waitFor();
  await dropped.getByRole("button", { name: /^Resume/ }).click();
  await dropped.getByText("Paused").waitFor({ state: "hidden" });
});

test("limits are kept", async () => {
  await page.getByRole("button", { name: /^Details of Dropped/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("At most out, kB/s").fill("50");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Saved.").first().waitFor();
  await page.keyboard.press("Escape");
  const { downloads } = await admin.read("/api/downloads");
  const dropped = downloads.find((d: { title: string }) => d.title.startsWith("Dropped"));
  assert.equal(dropped.limit.up, 50_000);
});

test("by keys alone: reach a button, be asked, go back, remove", async () => {
  const trash = row(/Dropped Film/).getByRole("button", { name: /^Remove/ });
  const isAt = () => trash.evaluate((element) => element === document.activeElement);
  await page.getByLabel("Magnet link").focus();
  for (let i = 0; i < 12 && !(await isAt()); i++) {
    const inRow = await row(/Dropped Film/).evaluate((li) => li.contains(document.activeElement));
    await page.keyboard.press(inRow ? "ArrowRight" : "ArrowDown");
  }
  assert.ok(await isAt(), "the arrows do not lead there");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Remove this download?" });
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await until("the focus to come back", isAt);
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Remove with its bytes" }).focus();
  await page.keyboard.press("Enter");
  await row(/Dropped Film/).waitFor({ state: "hidden" });
  await until("it to be gone", async () => {
    const { downloads } = await admin.read("/api/downloads");
    return downloads.every((d: { title: string }) => !d.title.startsWith("Dropped"));
  });
  assert.deepEqual(visitor.complaints, []);
  await visitor.close();
});

for (const [name, width, height] of [
  ["phone", 390, 844],
  ["laptop", 1280, 800],
  ["television", 1920, 1080],
] as const) {
  test(`the page on a ${name}: nothing moves, nothing stands out, no barrier`, async () => {
    const other = await visit(world, { width, height });
    await signInByForm(other.page, "admin@example.org", password);
    await other.page.goto("/downloads");
    await other.page.getByText(/free on the disk/).waitFor();
    await other.page.getByText("Shared from the library").waitFor();
    const overflow = await other.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(overflow <= 0, `${overflow} pixels stand out to the right`);
    assert.ok((await other.shift()) < 0.001, `moved by ${await other.shift()}`);
    assert.deepEqual(await other.barriers(), []);
    assert.deepEqual(other.complaints, []);
    await other.close();
  });
}
