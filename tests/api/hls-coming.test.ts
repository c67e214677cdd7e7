// Subtitles inside a film that is still coming: players go on without them until all of
// the film is here.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { until } from "../world/place.ts";
import { ffmpeg, film } from "../world/segments.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const visitor = world.visitor();
const folder = mkdtempSync(path.join(world.hold, "coming-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function titled(): Buffer {
  const [srt, to] = [path.join(folder, "a.srt"), path.join(folder, "a.mkv")];
  writeFileSync(srt, "1\n00:00:01,000 --> 00:00:06,000\nSaid\n");
  const of = ["-i", film("open.mkv", 60), "-i", srt, "-map", "0:v", "-map", "0:a", "-map", "1"];
  ffmpeg([...of, "-c", "copy", "-c:s", "srt", to]);
  return readFileSync(to);
}

test("segments of subtitles are empty as long as the film comes, and are not kept", async () => {
  const coming = swarm.film("Still Coming", titled(), 64);
  const play = await swarm.play(coming);
  const last = Math.trunc(coming.pieces / 2);
  const peer = await swarm.peer(coming, { lacks: (piece) => piece === last });
  const { titleId } = await world.admin.read(`/api/downloads/${play.id}`);
  const { hlsUrl } = await until("what is in it", async () => {
    const begun = await world.admin.send("/api/play/start", { titleId });
    return begun.media !== null && begun.subtitles.length === 1 ? begun : undefined;
  });
  const base = String(hlsUrl).replace("master.m3u8", "");
  const segment = () => visitor.get(`${base}s-0/0.vtt`);
  const before = await segment();
  assert.equal(before.status, 200, before.text);
  assert.equal(before.text, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n");
  assert.equal(before.headers["cache-control"], "private, no-store");
  const master = (await visitor.get(`${base}master.m3u8`)).text;
  assert.match(master, /TYPE=SUBTITLES.*URI="s-0\.m3u8"/);
  peer.gain();
  await until(
    "the subtitles",
    async () => (await segment()).text.includes("\nSaid\n") || undefined,
  );
});
