// Encoders in hardware, by a stand-in in which each works, fails, hangs, or does so in
// the middle of a film: probes tell which work, what works is used, and what breaks is
// replaced by the processor where it stood.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { place } from "../world/media.ts";
import { linkPrograms, standIn } from "../world/programs.ts";
import { pictures, readPlaylist, samples, timescale } from "../world/segments.ts";
import { makeWorld } from "../world/world.ts";

const world = await makeWorld({ isStopped: true });
after(() => world.tearDown());
const lib = path.join(world.hold, "lib");
linkPrograms(lib);
const behave = standIn(lib);
world.env.MIAU_LIB_DIR = lib;
await world.start();
await world.setUp();
const seconds = 24;
const titles = ["Wide Road", "Long Road", "High Road"] as const;
for (const title of titles)
  await place("wide.mkv", path.join(world.films, `${title} (2021).mkv`), seconds);
await world.addFolder(world.films);
const visitor = world.visitor();
const asked = path.join(lib, "hardware/asked");

const askedFor = (): string[] =>
  existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n") : [];
const forget = (): void => rmSync(asked, { force: true });

interface Probe {
  used: string | null;
  wanted: string;
  ways: { name: string; state: string; problem: string | null }[];
}
const probe = (): Probe => world.ctlJson("transcode", "probe");
const way = (told: Probe, name: string) => told.ways.find((one) => one.name === name);
function set(value: string): void {
  const told = world.ctl("config", "set", "transcode.hardware", value);
  assert.equal(told.code, 0, told.stderr);
}

/** All of one quality, as a file; each segment is where the playlist says. */
async function watch(title: (typeof titles)[number]): Promise<string> {
  const track = "v-360";
  const titleId = `movie-${await world.movieId(title)}`;
  const { hlsUrl } = await world.admin.send("/api/play/start", { titleId });
  const base = String(hlsUrl).replace("master.m3u8", "");
  const list = await visitor.get(`${base}${track}.m3u8`);
  const { at } = readPlaylist(list.body.toString());
  const init = await visitor.get(`${base}${track}/init.mp4`);
  assert.equal(init.status, 200, init.body.toString());
  const parts = [init.body];
  for (let number = 0; number < at.length - 1; number++) {
    const { status, body } = await visitor.get(`${base}${track}/${number}.m4s`);
    assert.equal(status, 200, body.toString());
    const [first] = samples(body);
    assert.ok(first?.isKey, `segment ${number} begins with a key frame`);
    const edge = first.shown / timescale(init.body);
    assert.ok(Math.abs(edge - (at[number] as number)) < 1 / 25, `${edge}, not ${at[number]}`);
    parts.push(body);
  }
  const file = path.join(world.hold, `${title}.mp4`);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

test("a probe tells what works, what does not, and why", () => {
  behave("vaapi", "works");
  behave("nvenc", "fails");
  behave("qsv", "hangs");
  const told = probe();
  assert.deepEqual([told.wanted, told.used], ["auto", "vaapi"]);
  assert.deepEqual(
    told.ways.map(({ name, state }) => [name, state]),
    [
      ["nvenc", "fails"],
      ["qsv", "fails"],
      ["vaapi", "works"],
    ],
  );
  assert.match(way(told, "nvenc")?.problem ?? "", /No such device: nvenc/);
  assert.match(way(told, "qsv")?.problem ?? "", /in time/);
  behave("qsv", "fails");
  const shown = world.ctl("transcode", "probe").stdout;
  assert.match(shown, /nvenc +fails +No such device: nvenc/);
  assert.match(shown, /vaapi +works +yes/);
});

test("what works is used, and cuts where the playlist says", async () => {
  forget();
  assert.equal(pictures(await watch("Wide Road")).length, seconds * 25);
  assert.ok(askedFor().includes("vaapi film"), askedFor().join());
});

for (const how of ["fails-later", "hangs-later"] as const)
  test(`one that ${how.replace("-", " ")} is replaced where it stood`, async () => {
    behave("vaapi", "works");
    assert.equal(probe().used, "vaapi");
    behave("vaapi", how);
    forget();
    const file = await watch(how === "fails-later" ? "Long Road" : "High Road");
    assert.equal(pictures(file).length, seconds * 25);
    assert.deepEqual(askedFor(), ["vaapi film"], "it is not taken again");
    assert.match(world.log(), /vaapi failed in the middle of a film/);
  });

test("a setting says which may be used", async () => {
  for (const one of ["vaapi", "nvenc", "qsv"]) behave(one, "works");
  set("none");
  assert.equal(probe().used, null);
  for (const one of ["vaapi", "nvenc", "qsv"]) {
    set(one);
    assert.equal(probe().used, one);
  }
  set("auto");
  assert.equal(probe().used, "nvenc");
});

test("what a setting names is probed when Miauflix starts", async () => {
  set("qsv");
  assert.equal(await world.stop(), 0);
  forget();
  await world.start();
  await world.movieId("Wide Road");
  assert.deepEqual(askedFor(), ["qsv probe"]);
});
