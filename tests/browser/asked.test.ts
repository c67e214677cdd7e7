// Arrows lead to everything that the player asks and offers beside its controls.
import { after, test } from "node:test";
import { walkAll } from "../world/arrows.ts";
import { signInByForm, visit } from "../world/browser.ts";
import { movies, show, showFilms } from "../world/films.ts";
import { words } from "../world/words.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
const film = await world.movieId(movies.front);
const visitor = await visit(world, { width: 1920, height: 1080 });
const { page } = visitor;
after(() => visitor.close());
await signInByForm(page, "admin@example.org", password);

test("what the player asks and what it refuses: the next episode, a source, consent", async () => {
  await page.goto(`/watch/show-${await world.showId(show)}/1/1#start`);
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
  await page.keyboard.press("k");
  await page.keyboard.press("9");
  const card = page.getByRole("region", { name: words("en", "player.next") });
  await card.waitFor();
  await page.getByRole("button", { name: words("en", "player.full") }).focus();
  await walkAll(page, "the card of the next episode");
  // As of a server that cannot convert it.
  await page.route("**/api/play/start", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), hlsUrl: null } });
  });
  await page.goto(`/watch/movie-${await world.movieId(movies.surround)}`);
  await page.getByRole("button", { name: words("en", "player.other") }).waitFor();
  await walkAll(page, "a film that is refused");
  await page.unroute("**/api/play/start");
  await page.goto("/watch/movie-999999999");
  await page.getByRole("button", { name: words("en", "app.retry") }).waitFor();
  await walkAll(page, "a film that is not there");
  const message = "Nobody has agreed to torrents yet.";
  const body = { error: "Conflict", message, code: "consent_needed", requestId: "1" };
  await page.route("**/api/play/start", (route) => route.fulfill({ status: 409, json: body }));
  await page.goto(`/watch/movie-${film}`);
  await page.getByRole("button", { name: words("en", "app.retry") }).waitFor();
  await walkAll(page, "consent");
  await page.unroute("**/api/play/start");
  // The browser writes down what was refused.
  visitor.complaints.length = 0;
});
