// Many streams at a time: what they get, and what the parts of Miauflix take for it.
// Live: the film is fetched meanwhile, so everything is copied as it comes;
// finished: all of it is here.
import { spawn } from "node:child_process";
import { sleep, until } from "../world/place.ts";
import { cpuSeconds, pss } from "../world/processes.ts";
import type { World } from "../world/world.ts";
import type { Swarm } from "./swarm.ts";
import { mb, row, times } from "./table.ts";

/** Answers that one key may have at a time. */
const perKey = 16;
const parts = (world: World) => ["stream.fcgi", "miaud", world.front];

export interface Load {
  /** Bytes of all, seconds, processor seconds by part, and the most memory (PSS)
   * that stream.fcgi and miaud held together beyond what they held before. */
  bytes: number;
  seconds: number;
  spent: Map<string, number>;
  memory: number;
}

export async function keysFor(world: World, titleId: string, streams: number): Promise<string[]> {
  const urls: string[] = [];
  for (let i = 0; i < streams; i += perKey) {
    const { url } = await world.admin.send("/api/play/start", { titleId });
    for (let k = i; k < Math.min(streams, i + perKey); k++) urls.push(world.origin + url);
  }
  return urls;
}

const held = (world: World) =>
  ["stream.fcgi", "miaud"]
    .flatMap((name) => world.processes(name))
    .reduce((sum, p) => sum + pss(p.pid), 0);

function spentBy(world: World): Map<string, number> {
  return new Map(
    parts(world).map((name) => [
      name,
      world.processes(name).reduce((sum, p) => sum + cpuSeconds(p.pid), 0),
    ]),
  );
}

/** curl reads them all at once, each the first `length` bytes, and throws them
 * away: what reads is a program of C, not the measurer. */
async function readAll(urls: string[], length: number): Promise<number> {
  const child = spawn("curl", [
    ...[
      "-sS",
      "--no-progress-meter",
      "--fail",
      "-Z",
      "--parallel-immediate",
      "--parallel-max",
      "300",
    ],
    ...["-r", `0-${length - 1}`, "-w", "%{size_download}\n"],
    ...urls.flatMap((url) => ["-o", "/dev/null", url]),
  ]);
  let out = "";
  let complaint = "";
  child.stdout.on("data", (part) => {
    out += part;
  });
  child.stderr.on("data", (part) => {
    complaint += part;
  });
  const code = await new Promise((done) => child.once("close", done));
  const sizes = out.trim().split("\n").map(Number);
  if (code !== 0 || sizes.some((n) => n !== length))
    throw new Error(`curl ended with ${code}: ${complaint.slice(0, 300)}`);
  return sizes.reduce((sum, n) => sum + n, 0);
}

export async function measure(world: World, urls: string[], length: number): Promise<Load> {
  const before = { memory: held(world), spent: spentBy(world) };
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, held(world));
  }, 250);
  const begin = performance.now();
  try {
    const bytes = await readAll(urls, length);
    const seconds = (performance.now() - begin) / 1000;
    const after = spentBy(world);
    const spent = new Map(
      parts(world).map((name) => [name, (after.get(name) ?? 0) - (before.spent.get(name) ?? 0)]),
    );
    return { bytes, seconds, spent, memory: Math.max(0, most - before.memory) };
  } finally {
    clearInterval(watch);
  }
}

function report(what: string, load: Load, budget = ""): void {
  const gb = load.bytes / 1e9;
  const sum = [...load.spent.values()].reduce((a, b) => a + b, 0);
  const each = [...load.spent].map(([name, s]) => `${name} ${(s / gb).toFixed(2)}`).join(", ");
  row(
    what,
    `${mb(load.bytes / load.seconds)}/s, ${mb(load.memory)} more`,
    budget,
    `${(sum / gb).toFixed(2)} s of processor per GB: ${each}`,
  );
}

const many = "≤ 150 MB more";

export interface Added {
  id: number;
  titleId: string;
}

export async function add(world: World, swarm: Swarm, isWanted: boolean): Promise<Added> {
  const { torrent, title } = swarm.next();
  const more = isWanted ? [] : ["--when-watched"];
  const { id } = world.ctlJson("add", torrent, ...more, "--title", title);
  const titleId = await until(
    `a title of download ${id}`,
    async () => (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined,
  );
  return { id, titleId };
}

export const remove = (world: World, { id }: Added) =>
  void world.ctl("downloads", "remove", String(id), "--erase");

const isHere = async (world: World, { id }: Added, size: number) =>
  (await world.admin.read(`/api/downloads/${id}`)).done >= size;

/** The bytes, as many streams as named, each so many megabytes. */
const loads: [streams: number, megabytes: number][] = [
  [1, 90],
  [20, 80],
  [200, 10],
];

/** What is here already. */
export async function loadFinished(world: World, swarm: Swarm, size: number): Promise<void> {
  const added = await add(world, swarm, true);
  await until("the film to be here", () => isHere(world, added, size));
  await sleep(1000);
  for (const [streams, megabytes] of loads) {
    const urls = await keysFor(world, added.titleId, streams);
    const load = await measure(world, urls, megabytes * 1_000_000);
    report(`${streams} at a time, finished`, load, streams === 200 ? many : "");
  }
  remove(world, added);
}

/** One film for all, as fast as the seeder gives it. */
export async function loadLive(world: World, swarm: Swarm): Promise<void> {
  for (const [streams, megabytes] of loads) {
    const added = await add(world, swarm, false);
    await sleep(1500);
    const urls = await keysFor(world, added.titleId, streams);
    const load = await measure(world, urls, megabytes * 1_000_000);
    const rate = `${(swarm.rate / 1e6).toFixed(0)} MB/s`;
    report(`${streams} at a time, while it comes at ${rate}`, load, streams === 200 ? many : "");
    remove(world, added);
  }
}

/** One stream of nearly all of it, against the seeder's rate. */
export async function keepUp(world: World, swarm: Swarm, runs: number): Promise<void> {
  const shares: number[] = [];
  for (let i = 0; i < runs; i++) {
    const added = await add(world, swarm, false);
    await sleep(1500);
    const urls = await keysFor(world, added.titleId, 1);
    const load = await measure(world, urls, 90_000_000);
    shares.push(load.bytes / load.seconds);
    remove(world, added);
  }
  const slowest = Math.min(...shares);
  row(
    `file while downloading, swarm of ${swarm.rate / 1e6} MB/s`,
    times(slowest, swarm.rate),
    "≥ 0.9 ×",
    `the slowest of ${runs}, from Play on: ${(slowest / 1e6).toFixed(2)} MB/s`,
  );
}
