// Which pictures of the seek bar are kept, how they look, and who gets them: those of a
// film that nobody has watched for longest give way; of a film with a wide range of light
// they are as bright as on other screens; whoever may not watch gets none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { startTracker } from "../../tools/tracker.ts";
import { age } from "../world/media.ts";
import { hangMs, until } from "../world/place.ts";
import { makeTorrent, startAria2 } from "../world/seeder.ts";
import {
  greysOf,
  placeGrey,
  type Sheets,
  secondsShown,
  thumbnailsOf,
} from "../world/thumbnails.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_THUMBNAILS_ENABLED: "true" } });
for (const name of ["First (2001)", "Second (2002)"])
  placeGrey("even", 40, path.join(world.films, `${name}.mkv`));
const wide = path.join(world.films, "Wide Light (2003).mkv");
const drawing = path.join(world.hold, "wide.mkv");
execFileSync("ffmpeg", [
  ..."-nostdin -v error -y -f lavfi -i".split(" "),
  "color=black:size=320x136:rate=5:duration=10,geq=lum=128:cb=128:cr=128",
  ..."-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params".split(" "),
  "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
  drawing,
]);
renameSync(drawing, wide);
age(wide);
await world.addFolder(world.films);
const kept = () => readdirSync(path.join(world.state, "thumbnails"));
const status = () => world.ctlJson("thumbnails", "status");
const folderOf = (title: string) =>
  world.sql(`SELECT n.folder FROM thumbnails n JOIN library_file f ON f.id = n.library_file_id
    WHERE f.display LIKE '${title}%'`);

/** The sheet that the address leads to. */
const sheet = ({ url }: Sheets) => url.replace("{sheet}", "0");

test("a film with a wide range of light is shown in the light of other screens", async () => {
  const sheets = await thumbnailsOf(world, "Wide Light");
  const { body } = await world.visitor().get(sheet(sheets));
  const [grey] = greysOf(body, sheets);
  // 100 of 10000 candelas, half of the wide range: taken as it is, that would be 130.
  assert.ok(grey !== undefined && grey > 142 && grey < 170, `${grey}`);
});

test("the terminal tells of them, and removes them", async () => {
  await thumbnailsOf(world, "First");
  const { url } = await thumbnailsOf(world, "Second");
  const before = kept();
  assert.equal(before.length, 3);
  const told = status();
  const taken = before.map((name) =>
    readFileSync(path.join(world.state, "thumbnails", name, "0.jpg")),
  );
  const bytes = taken.reduce((sum, { length }) => sum + length, 0);
  assert.deepEqual([told.films, told.waiting, told.failed, told.bytes], [3, 0, 0, bytes]);
  assert.match(world.ctl("thumbnails", "status").stdout, /^3 films have thumbnails/);
  assert.equal(world.ctl("tasks", "pause", "thumbnails").code, 0);
  assert.equal(world.ctl("thumbnails", "clear").code, 0);
  const { films, waiting, bytes: left } = status();
  // Those that wait may be made anew at once.
  assert.equal(films + waiting, 3);
  assert.ok(left <= bytes);
  world.runTask("thumbnails");
  const again = await thumbnailsOf(world, "Second");
  assert.notEqual(again.url, url, "a key of its own");
  await thumbnailsOf(world, "First");
  await thumbnailsOf(world, "Wide Light");
  await until("the old ones to go", () => !before.some((name) => kept().includes(name)));
});

test("those of what nobody has watched for longest give way", async () => {
  const titleId = `movie-${await world.movieId("First")}`;
  const { streamingKey } = await world.admin.send("/api/play/start", { titleId });
  const beat = { streamingKey, position: 12 };
  assert.equal((await world.admin.post("/api/play/heartbeat", beat)).status, 204);
  const stale = folderOf("Second");
  world.sql(
    "UPDATE source SET created_at = created_at - 10000000 WHERE title_id = (SELECT id FROM title WHERE name = 'Second')",
  );
  // As if they took more than all may take.
  world.sql(
    "UPDATE thumbnails SET bytes = 4000000000 WHERE bytes > 0 AND folder IN " +
      `('${stale}', '${folderOf("First")}')`,
  );
  world.runTask("thumbnails");
  const isGone = () => {
    // The folder goes with the run after the one that removed its row.
    world.runTask("thumbnails");
    return !existsSync(path.join(world.state, "thumbnails", stale));
  };
  await until("one to go", isGone, {
    within: hangMs,
    every: 300,
    why: () => world.sql("SELECT folder, bytes FROM thumbnails"),
  });
  assert.ok(existsSync(path.join(world.state, "thumbnails", folderOf("First"))));
  assert.equal(folderOf("Second"), "");
  world.sql("UPDATE thumbnails SET bytes = 1 WHERE bytes > 0");
  world.runTask("thumbnails");
  await thumbnailsOf(world, "Second");
});

test("who may not watch any more gets none", async () => {
  const email = "uma@example.org";
  const uma = await world.person(email);
  const film = await world.movieId("First");
  const titleId = `movie-${film}`;
  const rate = (minimumAge: number) =>
    world.admin.put(`/api/titles/${titleId}/certification`, { minimumAge });
  const code = async ({ url }: Sheets) =>
    (await world.visitor().get(url.replace("{sheet}", "0"))).status;
  await rate(0);
  const { id } = await uma.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
  const mia = await world.visitor().signIn(email, password);
  await mia.send(`/api/me/profiles/${id}/use`, {});
  const seen = (await mia.send("/api/play/start", { titleId })).thumbnails;
  const adult = (await uma.send("/api/play/start", { titleId })).thumbnails;
  assert.deepEqual([await code(seen), await code(adult)], [200, 200]);
  await rate(17);
  assert.ok([401, 404].includes(await code(seen)));
  assert.equal(await code(adult), 200);
  await uma.post("/api/auth/logout", {});
  assert.equal(await code(adult), 401);
});

test("a film of a torrent has them when it is whole", async () => {
  const tracker = await startTracker();
  after(() => tracker.stop());
  for (const [name, value] of [
    ["net.consent", "true"],
    ["net.uploadLimit", "0"],
    ["stream.stallLimit", "240"],
  ] as const)
    assert.equal(world.ctl("config", "set", name, value).code, 0);
  const folder = path.join(world.hold, "shared");
  mkdirSync(folder);
  const file = placeGrey("even", 40, path.join(folder, "Fetched (2004).mkv"));
  const torrent = path.join(world.hold, "fetched.torrent");
  const hash = makeTorrent(file, torrent, tracker);
  const seeder = await startAria2(torrent, hash, folder, tracker, {});
  after(() => seeder.stop());
  const added = { torrent: readFileSync(torrent).toString("base64") };
  const { id } = await world.admin.send("/api/downloads", added);
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  const { url, thumbnails: early } = await world.admin.send("/api/play/start", { titleId });
  assert.equal(early, null, "nothing is made of what comes in any order");
  assert.equal((await world.visitor().get(url)).status, 200);
  const sheets: Sheets = await until(
    "its pictures",
    async () => {
      world.runTask("thumbnails");
      return (await world.admin.send("/api/play/start", { titleId })).thumbnails ?? undefined;
    },
    { within: hangMs, every: 1000, why: () => world.sql("SELECT * FROM thumbnails") },
  );
  const shown = await secondsShown(world.visitor(), sheets);
  assert.ok(shown.length >= 40);
  assert.ok(Math.abs((shown[20] as number) - 20) <= 2, `${shown[20]}`);
});
