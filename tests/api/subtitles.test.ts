// Subtitles inside a film, and a delay that is everybody's.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

const run = promisify(execFile);
const world = await newWorld();

const srt = `1
00:00:00,500 --> 00:00:02,000
<i>From the film</i>

2
00:00:01,000 --> 00:00:03,000
{\\an8}Grüße
`;
const ass = `[Script Info]
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an7\\pos(320,180)}Elsewhere
`;

mkdirSync(world.films, { recursive: true });
const beside = mkdtempSync(path.join(tmpdir(), "miau-made-"));
after(() => rmSync(beside, { recursive: true }));
writeFileSync(path.join(beside, "a.srt"), srt);
writeFileSync(path.join(beside, "b.ass"), ass);
const film = path.join(world.films, "Inner Voice (2018).mkv");
await run("ffmpeg", [
  ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=6"],
  ...["-i", path.join(beside, "a.srt"), "-i", path.join(beside, "b.ass")],
  ...["-map", "0:v", "-map", "1:s", "-map", "2:s", "-c:v", "libx264", "-preset", "ultrafast"],
  ...["-c:s:0", "srt", "-c:s:1", "ass", "-metadata:s:s:0", "language=ger"],
  ...["-metadata:s:s:1", "title=Signs", "-disposition:s:1", "forced", film],
]);
const old = Date.now() / 1000 - 60;
utimesSync(film, old, old);
await world.addFolder(world.films);
const titleId = `movie-${await world.movieId("Inner Voice")}`;
const uma = await world.person("uma@example.org");
const visitor = world.visitor();
const start = () => uma.send("/api/play/start", { titleId });

describe("subtitles inside a film", () => {
  test("are listed with what is known of them", async () => {
    const { subtitles } = await start();
    assert.deepEqual(
      subtitles.map((s: Json) => [s.inner, s.language, s.title, s.format, s.forced, s.picture]),
      [
        [0, "de", null, "SubRip", false, false],
        [1, null, "Signs", "ASS", true, false],
      ],
    );
  });

  test("come with their marks and places, and all of a film at once", async () => {
    const { subtitles } = await start();
    const [german, signs] = await Promise.all(subtitles.map((s: Json) => visitor.get(s.url)));
    assert.equal(german.status, 200, german.text);
    assert.equal(
      german.text,
      "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n<i>From the film</i>\n\n" +
        "00:00:01.000 --> 00:00:03.000 line:0%\nGrüße\n\n",
    );
    assert.equal(
      signs.text,
      "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:50% position:50% align:left\nElsewhere\n\n",
    );
    const kept = readdirSync(path.join(world.state, "texts"));
    assert.equal(kept.length, 1, "one reading for both");
    assert.match(kept[0] ?? "", /^f\d+-\d+-\d+$/);
  });

  test("are made anew when they were lost, and not when they are there", async () => {
    const { subtitles } = await start();
    const again = await visitor.get(subtitles[0].url);
    const same = await visitor.get(subtitles[0].url, {
      headers: { "if-none-match": String(again.headers.etag) },
    });
    assert.equal(same.status, 304);
    const folder = path.join(world.state, "texts");
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
    const anew = await visitor.get(subtitles[0].url);
    assert.equal(anew.text, again.text);
    assert.equal(readdirSync(folder).length, 1);
  });
});

describe("a delay", () => {
  test("is kept for everybody", async () => {
    const play = await start();
    assert.equal(play.subtitleDelay, 0);
    const reply = await uma.put(`/api/subtitles/${play.streamingKey}`, { delay: -1250 });
    assert.deepEqual(reply.json, { delay: -1250 });
    const other = await world.admin.send("/api/play/start", { titleId });
    assert.equal(other.subtitleDelay, -1250);
    const listed = await visitor.read(`/api/subtitles/${other.streamingKey}`);
    assert.equal(listed.delay, -1250);
  });

  for (const delay of [600_001, -600_001, "50", null, 0.5]) {
    test(`of ${JSON.stringify(delay)} is refused`, async () => {
      const { streamingKey } = await start();
      const reply = await uma.put(`/api/subtitles/${streamingKey}`, { delay });
      assert.equal(reply.status, 400);
    });
  }
});

test("what was taken out goes with the film", async () => {
  const { folders } = await world.admin.read("/api/library/folders");
  assert.notDeepEqual(readdirSync(path.join(world.state, "texts")), []);
  assert.equal((await world.admin.delete(`/api/library/folders/${folders[0].id}`)).status, 204);
  assert.deepEqual(readdirSync(path.join(world.state, "texts")), []);
});

test("nothing is left half made", () => {
  const folder = path.join(world.state, "texts");
  assert.ok(existsSync(folder));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("new-")),
    [],
  );
});
