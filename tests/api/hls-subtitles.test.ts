// Subtitles of a film as HLS: those of words as renditions on the picture's clock,
// those of pictures drawn into it.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { conforms } from "../world/conformance.ts";
import { many } from "../world/place.ts";
import { ffmpeg, film, firstPicture, rate, readPlaylist } from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.films, "..", "hls-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const seconds = many(60, 600);

interface Cue {
  from: number;
  to: number;
  text: string;
}

/** Lines of every length, many at once, over the whole film; seconds from where the
 * file's own clock begins. */
function lines(begin: number): Cue[] {
  return Array.from({ length: seconds }, (_, i) => {
    const from = begin + 0.3 + ((seconds - 14) * (i + randomInt(600) / 1000)) / seconds;
    return { from, to: from + randomInt(200, 12_000) / 1000, text: `Line ${i}.` };
  });
}

/** A sample of MP4 ends where the next begins. */
const apart = (cues: Cue[]): Cue[] =>
  cues.map((cue, i) => ({ ...cue, to: Math.min(cue.to, cues[i + 1]?.from ?? cue.to) }));

function stamp(time: number, point: string): string {
  const ms = Math.round(time * 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const rest = String(ms % 1000).padStart(3, "0");
  return `${two(ms / 3600e3)}:${two((ms / 60e3) % 60)}:${two((ms / 1000) % 60)}${point}${rest}`;
}

const srt = (cues: Cue[]): string =>
  cues
    .map((c, i) => `${i + 1}\n${stamp(c.from, ",")} --> ${stamp(c.to, ",")}\n${c.text}\n\n`)
    .join("");

/** How each film is made of another one, and where its clock begins. */
const made: Record<string, { of: string; begin: number; ways: string[] }> = {
  "Plain.mkv": { of: "open.mkv", begin: 0, ways: ["-c:s", "srt"] },
  "Late.mkv": { of: "late.mkv", begin: 7, ways: ["-c:s", "ass"] },
  "Irregular.mp4": { of: "irregular.mp4", begin: 0, ways: ["-c:s", "mov_text"] },
  "Behind.mkv": { of: "open.mkv", begin: 0, ways: ["-c:s", "srt"] },
  "Cut.mp4": { of: "irregular.mp4", begin: 0, ways: ["-c:s", "mov_text"] },
};
const cues = new Map<string, Cue[]>();

function put(name: string, from: string[], maps: string[], ways: string[]): string {
  const to = path.join(world.films, `${path.parse(name).name} (2019)${path.extname(name)}`);
  ffmpeg([...from, ...maps.flatMap((map) => ["-map", map]), "-c", "copy", ...ways, to]);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
  return to;
}

mkdirSync(world.films, { recursive: true });
for (const [name, { of, begin, ways }] of Object.entries(made)) {
  const said = name.endsWith(".mp4") ? apart(lines(begin)) : lines(begin);
  cues.set(name, said);
  const text = path.join(folder, `${name}.srt`);
  writeFileSync(text, srt(said));
  const from = film(of, seconds + (name === "Cut.mp4" ? 3 : 0));
  // The picture begins after the sound, or in the middle of a group of pictures.
  if (name === "Behind.mkv")
    put(name, ["-itsoffset", "1.5", "-i", from, "-i", from, "-i", text], ["0:v", "1:a", "2"], ways);
  else if (name === "Cut.mp4")
    put(name, ["-ss", "1.3", "-i", from, "-i", text], ["0:v", "0:a", "1"], ways);
  else put(name, ["-copyts", "-i", from, "-i", text], ["0:v", "0:a", "1"], ways);
}
for (const kind of ["de", "en.sdh", "fr.forced"]) {
  const beside = path.join(world.films, `Plain (2019).${kind}.srt`);
  writeFileSync(beside, srt([{ from: 3.5, to: 9, text: kind }]));
  const then = Date.now() / 1000 - 3600;
  utimesSync(beside, then, then);
}
await world.addFolder(world.films);
world.runTask("film-index");

async function play(name: string) {
  const id = await world.movieId(path.parse(name).name);
  const codecs = ["avc1.640028", "mp4a.40.2", "opus", "ac-3"];
  const begun = await world.admin.send("/api/play/start", {
    titleId: `movie-${id}`,
    hls: { codecs },
  });
  const base = String(begun.hlsUrl).replace("master.m3u8", "");
  const get = async (part: string) => {
    const answer = await visitor.get(base + part);
    assert.equal(answer.status, 200, `${part}: ${answer.text.slice(0, 300)}`);
    return answer;
  };
  return { begun, get };
}

const time = (text: string): number =>
  text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);

