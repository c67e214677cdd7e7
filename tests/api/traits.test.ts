// Films with a trait that is easily lost: how the picture lies and lasts, where its
// parameters stand, in which channel the voices are, and films that are asked for from
// their end before anybody has read where their key frames are.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { readMaster, readMedia } from "../world/conformance.ts";
import { bytesOf, joined } from "../world/joined.ts";
import { devices } from "../world/kinds.ts";
import { audible, ffmpeg, pictures } from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.films, "..", "traits-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const [seconds, rate] = [12, 24];
const avc = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -g 100 -sc_threshold 0";
const hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -g 24";
const mpeg2 = "-c:v mpeg2video -b:v 400k -bf 2 -g 100 -sc_threshold 1000000000";
/** A voice in the middle of six channels. */
const centre = "pan=5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0*c0|BL=0*c0|BR=0*c0";

/** Ends of ffmpeg's command line, by title. */
const films: Record<string, [container: string, recipe: string]> = {
  "Loose Parameters": ["mp4", `${hevc} -tag:v hev1 -c:a aac`],
  "Woven Lines": ["ts", `-vf tinterlace=interleave_top -r 12 ${mpeg2} -flags +ildct+ilme -c:a mp2`],
  "Lying Down": ["mp4", `${avc} -c:a aac`],
  "Wide Pixels": ["mp4", `${avc} -vf setsar=2/1 -c:a aac`],
  "Voices Between": [
    "mkv",
    `-map 0:v -map 1:a -map 1:a ${avc} -af ${centre} -c:a ac3 -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra`,
  ],
  "Seen Unread Alpha": ["ts", `${mpeg2} -c:a mp2`],
  "Seen Unread Bravo": ["ts", `${avc} -c:a aac`],
  "Seen Unread Delta": ["avi", "-c:v mpeg4 -bf 2 -b:v 400k -g 24 -c:a mp3"],
  "Seen Unread Echo": ["flv", `${avc} -ar 44100 -c:a mp3`],
  "Seen Unread Foxtrot": ["mkv", `${avc} -c:a ac3`],
  "Seen Unread Golf": ["webm", "-c:v libvpx -deadline realtime -cpu-used 8 -g 24 -c:a libvorbis"],
};
/** Matroska's index under a name that nobody knows. */
function withoutCues(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf(Buffer.from("1c53bb6b", "hex"));
  if (at !== -1) bytes[at + 3] = 0x6c;
  writeFileSync(file, bytes);
}

for (const [title, [container, recipe]] of Object.entries(films)) {
  const to = path.join(world.films, `${title} (2019).${container}`);
  const picture = `testsrc=size=176x144:rate=${rate}:duration=${seconds}`;
  const sound = `sine=frequency=440:sample_rate=48000:duration=${seconds}`;
  ffmpeg(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, ...recipe.split(" "), to]);
  if (title === "Lying Down") {
    const lying = path.join(folder, "lying.mp4");
    ffmpeg(["-i", to, "-c", "copy", "-metadata:s:v:0", "rotate=90", lying]);
    renameSync(lying, to);
  }
  if (title.startsWith("Seen Unread")) withoutCues(to);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
}
await world.addFolder(world.films);

async function begun(title: string, device: object) {
  const titleId = `movie-${await world.movieId(title)}`;
  return world.admin.send("/api/play/start", { titleId, ...device });
}

/** One for which every picture is encoded. */
const nothing = { codecs: [] as string[], hls: { codecs: ["mp4a.40.2"] } };

/** The picture and the sound that come, each a file. */
async function come(play: { hlsUrl: string }): Promise<[picture: string, sounds: string[]]> {
  const base = play.hlsUrl.replace("master.m3u8", "");
  const { variants, renditions } = readMaster(
    (await bytesOf(visitor, `${base}master.m3u8`)).toString(),
  );
  const picture = await joined(visitor, folder, base, variants[0]?.uri ?? "");
  const sounds = [];
  for (const rendition of renditions.filter((r) => r.get("TYPE") === "AUDIO"))
    sounds.push(await joined(visitor, folder, base, rendition.get("URI") ?? ""));
  return [picture, sounds];
}

function size(file: string): { width: number; height: number } {
  const args = "-v error -select_streams v:0 -show_entries stream=width,height -of json";
  const told = spawnSync("ffprobe", [...args.split(" "), file]).stdout.toString();
  const { width, height } = JSON.parse(told).streams[0];
  return { width, height };
}

test("HEVC with its parameters among the pictures is copied for Apple's players", async () => {
  const play = await begun("Loose Parameters", devices.apple);
  assert.equal(play.media.videoCodecString.slice(0, 4), "hev1");
  assert.equal(play.method, "remux", JSON.stringify(play.reason));
  const base = play.hlsUrl.replace("master.m3u8", "");
  const master = (await bytesOf(visitor, `${base}master.m3u8`)).toString();
  assert.match(master, /CODECS="hvc1\./);
  assert.doesNotMatch(master, /hev1/);
  const [picture] = await come(play);
  assert.equal(pictures(picture).length, seconds * rate);
});

test("no picture of woven lines is lost", async () => {
  const [picture] = await come(await begun("Woven Lines", nothing));
  const off = Math.abs(pictures(picture).length - (seconds * rate) / 2);
  assert.ok(off <= 1, `${off} pictures are missing`);
});

test("a picture that was filmed lying down stands up", async () => {
  const [picture] = await come(await begun("Lying Down", nothing));
  assert.deepEqual(size(picture), { width: 144, height: 176 });
});

test("pixels become square", async () => {
  const [picture] = await come(await begun("Wide Pixels", nothing));
  const { width, height } = size(picture);
  assert.ok(Math.abs(width / height - 352 / 144) < 0.05, `${width}x${height}`);
});

test("a voice between six loudspeakers is heard from two, in each language", async () => {
  const [, sounds] = await come(await begun("Voices Between", nothing));
  assert.equal(sounds.length, 2);
  for (const sound of sounds) assert.ok(seconds - audible(sound) < 0.2, `${audible(sound)} s`);
});

describe("asked for from its end, before its key frames are known", () => {
  for (const [title, [container, recipe]] of Object.entries(films).slice(5))
    test(`${container} ${/-c:v (\S+)/.exec(recipe)?.[1]}`, async () => {
      world.sql("DELETE FROM media_index");
      const play = await begun(title, nothing);
      const base = play.hlsUrl.replace("master.m3u8", "");
      const { variants } = readMaster((await bytesOf(visitor, `${base}master.m3u8`)).toString());
      const uri = variants[0]?.uri ?? "";
      const media = readMedia((await bytesOf(visitor, base + uri)).toString());
      await bytesOf(visitor, base + media.uris.at(-1));
      const off = Math.abs(
        pictures(await joined(visitor, folder, base, uri)).length - seconds * rate,
      );
      assert.ok(off <= 1, `${off} pictures are missing`);
    });
});
