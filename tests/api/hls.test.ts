// Films as HLS: segments begin and end where their playlist says, from wherever they
// are asked for and whenever miaud is killed in between; all of them together are the
// film.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { conforms } from "../world/conformance.ts";
import { lots, many, until } from "../world/place.ts";
import {
  film,
  loudness,
  pictures,
  rate,
  readPlaylist,
  recipes,
  samples,
  timescale,
} from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ isStopped: true });
// Tells of each encoder that is begun.
world.env.MIAU_LOG_LEVEL = "debug";
await world.start();
await world.setUp();
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.films, "..", "hls-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const seconds = many(60, 600);
const names = Object.keys(recipes);
/** Its picture cannot be copied: what lies before its beginning would be shown. */
const cut = "cut.mp4";
/** Of each film its picture as it is and its sound, and six more. */
const count = Math.ceil(Number(process.env.N ?? many(78, 1000)) / (2 * names.length + 6));
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const random = lots(seed);

for (const name of [...names, cut]) {
  const to = path.join(world.films, `Film ${name.replace(".", " ")} (2019)${path.extname(name)}`);
  copyFileSync(film(name, seconds), to);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
}
await world.addFolder(world.films);
await until(
  "films without an index to be read",
  () => world.sql("SELECT id FROM media_index WHERE is_read = 0") === "",
);

/** What this device decodes: everything, so that what can be copied is. */
const all = ["avc1.640028", "hvc1.1.6.L93.B0", "vp09.01.41.08", "av01.0.04M.08"];
const heard = ["mp4a.40.2", "ac-3", "ec-3", "opus", "Opus"];

async function play(name: string, codecs: string[]) {
  const id = await world.movieId(`Film ${name.replace(".", " ")}`);
  const begun = await world.admin.send("/api/play/start", {
    titleId: `movie-${id}`,
    hls: { codecs },
  });
  const base = String(begun.hlsUrl).replace("master.m3u8", "");
  const bytes = async (part: string): Promise<Buffer> => {
    const answer = await visitor.get(base + part);
    assert.equal(answer.status, 200, `${part}: ${answer.body.toString().slice(0, 300)}`);
    return answer.body;
  };
  const text = async (part: string) => (await bytes(part)).toString();
  return { begun, bytes, text };
}
type Play = Awaited<ReturnType<typeof play>>;

/** How much earlier a copied segment may end, in seconds: pictures of an open group that
 * are shown before its key frame are in the segment of that; and not all last as long. */
const early: Record<string, number> = {
  "open.mkv": 3 / rate,
  "wide.mkv": 3 / rate,
  "uneven.mkv": 2 / rate,
};

/** One segment against its playlist. `give`: seconds that sound or a picture may be
 * off. */
async function check(
  ...[played, name, at, track, number, give]: [Play, string, number[], string, number, number]
): Promise<void> {
  const found = samples(await played.bytes(`${track}/${number}.m4s`));
  const scale = timescale(await played.bytes(`${track}/init.mp4`));
  const [first] = found;
  const where = `${track} ${number}`;
  assert.ok(first !== undefined, `${where} is empty`);
  const begins = at[number] as number;
  const ends = at[number + 1] as number;
  assert.ok(first.isKey, `${where} begins with no key frame`);
  const off = Math.abs(first.shown / scale - begins);
  assert.ok(off <= give, `${where} begins ${off} s off`);
  const last = Math.max(...found.map((s) => s.shown + s.lasts)) / scale;
  const late = last - ends;
  assert.ok(late <= give, `${where} ends ${late} s late`);
  assert.ok(
    late >= -give - (track === "v-copy" ? (early[name] ?? 0) : 0),
    `${where} ends ${-late} s early`,
  );
}

