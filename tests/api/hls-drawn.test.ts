// Subtitles that are pictures, drawn into the picture of a film: seen where and when
// they are on, from wherever an encoder begins, and never else.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { type Box, pgs } from "../world/drawn.ts";
import { many } from "../world/place.ts";
import { brightness, ffmpeg, firstPicture, rate, readPlaylist } from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.films, "..", "drawn-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const seconds = 40;
const seeks = many(2, 60);

interface Recipe {
  film: [number, number];
  canvas: [number, number];
  /** How many pixels of the picture one of the canvas has. */
  scale: [number, number];
  ways: string[];
  codec: string;
}

/** A film that was cut to its picture; letters that have no square pixels. */
const recipes: Record<string, Recipe> = {
  "Disc.mkv": {
    film: [640, 360],
    canvas: [1280, 720],
    scale: [0.5, 0.5],
    ways: ["-c:s", "copy"],
    codec: "PGS",
  },
  "Wide.mkv": {
    film: [640, 272],
    canvas: [1920, 1080],
    scale: [272 / 1080, 272 / 1080],
    ways: ["-c:s", "copy"],
    codec: "PGS",
  },
  "Old.mkv": {
    film: [640, 360],
    canvas: [720, 576],
    scale: [640 / 720, 360 / 576],
    ways: ["-c:s", "dvdsub"],
    codec: "VobSub",
  },
  "Broadcast.ts": {
    film: [640, 360],
    canvas: [720, 576],
    scale: [640 / 720, 360 / 576],
    ways: ["-c:s", "dvbsub"],
    codec: "DVB",
  },
};

/** One at the foot, one on top over many segments, one more at the foot. */
function boxes([width, height]: [number, number]): Box[] {
  const low = { x: width / 4, y: height * 0.8, width: width / 2, height: height / 10 };
  const high = { ...low, y: height / 10 };
  return [
    { ...low, from: 3, to: 5 },
    { ...high, from: 11, to: 19 },
    { ...low, from: 25.5, to: 26.5 },
  ].map((box) => ({ ...box, y: Math.round(box.y), height: Math.round(box.height) }));
}

mkdirSync(world.films, { recursive: true });
for (const [name, { film, canvas, ways }] of Object.entries(recipes)) {
  const sup = path.join(folder, `${name}.sup`);
  writeFileSync(sup, pgs(canvas, boxes(canvas)));
  const picture = `color=black:size=${film.join("x")}:rate=${rate}:duration=${seconds}`;
  const sound = `sine=frequency=440:sample_rate=48000:duration=${seconds}`;
  const to = path.join(world.films, name.replace(".", " (2018)."));
  ffmpeg([
    ...["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-fix_sub_duration", "-i", sup],
    ...["-copyts", "-map", "0", "-map", "1", "-map", "2", "-c:a", "aac", "-c:v", "libx264"],
    ...["-preset", "ultrafast", "-g", String(3 * rate), "-pix_fmt", "yuv420p", ...ways, to],
  ]);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
}
await world.addFolder(world.films);
world.runTask("film-index");

async function play(name: string) {
  const id = await world.movieId(path.parse(name).name);
  const begun = await world.admin.send("/api/play/start", {
    titleId: `movie-${id}`,
    hls: { codecs: ["avc1.640028", "mp4a.40.2"] },
  });
  const base = String(begun.hlsUrl).replace("master.m3u8", "");
  const get = async (part: string) => {
    const answer = await visitor.get(base + part);
    assert.equal(answer.status, 200, `${part}: ${answer.body.toString().slice(0, 300)}`);
    return answer;
  };
  return { begun, base, get };
}

/** What a box covers of the picture, a little less than all of it, and what lies before
 * it. */
