// `make bench-stream`: how long Play takes, what streams cost, and how much of what
// the swarm gives arrives; beside it, in the same run and from the same seeder, the
// `webtorrent` package, and the ideal of bytes by rate.
import { copyFileSync, statSync } from "node:fs";
import path from "node:path";
import { isLong } from "../world/place.ts";
import { makeWorld, type World } from "../world/world.ts";
import { drawFilm } from "./film.ts";
import { firstFrames, framesTake } from "./frame.ts";
import { keepUp, loadFinished, loadLive } from "./load.ts";
import { type Bench, type Run, ways } from "./plays.ts";
import { buildSeeder, type Swarm, startSwarm } from "./swarm.ts";
import { median, printTable, row, spread, times } from "./table.ts";
import { startWebTorrent } from "./webtorrent.ts";

const runs = isLong ? 15 : 5;
const piece = 1 << 20;
const rates = [0, 5_000_000];

const firsts = (all: Run[]) => all.flatMap((r) => r.start?.first ?? []);
const megabytes = (all: Run[]) => all.flatMap((r) => r.start?.last ?? []);
const seeks = (all: Run[]) => all.flatMap((r) => r.seek?.first ?? []);
const probes = (all: Run[]) => all.flatMap((r) => r.probed ?? []);

/** All ways in turn, again and again, so that a busy moment meets all alike. */
async function runAll(bench: Bench): Promise<Map<string, Run[]>> {
  const all = new Map<string, Run[]>(Object.keys(ways).map((name) => [name, []]));
  for (let i = 0; i < runs; i++)
    for (const [name, way] of Object.entries(ways)) {
      const run = await way(bench).catch((e): Run => ({ failed: String(e) }));
      all.get(name)?.push(run);
      process.stderr.write(`${bench.swarm.rate} ${name}: ${JSON.stringify(run)}\n`);
    }
  return all;
}

/** Miauflix against webtorrent. */
function compare(what: string, ours: number[], theirs: number[], budget: string, more = ""): void {
  if (ours.length === 0) {
    row(what, "failed", budget);
    return;
  }
  const ratio = theirs.length === 0 ? "not measured" : times(median(ours), median(theirs));
  const note = [
    `${spread(ours)} ms`,
    `webtorrent ${spread(theirs)}${theirs.length > 0 ? " ms" : ""}`,
    more,
  ];
  row(what, ratio, budget, note.filter((n) => n !== "").join("; "));
}

function reportPlays(swarm: Swarm, all: Map<string, Run[]>): void {
  const of = (name: string) => all.get(name) ?? [];
  const at = swarm.rate === 0 ? "unlimited" : `${swarm.rate / 1e6} MB/s`;
  const ideal = swarm.rate === 0 ? "" : `ideal ${Math.round((piece * 1000) / swarm.rate)} ms`;
  const pairs: [what: string, ours: string, theirs: string][] = [
    ["a magnet link", "magnet", "peer's magnet"],
    ["a .torrent", "torrent", "peer's torrent"],
    ["known, nothing here", "known", "peer's torrent"],
    ["at the resume point", "resumed", "peer's resumed"],
  ];
  for (const [what, ours, theirs] of pairs) {
    const name = `Play → first byte, ${what}, ${at}`;
    compare(name, firsts(of(ours)), firsts(of(theirs)), "≤ 0.5 ×", ideal);
  }
  const warmed = firsts(of("warmed"));
  row(`Play → first byte, warmed, ${at}`, `${spread(warmed)} ms`, "≤ 300 ms");
  const mega = `Play → first MiB, known, ${at}`;
  compare(mega, megabytes(of("known")), megabytes(of("peer's torrent")), "", ideal);
  compare(`Play → ffprobe ok, known, ${at}`, probes(of("probed")), probes(of("peer's probed")), "");
  row(`Play → ffprobe ok, warmed, ${at}`, `${spread(probes(of("warmed, probed")))} ms`, "");
  for (const [name, some] of all) {
    const failed = some.flatMap((r) => r.failed ?? []);
    if (failed.length > 0)
      row(`failed: ${name}, ${at}`, `${failed.length} of ${some.length}`, "0", failed[0]);
  }
  const [seek, cold] = [seeks(of("known")), firsts(of("known"))];
  row(
    `seek into the missing middle, ${at}`,
    times(median(seek), median(cold)),
    "≤ 1.5 ×",
    `${spread(seek)} ms against ${spread(cold)} ms of the cold start; ` +
      `webtorrent seeks in ${spread(seeks(of("peer's torrent")))} ms`,
  );
}

/** A world and a swarm of `count` torrents for as long as `work` takes. */
async function within(
  count: number,
  rate: number,
  work: (world: World, swarm: Swarm) => Promise<void>,
): Promise<void> {
  const world = await makeWorld({ env: { MIAU_NET_CONSENT: "true" } });
  try {
    const own = path.join(world.hold, "film.mp4");
    copyFileSync(film, own);
    const swarm = await startSwarm(own, count, { rate, piece });
    await work(world, swarm).finally(() => swarm.stop());
  } finally {
    await world.tearDown();
  }
}

buildSeeder();
const film = await drawFilm(60);
const { size } = statSync(film);
const peer = await startWebTorrent();
try {
  for (const rate of rates)
    await within(runs * (Object.keys(ways).length + framesTake), rate, async (world, swarm) => {
      const bench = { world, swarm, peer, size };
      reportPlays(swarm, await runAll(bench));
      await firstFrames(bench, runs);
    });
} finally {
  await peer?.stop();
}
await within(1, 0, (world, swarm) => loadFinished(world, swarm, size));
await within(6, 5_000_000, async (world, swarm) => {
  await loadLive(world, swarm);
  await keepUp(world, swarm, 3);
});
printTable();