/** Children that were begun for a track, each by the segment that it was begun with. */
const beganAt = (from: number, track: string): number[] =>
  [
    ...world
      .log()
      .slice(from)
      .matchAll(/"encoder\.begun","message":"(\S+) of source \d+ from (\d+) on/g),
  ]
    .filter(([, name]) => name === track)
    .map(([, , number]) => Number(number));

async function killMiaud(): Promise<void> {
  const [miaud] = await until("miaud", () => {
    const found = world.processes("miaud");
    return found.length > 0 && found;
  });
  if (miaud !== undefined) process.kill(miaud.pid, "SIGKILL");
}

/** Places from the last to the first: what was made for one lies behind the next, so that
 * each has an encoder of its own. Rounds begin with nothing made. */
async function seekAround(name: string, track: string, give: number): Promise<void> {
  const played = await play(name, [...all, ...heard]);
  const { at } = readPlaylist(await played.text(`${track}.m3u8`));
  for (let left = count, made = 1; left > 0; left -= made) {
    const places = new Set<number>();
    while (places.size < Math.min(left, (at.length - 1) / 2)) places.add(random(at.length - 1));
    made = places.size;
    const from = world.log().length;
    if (left < count) await killMiaud();
    const order = [...places].sort((a, b) => b - a);
    for (const [i, number] of order.entries()) {
      if (i === made >> 1) await killMiaud();
      await check(played, name, at, track, number, give);
    }
    await until("all that was begun to be told", () => beganAt(from, track).length >= made);
    assert.deepEqual(beganAt(from, track), order);
  }
}

describe(`segments are where the playlist says (SEED=${seed})`, () => {
  for (const name of names) {
    test(`${name}: the picture as it is`, () => seekAround(name, "v-copy", 1.01 / rate));
    test(`${name}: encoded sound`, () => seekAround(name, "a-0-aac", 0.02));
  }
  test(`${cut}: encoded, picture and sound`, async () => {
    const played = await play(cut, [...all, ...heard]);
    assert.doesNotMatch(await played.text("master.m3u8"), /v-copy/);
    await seekAround(cut, "v-360", 1.01 / rate);
    await seekAround(cut, "a-0-aac", 0.02);
  });
  // A frame of `uneven.mkv` lasts up to three.
  for (const [name, frames] of Object.entries({ "uneven.mkv": 3, "stream.ts": 1, "early.ts": 1 }))
    test(`${name}: encoded pictures`, () => seekAround(name, "v-360", (frames + 0.01) / rate));
  test("sound as it is", () => seekAround("open.mkv", "a-0-copy", 0.02));
});

describe("all segments together are the film", () => {
  for (const name of names)
    test(name, async () => {
      const played = await play(name, [...all, ...heard]);
      const text = await played.text("v-copy.m3u8");
      const { at, target, isWhole } = readPlaylist(text);
      assert.ok(isWhole);
      for (let i = 1; i < at.length; i++)
        assert.ok(Math.round((at[i] as number) - (at[i - 1] as number)) <= target);
      const parts = [await played.bytes("v-copy/init.mp4")];
      for (let i = 0; i < at.length - 1; i++) parts.push(await played.bytes(`v-copy/${i}.m4s`));
      const joined = path.join(folder, "joined.mp4");
      writeFileSync(joined, Buffer.concat(parts));
      assert.deepEqual(pictures(joined), pictures(film(name, seconds)));
    });
});

describe("playlists are true of their segments", () => {
  const some = (n: number) =>
    [0, 1, 2, n >> 1, n - 2, n - 1].filter((i, j, all) => all.indexOf(i) === j);
  for (const name of names) {
    test(`${name}: as it is`, async () => {
      const { bytes } = await play(name, [...all, ...heard]);
      const { variants } = await conforms(bytes, some);
      assert.equal(variants[0]?.uri, "v-copy.m3u8");
    });
    test(`${name}: for a device of few codecs`, async () => {
      const { bytes } = await play(name, ["avc1.640028", "mp4a.40.2"]);
      const { variants } = await conforms(bytes, some);
      assert.equal(variants[0]?.uri === "v-copy.m3u8", !/wide|woven/.test(name));
    });
  }
});

test("what is encoded can be seen and heard", async () => {
  const played = await play("wide.mkv", ["avc1.640028", "mp4a.40.2"]);
  assert.equal(played.begun.method, "transcode");
  for (const track of ["v-360", "a-0-aac"]) {
    const joined = path.join(folder, `${track}.mp4`);
    const parts = [await played.bytes(`${track}/init.mp4`), await played.bytes(`${track}/3.m4s`)];
    writeFileSync(joined, Buffer.concat(parts));
    if (track === "v-360") assert.ok(pictures(joined).length >= 2 * rate - 2);
    else assert.ok(loudness(joined) > -40);
  }
});

test("a child that is ahead gives way to who goes back in the same quality", async () => {
  assert.equal(world.ctl("config", "set", "transcode.slots", "1").code, 0);
  const played = await play("uneven.mkv", ["vp09.00.10.08"]);
  await played.bytes("v-480/8.m4s");
  await until("it to be ahead", () => {
    const { encoders } = world.ctlJson("transcode", "list");
    return encoders.some((one: { state: string }) => one.state === "ahead");
  });
  await played.bytes("v-480/0.m4s");
});
