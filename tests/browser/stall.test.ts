// The only seeder of a film stops in the middle of it, with its connection open, as one
// does whose machine sleeps: what is told, and that the film goes on when it wakes.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { press, signInByForm, visit } from "../world/browser.ts";
import { placeLong } from "../world/media.ts";
import { moveIn } from "../world/neighbour.ts";
import { until } from "../world/place.ts";
import { playing, sizes } from "../world/watching.ts";
import { newWorld, password } from "../world/world.ts";

const seconds = 120;
const rate = 150_000; // of the film, bytes a second

const tracker = await startTracker();
const world = await newWorld({ env: { MIAU_NET_TRACKERS: tracker.url } });
const next = await moveIn(tracker, 6 * rate);
after(async () => {
  await next.stop();
  await tracker.stop();
});
const { torrent } = await next.share("Far Away (2021).mp4", (to) => placeLong(to, seconds, rate));
for (const [name, value] of [
  ["net.consent", "true"],
  // The server itself gives up later than this test.
  ["stream.stallLimit", "600"],
] as const)
  assert.equal(world.ctl("config", "set", name, value).code, 0);
world.ctlJson("add", torrent, "--when-watched");
const film = await until("the film to have a title", () => world.movieId("Far Away"));

/** Stops it as it is; it goes on when that is called. */
function stopSeeder(): () => void {
  const { pid } = next.world.process("miaud");
  process.kill(pid, "SIGSTOP");
  return () => process.kill(pid, "SIGCONT");
}

test("a film whose seeder stops says so with what one can do, and goes on by itself", async () => {
  const { page, barriers, complaints, close } = await visit(world);
  await signInByForm(page, "admin@example.org", password);
  const whole = seconds * rate;
  next.relay.allow(0.3 * whole);
  await page.goto(`/movie/${film}`);
  await page.getByRole("link", { name: "Play" }).click();
  await playing(page, 2);
  const goOn = stopSeeder();
  const told = page.locator(".player-why").getByRole("status");
  const leave = page.locator(".meanwhile").getByRole("link", { name: "To the title" });
  try {
    next.relay.allow(2 * whole);
    // Nothing is here there.
    await page.keyboard.press("5");
    await leave.waitFor();
    const why = await told.textContent();
    assert.match(why ?? "", /^Nobody is sending right now. One peer is connected/);
    for (const { width, height } of Object.values(sizes)) {
      await page.setViewportSize({ width, height });
      const { x, y, ...box } = (await leave.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      assert.ok(box.height >= 44 && box.width >= 44, JSON.stringify(box));
      assert.ok(x >= 0 && x + box.width <= width && y + box.height <= height, `${x}, ${y}`);
    }
    assert.deepEqual(await barriers(), []);
    // The controls stay, and arrows lead from them to it.
    await page.keyboard.press("Enter");
    await press(page, "ArrowUp", /^To the title$/);
  } finally {
    goOn();
  }
  await playing(page, 0.5 * seconds + 1);
  await leave.waitFor({ state: "detached" });
  assert.deepEqual(complaints, []);
  await close();
});