/** The cues of a segment. */
function readVtt(text: string): Cue[] {
  const [head, ...blocks] = text.split("\n\n");
  assert.equal(head, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000");
  return blocks
    .filter((block) => block !== "")
    .map((block) => {
      const [times = "", ...said] = block.split("\n");
      const [from = "", to = ""] = times.split(" --> ");
      return { from: time(from), to: time(to.split(" ")[0] ?? ""), text: said.join("\n") };
    });
}

describe("words come with the picture's clock", () => {
  for (const name of Object.keys(made))
    test(name, async () => {
      const { get } = await play(name);
      const { at, target, isWhole } = readPlaylist((await get("s-0.m3u8")).text);
      assert.ok(isWhole);
      assert.ok(at.length > seconds / 4 && target <= 6);
      const begins = firstPicture(path.join(world.films, name.replace(".", " (2019).")));
      const found = new Map<string, Cue>();
      for (let i = 0; i < at.length - 1; i++) {
        const [start, end] = [at[i] as number, at[i + 1] as number];
        for (const cue of readVtt((await get(`s-0/${i}.vtt`)).text)) {
          const before = found.get(cue.text);
          if (before !== undefined) assert.deepEqual(cue, before, "the same in each segment");
          found.set(cue.text, cue);
          assert.ok(cue.from < end && cue.to > start, `${cue.text} in segment ${i}`);
        }
        // What is on somewhere in it stands in it.
        const told = readVtt((await get(`s-0/${i}.vtt`)).text).map(({ text }) => text);
        for (const one of cues.get(name) ?? [])
          if (one.from - begins < end - 0.05 && one.to - begins > start + 0.05)
            assert.ok(told.includes(one.text), `${one.text} is not in segment ${i}`);
      }
      const said = (cues.get(name) ?? []).filter((one) => one.to - begins > 0.05);
      assert.equal(found.size, said.length, "each once");
      for (const one of said) {
        const cue = found.get(one.text);
        const off = Math.abs((cue?.from ?? 1e9) - Math.max(0, one.from - begins));
        assert.ok(off < 1 / rate, `${one.text} begins ${off} s off`);
        const late = Math.abs((cue?.to ?? 1e9) - (one.to - begins));
        assert.ok(late < 1 / rate, `${one.text} ends ${late} s off`);
      }
    });
});

/** The attributes of each rendition of subtitles. */
function renditions(master: string): string[] {
  return [...master.matchAll(/^#EXT-X-MEDIA:TYPE=SUBTITLES,(.*)$/gm)].map((m) => m[1] as string);
}

describe("renditions", () => {
  test("tell languages, forced lines and those for the deaf", async () => {
    const { get } = await play("Plain.mkv");
    const master = (await get("master.m3u8")).text;
    for (const line of master.match(/^#EXT-X-STREAM-INF.*$/gm) ?? [])
      assert.match(line, /,SUBTITLES="text"/);
    const told = renditions(master);
    assert.equal(told.length, 4);
    const names = told.map((line) => /NAME="([^"]*)"/.exec(line)?.[1]);
    assert.equal(new Set(names).size, 4, `${names}`);
    for (const line of told) assert.match(line, /GROUP-ID="text".*DEFAULT=NO/);
    const of = (language: string) =>
      told.find((line) => line.includes(`LANGUAGE="${language}"`)) ?? "";
    const deaf = /public\.accessibility\.describes-music-and-sound/;
    assert.match(of("de"), /AUTOSELECT=YES,FORCED=NO,URI="s-beside-\d+\.m3u8"/);
    assert.match(of("fr"), /FORCED=YES/);
    assert.match(of("en"), deaf);
    assert.doesNotMatch(of("de"), deaf);
  });

  test("of files beside the film come, and later by what was set", async () => {
    const { begun, get } = await play("Plain.mkv");
    const begins = firstPicture(path.join(world.films, "Plain (2019).mkv"));
    const german = renditions((await get("master.m3u8")).text).find((l) => l.includes('"de"'));
    const track = /URI="([\w-]+)\.m3u8"/.exec(german ?? "")?.[1];
    const told = async (number: number) =>
      readVtt((await get(`${track}/${number}.vtt`)).text).map(({ from }) => from);
    assert.ok(Math.abs(((await told(0))[0] ?? 0) + begins - 3.5) < 1 / rate);
    await world.admin.put(`/api/subtitles/${begun.streamingKey}`, { delay: 1250 });
    assert.deepEqual(await told(0), []);
    assert.ok(Math.abs(((await told(1))[0] ?? 0) + begins - 4.75) < 1 / rate);
    await world.admin.put(`/api/subtitles/${begun.streamingKey}`, { delay: 0 });
  });

  test("are as the playlists say", async () => {
    for (const name of ["Plain.mkv", "Late.mkv"]) {
      const { get } = await play(name);
      const bytes = async (part: string) => (await get(part)).body;
      const { renditions } = await conforms(bytes, (n) => [0, 1, n - 1]);
      assert.ok(renditions.some((list) => list.get("TYPE") === "SUBTITLES"));
    }
  });

  test("are those that there are", async () => {
    const { begun } = await play("Plain.mkv");
    const base = String(begun.hlsUrl).replace("master.m3u8", "");
    for (const part of [
      "s-1.m3u8",
      "s-beside-999.m3u8",
      "s-fetched-1.m3u8",
      "s-0/0.m4s",
      "s-0/init.mp4",
      "s-0/00.vtt",
      "s-0/999.vtt",
      "v-360/0.vtt",
    ])
      assert.equal((await visitor.get(base + part)).status, 404, part);
  });

  test("are never kept", async () => {
    const { get } = await play("Plain.mkv");
    assert.equal((await get("s-0/0.vtt")).headers["cache-control"], "private, no-store");
  });
});
