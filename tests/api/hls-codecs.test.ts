// What playlists say of codecs and rates is what decoders are set up with and what
// segments have: of films with profiles, tiers and levels that are seldom met.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { conforms } from "../world/conformance.ts";
import { until } from "../world/place.ts";
import { ffmpeg, film, profiles } from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const seconds = 20;

/** AAC whose set-up says that higher frequencies are made from what is coded beside
 * (HE-AAC), first or behind what older decoders read. */
const setups: Record<string, string> = { "first.mp4": "2b11880000", "behind.mp4": "131056e598" };

const title = (name: string) => `Film ${name.replace(".", " ")}`;

function place(name: string): string {
  const to = path.join(world.films, `${title(name)} (2019)${path.extname(name)}`);
  const setup = setups[name];
  if (setup === undefined) {
    copyFileSync(film(name, seconds), to);
  } else {
    ffmpeg([
      ...["-i", film("plain.mp4", seconds), "-c:v", "copy"],
      ...["-c:a", "aac", "-ar", "24000", "-ac", "2", to],
    ]);
    const bytes = readFileSync(to);
    const at = bytes.indexOf("131056e500", "hex");
    assert.notEqual(at, -1, "the set-up of AAC");
    bytes.write(setup, at, "hex");
    writeFileSync(to, bytes);
  }
  return to;
}

const wanted: Record<string, RegExp> = {
  "ten.mkv": /^avc1\.6E00..,fLaC$/,
  "chroma.mkv": /^avc1\.7A00..,Opus$/,
  "plain.mp4": /^avc1\.42C01F,mp4a\.40\.2$/,
  "plain.ts": /^avc1\.42C028,mp4a\.40\.2$/,
  "deep.mp4": /^hvc1\.2\.4\.L\d+\.90,ac-3$/,
  "tier.mkv": /^hvc1\.1\.6\.H153\.90,ec-3$/,
  "range.ts": /^hvc1\.4\.10\.L\d+\.9D\.8,ac-3$/,
  "film.mp4": /^av01\.0\.00M\.10,Opus$/,
  "woven10.webm": /^vp09\.02\.1.\.10,Opus$/,
  "rates.mp4": /^avc1\.42C0..,mp4a\.40\.2$/,
  "rates.mkv": /^avc1\.42C0..,Opus$/,
  "first.mp4": /^avc1\.42C01F,mp4a\.40\.5$/,
  "behind.mp4": /^avc1\.42C01F,mp4a\.40\.5$/,
};

for (const name of [...Object.keys(profiles), ...Object.keys(setups)]) {
  const to = place(name);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
}
await world.addFolder(world.films);
await until(
  "films without an index to be read",
  () => world.sql("SELECT id FROM media_index WHERE is_read = 0") === "",
);

/** What this device decodes: everything. */
const codecs = [
  ...["avc1.640028", "avc1.42E01E", "avc1.6E0028", "avc1.7A0028", "hvc1.1.6.L93.B0"],
  ...["hvc1.2.4.L93.B0", "hvc1.4.10.L93.B0", "vp09.00.10.08", "vp09.02.10.10", "av01.0.04M.10"],
  ...["mp4a.40.2", "mp4a.40.5", "ac-3", "ec-3", "opus", "Opus", "flac", "fLaC"],
];

describe("a playlist is true of a copy", () => {
  for (const [name, said] of Object.entries(wanted))
    test(name, async () => {
      const titleId = `movie-${await world.movieId(title(name))}`;
      const begun = await world.admin.send("/api/play/start", { titleId, hls: { codecs } });
      const base = String(begun.hlsUrl).replace("master.m3u8", "");
      const { variants } = await conforms(async (part) => {
        const answer = await visitor.get(base + part);
        assert.equal(answer.status, 200, `${part}: ${answer.body.toString().slice(0, 300)}`);
        return answer.body;
      });
      assert.equal(variants[0]?.uri, "v-copy.m3u8");
      assert.match(variants[0]?.list.get("CODECS") as string, said);
    });
});
