// Files of forty kinds on three devices: each comes as the table of tests/world/kinds.ts
// says, and what comes has all its pictures and can be heard.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { readMaster } from "../world/conformance.ts";
import { bytesOf, joined } from "../world/joined.ts";
import { devices, draw, type Kind, kinds, nameOf, rate, seconds } from "../world/kinds.ts";
import { many, until } from "../world/place.ts";
import { audible, pictures } from "../world/segments.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.films, "..", "matrix-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** All of them take a while: otherwise every fourth. */
const wanted = kinds.filter((_, i) => i % many(4, 1) === 0);
/** Names of codecs are no part of a title. */
const title = (kind: Kind) =>
  `Kind Bo${String.fromCharCode(97 + kinds.indexOf(kind) / 20, 97 + (kinds.indexOf(kind) % 20))}`;
for (const kind of wanted) {
  const to = path.join(world.films, `${title(kind)} (2019).${kind[0]}`);
  copyFileSync(draw(kind), to);
  const then = Date.now() / 1000 - 3600;
  utimesSync(to, then, then);
}
await world.addFolder(world.films);
world.runTask("film-index");

/** Files with the picture and the sound that a device plays. */
async function come(begun: Record<string, unknown>): Promise<[picture: string, sound: string]> {
  if (begun.method === "direct") {
    const whole = path.join(folder, "direct");
    writeFileSync(whole, await bytesOf(visitor, String(begun.url)));
    return [whole, whole];
  }
  const base = String(begun.hlsUrl).replace("master.m3u8", "");
  // Films without an index are read as a whole first.
  if (begun.method !== "transcode")
    await until("an index", async () => (await visitor.get(`${base}v-copy.m3u8`)).status === 200);
  const { variants, renditions } = readMaster(
    (await bytesOf(visitor, `${base}master.m3u8`)).toString(),
  );
  const [usual] = renditions.filter((r) => r.get("DEFAULT") === "YES");
  const sound = await joined(visitor, folder, base, usual?.get("URI") ?? "");
  return [await joined(visitor, folder, base, variants[0]?.uri ?? ""), sound];
}

// So many plays are more than one person may begin within a minute.
const people = await Promise.all(
  Object.keys(devices).map((device) => world.person(`${device}@example.org`)),
);
const ways: Record<string, string> = { D: "direct", R: "remux", S: "sound", T: "transcode" };

for (const [i, [device, decodes]] of Object.entries(devices).entries())
  describe(device, () => {
    for (const kind of wanted)
      test(nameOf(kind), async () => {
        const titleId = `movie-${await world.movieId(title(kind))}`;
        const begun = await people[i]?.send("/api/play/start", { titleId, ...decodes });
        assert.equal(begun.method, ways[kind[3][i] as string], JSON.stringify(begun.reason));
        const [picture, sound] = await come(begun);
        const off = Math.abs(pictures(picture).length - seconds * rate);
        assert.ok(off <= 2, `${off} pictures are missing`);
        const silent = seconds - audible(sound);
        assert.ok(silent < 0.2, `${silent} seconds cannot be heard`);
      });
  });
