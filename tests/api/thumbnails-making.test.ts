// While pictures of the seek bar are made: who watches goes first, and a killed miaud
// leaves no half of them.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { age, place } from "../world/media.ts";
import { hangMs, until } from "../world/place.ts";
import { making, placeGrey, thumbnailsOf } from "../world/thumbnails.ts";
import { makeWorld, type World } from "../world/world.ts";

const within = hangMs;

/** Both films are known, and nothing is made yet. */
async function prepare(): Promise<World> {
  const world = await makeWorld({ env: { MIAU_THUMBNAILS_ENABLED: "true" } });
  // Runs when the test says so.
  assert.equal(world.ctl("tasks", "pause", "thumbnails").code, 0);
  const watched = path.join(world.films, "Watched (2001).mkv");
  await place("wide.mkv", watched, 120);
  age(watched);
  placeGrey("large", 40, path.join(world.films, "Large (2002).mp4"));
  await world.addFolder(world.films);
  // The other film has its own before, so that what is made is this one's.
  world.sql(`INSERT INTO thumbnails (library_file_id, size, modified_at, folder, problem, step,
    width, height, count, bytes, made_at) SELECT id, size, modified_at, 'none', 'Not wanted.',
    1, 0, 0, 1, 0, 0 FROM library_file WHERE display LIKE 'Watched%'`);
  return world;
}

const folders = (world: World) => readdirSync(path.join(world.state, "thumbnails"));
const rows = (world: World) =>
  world.sql(`SELECT COUNT(*) FROM thumbnails n JOIN library_file f ON f.id = n.library_file_id
    WHERE f.display LIKE 'Large%'`);

/** What is made is stopped while somebody watches another film by an encoder: who
 * watches asks again and again, until it is to go on. */
async function hold(world: World): Promise<void> {
  const titleId = `movie-${await world.movieId("Watched")}`;
  const { hlsUrl } = await world.admin.send("/api/play/start", { titleId });
  const segment = String(hlsUrl).replace("master.m3u8", "v-360/0.m4s");
  const visitor = world.visitor();
  assert.equal((await visitor.get(segment)).status, 200);
  world.runTask("thumbnails");
  await until(
    "what is made to wait",
    async () => {
      assert.equal((await visitor.get(segment)).status, 200);
      return making(world)?.isStopped;
    },
    { within, why: () => `${JSON.stringify(making(world))} ${folders(world)}` },
  );
  assert.equal(rows(world), "0");
  assert.match(folders(world).join(), /^\.[0-9a-f]{16}$/, "half of it has a name of its own");
}

test("it waits while somebody watches by an encoder, and goes on afterwards", async () => {
  const world = await prepare();
  try {
    await hold(world);
    const { pid } = making(world) as { pid: number };
    const sheets = await thumbnailsOf(world, "Large");
    assert.equal(sheets.count, 40);
    assert.equal(making(world), undefined, `${pid} has ended`);
    assert.match(folders(world).join(), /^[0-9a-f]{16}$/);
  } finally {
    await world.tearDown();
  }
});

test("miaud is killed: nothing half made stays, and it is made anew", async () => {
  const world = await prepare();
  try {
    await hold(world);
    const [half] = folders(world);
    const { pid } = making(world) as { pid: number };
    const miaud = world.process("miaud").pid;
    process.kill(miaud, "SIGKILL");
    await until("the one that made it to end", () => making(world)?.pid !== pid, { within });
    await until("miaud to be back", () => {
      const [now] = world.processes("miaud");
      return now !== undefined && now.pid !== miaud;
    });
    const runs = () => world.ctl("tasks", "run", "thumbnails").code === 0;
    await until("it to run tasks", runs, { within });
    await thumbnailsOf(world, "Large");
    await until("the half to go", () => folders(world).length === 1, { within });
    assert.notEqual(folders(world)[0], half);
  } finally {
    await world.tearDown();
  }
});