function placesOf({ film, canvas, scale }: Recipe, box: Box): { on: string; off: string } {
  const place = (i: 0 | 1, at: number) => (film[i] - canvas[i] * scale[i]) / 2 + at * scale[i];
  const edge = 4;
  const left = place(0, box.x);
  const top = place(1, box.y) + edge;
  const height = box.height * scale[1] - 2 * edge;
  const part = (width: number, x: number) => [width, height, x, top].map(Math.round).join(":");
  return {
    on: part(box.width * scale[0] - 2 * edge, left + edge),
    off: part(16, left - edge - 16),
  };
}

/** How much later the file's own clock tells the boxes' times. */
const late = (name: string): number => (name.endsWith(".ts") ? 1.4 : 0);

async function check(name: string, number: number): Promise<void> {
  const recipe = recipes[name] as Recipe;
  const { get } = await play(name);
  const begins = firstPicture(path.join(world.films, name.replace(".", " (2018)."))) - late(name);
  const joined = path.join(folder, "joined.mp4");
  const parts = ["init.mp4", `${number}.m4s`].map(async (part) => {
    return (await get(`v-360-s0/${part}`)).body;
  });
  writeFileSync(joined, Buffer.concat(await Promise.all(parts)));
  for (const box of boxes(recipe.canvas)) {
    const same = boxes(recipe.canvas).filter(({ y }) => y === box.y);
    const { on, off } = placesOf(recipe, box);
    const seen = brightness(joined, on);
    assert.ok(seen.length > 0);
    for (const { time, light } of brightness(joined, off))
      assert.ok(light < 30, `${name} ${number}: at ${time} something lies before it`);
    for (const { time, light } of seen) {
      const isNear = (at: number) => Math.abs(time - (at - begins)) < 1.5 / rate;
      if (same.some(({ from, to }) => isNear(from) || isNear(to))) continue;
      const isOn = same.some(({ from, to }) => time > from - begins && time < to - begins);
      const where = `${name} ${number}: at ${time} of ${box.y}`;
      if (isOn) assert.ok(light > 200, `${where} nothing is seen (${light})`);
      else assert.ok(light < 30, `${where} something is seen (${light})`);
    }
  }
}

describe("subtitles that are pictures", () => {
  for (const [name, { codec }] of Object.entries(recipes))
    test(`${name}: are seen where and when they are on`, async () => {
      const { begun, get } = await play(name);
      const [track] = begun.subtitles;
      assert.deepEqual([track.inner, track.picture, track.format], [0, true, codec]);
      const { at } = readPlaylist((await get("v-360-s0.m3u8")).text);
      // From the middle of the long one on, then anywhere.
      for (const first of [7, 8, 0, 1]) await check(name, first);
      for (let i = 0; i < seeks; i++) {
        // What was made is gone then: each seek has an encoder of its own.
        if (i % 2 === 0) process.kill(world.process("miaud").pid, "SIGKILL");
        await check(name, randomInt(at.length - 2));
      }
    });

  test("have a playlist of their own, of encoded pictures alone", async () => {
    const { get } = await play("Disc.mkv");
    const drawn = (await get("master-s0.m3u8")).text;
    assert.deepEqual(drawn.match(/^v-.*$/gm), ["v-360-s0.m3u8"]);
    assert.match(drawn, /^#EXT-X-MEDIA:TYPE=AUDIO/m);
    const plain = (await get("master.m3u8")).text;
    assert.deepEqual(plain.match(/^v-.*$/gm), ["v-copy.m3u8"]);
    assert.doesNotMatch(plain, /TYPE=SUBTITLES/, "pictures are no rendition");
  });

  test("are drawn only where there are any", async () => {
    const { base } = await play("Disc.mkv");
    for (const part of [
      "master-s1.m3u8",
      "master-s00.m3u8",
      "v-360-s1.m3u8",
      "v-360-s1/0.m4s",
      "s-0.m3u8",
      "s-0/0.vtt",
      "v-copy-s0.m3u8",
    ])
      assert.equal((await visitor.get(base + part)).status, 404, part);
  });
});
