// Sharing a film that takes long to be read: the window says how far it is, the
// Downloads page as well, it is taken back there, and what goes wrong is said.
import assert from "node:assert/strict";
import { truncateSync, utimesSync } from "node:fs";
import { test } from "node:test";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const { admin } = world;
const visitor = await visit(world);
const { page } = visitor;
const film = await world.movieId(movies.front);
const file = world.sql(
  `SELECT o.path || '/' || f.path FROM source s JOIN title t ON t.id = s.title_id
   JOIN library_file f ON f.id = s.library_file_id JOIN library_folder o ON o.id = f.folder_id
   WHERE t.name = '${movies.front}'`,
);
await signInByForm(page, "admin@example.org", password);
const row = page.getByRole("list", { name: "All downloads" }).getByRole("listitem");
const dialog = page.getByRole("dialog", { name: `Share ${movies.front}` });

test("the window and the page say how far it is", async () => {
  await page.goto(`/movie/${film}`);
  await page.getByRole("button", { name: "Share" }).click();
  // A hole behind it makes it too long to be read while this runs.
  truncateSync(file, 1000 * 2 ** 30);
  await dialog.getByRole("button", { name: "Share it" }).click();
  await dialog.getByText(/ of 1\.1 TB read/).waitFor();
  // The library looks at the file anew below the window, which stays.
  await page.getByText("MP4, 1.1 TB").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Copy magnet link" }).count(), 0);
  assert.deepEqual(await visitor.barriers(), []);
  await dialog.getByRole("link", { name: "Downloads" }).click();
  await row.getByText("Reading the file before it is shared").waitFor();
  await row.getByText(/[1-9].*B of 1\.1 TB/).waitFor();
  assert.deepEqual(await visitor.barriers(), []);
});

test("a change meanwhile is said, and it is tried again", async () => {
  utimesSync(file, 1, 1);
  await row.getByText(/was changed while it was read/).waitFor();
  await row.getByText("Stopped").waitFor();
  assert.deepEqual(await visitor.barriers(), []);
  const [{ id }] = (await admin.read("/api/downloads")).downloads;
  assert.equal((await admin.patch(`/api/downloads/${id}`, { paused: false })).status, 200);
  await row.getByText("Reading the file before it is shared").waitFor();
});

test("it is taken back while it is read", async () => {
  await row.getByRole("button", { name: /^Remove/ }).click();
  await page.getByText("is no longer shared. The file stays.").waitFor();
  await row.waitFor({ state: "hidden" });
  await until("it to be gone", async () => {
    return (await admin.read("/api/downloads")).downloads.length === 0;
  });
  assert.deepEqual(visitor.complaints, []);
});
