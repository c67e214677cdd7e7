// Play, from the moment somebody asks for a film until its bytes are there: by
// Miauflix in each of the states a film may be in, and by webtorrent. Each run
// fetches a torrent that was never fetched before.
import { readFileSync } from "node:fs";
import path from "node:path";
import { sleep, until } from "../world/place.ts";
import type { World } from "../world/world.ts";
import { fetchPart, probe, type Timed } from "./fetch.ts";
import type { Torrent } from "./film.ts";
import type { Swarm } from "./swarm.ts";
import type { WebTorrent } from "./webtorrent.ts";

/** What a run gave, in milliseconds since Play. */
export interface Run {
  start?: Timed;
  /** Since the seek. */
  seek?: Timed;
  probed?: number;
  /** Why it did not come to that. */
  failed?: string;
}

export interface Bench {
  world: World;
  swarm: Swarm;
  peer: WebTorrent | undefined;
  /** Bytes of the film. */
  size: number;
}

/** Long enough to have met the seeder. */
const settleMs = 1500;
export const warmMs = 3000;

async function titleOf(world: World, id: number): Promise<string> {
  return until(
    `a title of download ${id}`,
    async () => (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined,
    { every: 1 },
  );
}

async function play(world: World, titleId: string): Promise<string> {
  const { url } = await world.admin.send("/api/play/start", { titleId });
  return world.origin + url;
}

/** The same as soon as it can be: once the download has a title. The film is
 * waited for by who asks for its bytes. */
async function playAtOnce(world: World, id: number): Promise<string> {
  return play(world, await titleOf(world, id));
}

interface Given {
  torrent?: string;
  magnet?: string;
}

/** It becomes known and is asked for in the same moment. */
async function playNew(bench: Bench, torrent: Torrent, given: Given): Promise<Run> {
  const { world } = bench;
  const since = performance.now();
  const { id } = await world.admin.send("/api/downloads", { ...given, title: torrent.title });
  try {
    return { start: await fetchPart(await playAtOnce(world, id), since) };
  } finally {
    forget(world, id);
  }
}

function forget(world: World, id: number): void {
  const done = world.ctl("downloads", "remove", String(id), "--erase");
  if (done.code !== 0) throw new Error(`remove: ${done.stderr}`);
}

/** It has been known for a while; nothing of it is here. */
async function know(bench: Bench): Promise<{ id: number; titleId: string }> {
  const { world, swarm } = bench;
  const { torrent, title } = swarm.next();
  const { id } = world.ctlJson("add", torrent, "--when-watched", "--title", title);
  const titleId = await titleOf(world, id);
  await sleep(settleMs);
  return { id, titleId };
}

/** Settles, does it, forgets it. */
export async function playKnown(
  bench: Bench,
  run: (titleId: string) => Promise<Run>,
): Promise<Run> {
  const { id, titleId } = await know(bench);
  try {
    return await run(titleId);
  } finally {
    forget(bench.world, id);
  }
}

async function warm(world: World, titleId: string): Promise<void> {
  await world.admin.send("/api/ui/intent", { titleId, kind: "open" });
  await sleep(warmMs);
}

/** By webtorrent, whose time begins when it is told of the torrent. */
async function peerPlays(
  bench: Bench,
  way: "torrent" | "magnet",
  run: (url: string, since: number) => Promise<Run>,
): Promise<Run> {
  const { peer, swarm, world } = bench;
  if (peer === undefined) return {};
  const torrent = swarm.next();
  const since = performance.now();
  const url = await peer.add(torrent[way], path.join(world.hold, "webtorrent"));
  try {
    return await run(url, since);
  } finally {
    await peer.remove(torrent.hash);
  }
}

/** The first megabyte, then a seek into what nobody has asked for yet. */
async function startAndSeek(url: string, since: number, middle: number): Promise<Run> {
  const start = await fetchPart(url, since);
  const seek = await fetchPart(url, performance.now(), middle);
  return { start, seek };
}

const half = (bench: Bench) => Math.trunc(bench.size / 2);

/** Every way to begin, by name; each call is one run. */
export const ways: Record<string, (bench: Bench) => Promise<Run>> = {
  magnet: (bench) => {
    const torrent = bench.swarm.next();
    return playNew(bench, torrent, { magnet: torrent.magnet });
  },
  torrent: (bench) => {
    const torrent = bench.swarm.next();
    return playNew(bench, torrent, { torrent: readFileSync(torrent.torrent).toString("base64") });
  },
  known: (bench) =>
    playKnown(bench, async (titleId) => {
      const since = performance.now();
      return startAndSeek(await play(bench.world, titleId), since, half(bench));
    }),
  warmed: (bench) =>
    playKnown(bench, async (titleId) => {
      await warm(bench.world, titleId);
      const since = performance.now();
      return { start: await fetchPart(await play(bench.world, titleId), since) };
    }),
  resumed: (bench) =>
    playKnown(bench, async (titleId) => {
      const since = performance.now();
      return { start: await fetchPart(await play(bench.world, titleId), since, half(bench)) };
    }),
  probed: (bench) =>
    playKnown(bench, async (titleId) => {
      const since = performance.now();
      return { probed: await probe(await play(bench.world, titleId), since) };
    }),
  "warmed, probed": (bench) =>
    playKnown(bench, async (titleId) => {
      await warm(bench.world, titleId);
      const since = performance.now();
      return { probed: await probe(await play(bench.world, titleId), since) };
    }),
  "peer's magnet": (bench) =>
    peerPlays(bench, "magnet", async (url, since) => ({ start: await fetchPart(url, since) })),
  "peer's torrent": (bench) =>
    peerPlays(bench, "torrent", (url, since) => startAndSeek(url, since, half(bench))),
  "peer's resumed": (bench) =>
    peerPlays(bench, "torrent", async (url, since) => ({
      start: await fetchPart(url, since, half(bench)),
    })),
  "peer's probed": (bench) =>
    peerPlays(bench, "torrent", async (url, since) => ({ probed: await probe(url, since) })),
};
