// Whoever may not watch any more gets nothing: neither playlists nor segments nor the
// file, whatever took the right away, and no segment that is being waited for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, utimesSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { placeLong } from "../world/media.ts";
import { until } from "../world/place.ts";
import { film as drawn, readPlaylist } from "../world/segments.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);
const visitor = world.visitor();

const name = "Revoked";
const file = path.join(world.films, `${name} (2019).mkv`);
copyFileSync(drawn("open.mkv", 60), file);
const then = Date.now() / 1000 - 3600;
utimesSync(file, then, then);
await world.addFolder(world.films);
world.runTask("film-index");
const titleId = `movie-${await world.movieId(name)}`;

/** What this device decodes: the picture as it is, the sound not. */
const hls = { codecs: ["avc1.640028", "mp4a.40.2"] };
const parts = [
  "master.m3u8",
  "v-copy.m3u8",
  "a-0-aac.m3u8",
  "v-copy/init.mp4",
  "v-copy/1.m4s",
  "a-0-aac/1.m4s",
];

/** What each address of a play says. */
async function statuses(client: Client) {
  const { url, hlsUrl } = await client.send("/api/play/start", { titleId, hls });
  const all = [url, ...parts.map((part) => String(hlsUrl).replace("master.m3u8", part))];
  const range = { Range: "bytes=0-99" };
  // Wrong keys are counted by address.
  const viewer = world.visitor();
  return async (): Promise<number[]> => {
    const answers = await Promise.all(
      all.map((target, i) => viewer.get(target, i === 0 ? { headers: range } : {})),
    );
    return answers.map(({ status }) => status);
  };
}

async function profileOf(client: Client, person: string, json: object) {
  const { id } = await client.send("/api/me/profiles", { name: "Ben", ...json });
  const ben = await world.visitor().signIn(person, password);
  await ben.send(`/api/me/profiles/${id}/use`, {});
  return { ben, target: `/api/me/profiles/${id}` };
}

/** A way to lose the right: who watches, and how it is taken. */
type Way = (
  client: Client,
  person: string,
) => Promise<{ who: Client; take: () => Promise<number> }>;

const ways: Record<string, Way> = {
  "the device is signed out": async (client, person) => {
    const who = await world.visitor().signIn(person, password);
    return {
      who,
      take: async () => (await client.post("/api/auth/devices/revoke-others", {})).status,
    };
  },
  "who watches signs out": async (client) => ({
    who: client,
    take: async () => (await client.post("/api/auth/logout", {})).status,
  }),
  "the person is removed": async (client) => ({
    who: client,
    take: async () => {
      const { id } = await client.read("/api/me");
      return (await world.admin.delete(`/api/users/${id}`, { json: {} })).status;
    },
  }),
  "the profile gets a limit": async (client, person) => {
    const { ben, target } = await profileOf(client, person, {});
    return {
      who: ben,
      take: async () => (await client.patch(target, { maturityLimit: 6 })).status,
    };
  },
  "the profile is removed": async (client, person) => {
    const { ben, target } = await profileOf(client, person, {});
    return { who: ben, take: async () => (await client.delete(target, { json: {} })).status };
  },
  "the film asks for more years": async (client, person) => {
    const rate = (minimumAge: number) =>
      world.admin.put(`/api/titles/${titleId}/certification`, { minimumAge });
    await rate(0);
    const { ben } = await profileOf(client, person, { maturityLimit: 6 });
    return { who: ben, take: async () => (await rate(12)).status };
  },
};

describe("nothing comes any more when", () => {
  for (const [i, [what, way]] of Object.entries(ways).entries())
    test(what, async () => {
      const person = `viewer${i}@example.org`;
      const { who, take } = await way(await world.person(person), person);
      const ask = await statuses(who);
      const before = await ask();
      assert.deepEqual(before, [206, ...parts.map(() => 200)]);
      const taken = await take();
      assert.ok(taken >= 200 && taken < 300, `${taken}`);
      assert.deepEqual([...new Set(await ask())], [401]);
    });
});

test("a segment that is waited for does not come any more", async () => {
  const front = await placeLong(path.join(world.hold, "front.mp4"), 60, 200_000);
  const to = path.join(world.hold, "Awaited.mp4");
  const copy = ["-c", "copy", "-metadata", "title=Awaited", to];
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-i", front, ...copy]);
  const film = swarm.film("Awaited", readFileSync(to));
  const from = 20;
  await swarm.peer(film, { lacks: (piece) => piece >= from && piece < film.pieces - 4 });
  const play = await swarm.play(film);
  const shown = await world.admin.read(`/api/downloads/${play.id}`);
  const who = await world.person("waiting@example.org");
  const { hlsUrl } = await who.send("/api/play/start", { titleId: shown.titleId, hls });
  const base = String(hlsUrl).replace("/master.m3u8", "");
  const bytes = await visitor.get(play.url, { headers: { Range: "bytes=0-99" } });
  assert.equal(bytes.status, 206);
  const list = await until("the playlist", async () => {
    const answer = await visitor.get(`${base}/v-copy.m3u8`);
    return answer.status === 200 && readPlaylist(answer.body.toString());
  });
  await until("nobody to read", async () => (await swarm.readers(play)) === 0);
  const asked = visitor.get(`${base}/v-copy/${list.at.length - 3}.m4s`);
  let answer = "";
  void asked.then(({ status, text }) => {
    answer = `${status} ${text.slice(0, 200)}`;
  });
  await until("it to be waited for", async () => {
    assert.equal(answer, "");
    return (await swarm.readers(play)) > 0;
  });
  assert.equal((await who.post("/api/auth/logout", {})).status, 200);
  assert.equal((await asked).status, 401);
});
