// Miauflix behind each web server, side by side in one run: answers a second, what
// streams get, and what a server does with a film that comes. Part of `make bench`;
// prints a table and judges nothing.
import { copyFileSync } from "node:fs";
import path from "node:path";
import { place, placeBig } from "../world/media.ts";
import { sleep } from "../world/place.ts";
import { makeWorld, type World } from "../world/world.ts";
import { rate, speed } from "./ask.ts";
import { drawFilm } from "./film.ts";
import { add, keysFor, type Load, measure, remove } from "./load.ts";
import { startPeers } from "./peers.ts";
import { buildSeeder, startSwarm } from "./swarm.ts";
import { mb, printTable, row, times } from "./table.ts";
import { heldBack, paused, pausedWhole } from "./windows.ts";

const servers = ["lighttpd", "nginx", "apache"];
const films = 24;
const big = "Wide River (2018).mp4";
const swarmRate = 10_000_000;

type Cells = Record<string, string>;

/** Answers a second, against a bare program behind a lighttpd of its own. */
async function answers(world: World, peers: string): Promise<Cells> {
  const id = await world.movieId("Film 1");
  const targets: [what: string, target: string][] = [
    ["GET /api/health", "/api/health"],
    ["GET /api/movies/:id, signed in", `/api/movies/${id}`],
    ["a list of 20, signed in", "/api/lists/all-movies?pageSize=20"],
  ];
  const cells: Cells = {};
  for (const [what, target] of targets) {
    await rate(world.plain + target, world.admin.token);
    const before = await rate(`${peers}/hello`);
    const ours = await rate(world.plain + target, world.admin.token);
    const hello = (before + (await rate(`${peers}/hello`))) / 2;
    cells[`${what}, against hello`] = `${times(ours, hello)} (${Math.round(ours)}/s)`;
  }
  return cells;
}

/** A whole film, against a static file of that lighttpd. */
function finished(world: World, peers: string, url: string): Cells {
  const range = `${64 << 20}-`;
  const theirs = speed(`${peers}/${encodeURIComponent(big)}`, range);
  const ours = speed(world.plain + url, range);
  return { "a finished film, against a static file": `${times(ours, theirs)} (${mb(ours)}/s)` };
}

function costs(load: Load): string {
  const gb = load.bytes / 1e9;
  const each = [...load.spent].map(([name, s]) => `${name} ${(s / gb).toFixed(1)}`);
  return `${mb(load.bytes / load.seconds)}/s (${each.join(", ")} s/GB)`;
}

/** A film while it comes, against what the swarm gives. */
async function growing(world: World): Promise<Cells> {
  const film = path.join(world.hold, "film.mp4");
  copyFileSync(await drawFilm(60), film);
  const swarm = await startSwarm(film, 2, { rate: swarmRate, piece: 1 << 20 });
  const load = async (streams: number): Promise<Load> => {
    const added = await add(world, swarm, false);
    await sleep(1500);
    const got = await measure(world, await keysFor(world, added.titleId, streams), 80_000_000);
    remove(world, added);
    return got;
  };
  try {
    const one = await load(1);
    const many = await load(20);
    const given = `a film that comes at ${swarmRate / 1e6} MB/s`;
    return {
      [`${given}, one stream, against that`]: times(one.bytes / one.seconds, swarmRate),
      [`${given}, 20 streams together`]: costs(many),
    };
  } finally {
    await swarm.stop();
  }
}

async function measureServer(server: string): Promise<Cells> {
  const env = {
    MIAU_WEBSERVER: server,
    // The same processes from the beginning to the end.
    MIAU_HANDLER_REQUESTS: "1000000",
    MIAU_NET_CONSENT: "true",
  };
  const world = await makeWorld({ env });
  try {
    const peers = await startPeers(world.hold, world.films);
    try {
      for (let i = 1; i <= films; i++)
        await place("front.mp4", path.join(world.films, `Film ${i} (2000).mp4`));
      await placeBig(path.join(world.films, big), 512 << 20);
      await world.addFolder(world.films);
      await world.pictured();
      const titleId = `movie-${await world.movieId("Wide River")}`;
      const { url } = await world.admin.send("/api/play/start", { titleId });
      return {
        ...(await answers(world, peers.origin)),
        ...finished(world, peers.origin, url),
        ...(await growing(world)),
        "a piece comes later than from the handler itself": await heldBack(world),
        ...(await paused(world)),
        ...(await pausedWhole(world, titleId)),
      };
    } finally {
      await peers.stop();
    }
  } finally {
    await world.tearDown();
  }
}

buildSeeder();
const cells: Cells[] = [];
for (const server of servers) cells.push(await measureServer(server));
row("", ...(servers as [string, string, string]));
for (const what of Object.keys(cells[0] as Cells))
  row(what, ...(cells.map((c) => c[what] ?? "") as [string, string, string]));
printTable();
