// `make bench`: ratios, measured side by side in one run, because times of one
// machine mean nothing on another. Prints a table; judges nothing.
import path from "node:path";
import { place, placeBig } from "../world/media.ts";
import { isLong, sleep } from "../world/place.ts";
import { cpuSeconds, isAlive, pss } from "../world/processes.ts";
import { makeWorld, type World } from "../world/world.ts";
import { rate, seconds, speed } from "./ask.ts";
import { startPeers } from "./peers.ts";
import { mb, printTable, row, times } from "./table.ts";

const per = (n: number) => `${Math.round(n)}/s`;

async function throughput(world: World, peers: string): Promise<void> {
  const token = world.admin.token;
  const id = await world.movieId("Film 1");
  const measured: [string, string, string, string][] = [
    ["GET /api/health", "/api/health", "≥ 0.9 ×", "health.fcgi"],
    ["GET /api/movies/:id, signed in", `/api/movies/${id}`, "≥ 0.6 ×", "movies.fcgi"],
    ["a list of 20, signed in", "/api/lists/all-movies?pageSize=20", "≥ 0.3 ×", "lists.fcgi"],
  ];
  for (const [what, target, budget, program] of measured) {
    await rate(`${world.origin}${target}`, token);
    // One before, one after: the machine may change its mind in between.
    const before = await rate(`${peers}/hello`);
    const used = () => world.processes(program).reduce((sum, p) => sum + cpuSeconds(p.pid), 0);
    const spent = used();
    const ours = await rate(`${world.origin}${target}`, token);
    const each = ((used() - spent) * 1000) / (ours * seconds);
    const hello = (before + (await rate(`${peers}/hello`))) / 2;
    row(
      what,
      times(ours, hello),
      budget,
      `${per(ours)} against ${per(hello)} of a bare program; ${each.toFixed(3)} ms of processor each`,
    );
  }
}

async function streaming(world: World, peers: string): Promise<void> {
  const id = await world.movieId("Wide River");
  const play = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
  const range = `${64 << 20}-`;
  const file = encodeURIComponent("Wide River (2018).mp4");
  const theirs = speed(`${peers}/${file}`, range);
  const ours = speed(`${world.origin}${play.url}`, range);
  row(
    "finished file, one big range",
    times(ours, theirs),
    "≥ 0.95 ×",
    `${mb(ours)}/s against ${mb(theirs)}/s of a static file`,
  );
}

async function idle(world: World): Promise<void> {
  await sleep(3000);
  const parts = world.processes();
  const memory = parts.reduce((sum, p) => sum + pss(p.pid), 0);
  const names = parts
    .map((p) => p.program)
    .sort()
    .join(" ");
  row("idle memory, everything running (PSS)", mb(memory), "≤ 64 MB", names);
  const before = new Map(parts.map((p) => [p.pid, cpuSeconds(p.pid)]));
  const begin = performance.now();
  await sleep(isLong ? 60_000 : 10_000);
  // A handler may have left meanwhile; it was idle when it did.
  const still = parts.filter((p) => isAlive(p.pid));
  const spent = still.reduce((sum, p) => sum + cpuSeconds(p.pid) - (before.get(p.pid) ?? 0), 0);
  const share = (spent * 100_000) / (performance.now() - begin);
  row("idle processor", `${share.toFixed(2)} % of a core`, "< 0.5 %");
}

async function startUp(world: World): Promise<void> {
  const begin = performance.now();
  world.launch();
  const visitor = world.visitor();
  for (;;) {
    const reply = await visitor.get("/api/health", { isUnjudged: true }).catch(() => null);
    if (reply?.status === 200) break;
    await sleep(5);
  }
  const healthy = performance.now() - begin;
  row("miauctl up → healthy", `${Math.round(healthy)} ms`, "≤ 1 s", "with the films in place");
}

async function scan(world: World): Promise<void> {
  const count = isLong ? 400 : 60;
  for (let i = 1; i <= count; i++) {
    await place("front.mp4", path.join(world.films, `Film ${i} (2000).mp4`));
  }
  await placeBig(path.join(world.films, "Wide River (2018).mp4"), 512 << 20);
  const begin = performance.now();
  await world.addFolder(world.films);
  const took = (performance.now() - begin) / 1000;
  row("library scan", `${((count + 1) / took).toFixed(1)} films/s`, "", "probed and playable");
  // Posters are drawn afterwards; nothing else is to be measured meanwhile.
  await world.pictured();
}

// The same processes from the beginning to the end, so that their time counts.
const world = await makeWorld({ env: { MIAU_HANDLER_REQUESTS: "1000000" } });
try {
  const peers = await startPeers(world.hold, world.films);
  try {
    await scan(world);
    await throughput(world, peers.origin);
    await streaming(world, peers.origin);
    await idle(world);
    await world.stop();
    await startUp(world);
  } finally {
    await peers.stop();
  }
} finally {
  await world.tearDown();
}

printTable();
