// What a web server does with a film that comes: whether it holds bytes back, how
// soon the handler learns that a client has gone, and what clients cost that take
// nothing.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { startTracker } from "../../tools/tracker.ts";
import { encodeRequest } from "../world/fastcgi.ts";
import { heldByFront, writtenBy } from "../world/front.ts";
import { type Peer, startPeer } from "../world/peer.ts";
import { sleep, until } from "../world/place.ts";
import { pausedAt } from "../world/player.ts";
import { pss } from "../world/processes.ts";
import { makeTorrent } from "../world/seeder.ts";
import type { World } from "../world/world.ts";
import { keysFor } from "./load.ts";
import { mb, spread } from "./table.ts";

interface Coming {
  peer: Peer;
  pieceSize: number;
  size: number;
  id: number;
  titleId: string;
  url: string;
}

/** A film that a peer of ours shares, for as long as `work` takes. */
async function withFilm<T>(
  world: World,
  film: { name: string; size: number; pieceKib: number; lacks?: (piece: number) => boolean },
  bytesPerSecond: number,
  work: (coming: Coming) => Promise<T>,
): Promise<T> {
  const tracker = await startTracker();
  const folder = path.join(world.hold, film.name);
  mkdirSync(folder);
  const file = path.join(folder, `${film.name} (2001).mp4`);
  const bytes = randomBytes(film.size);
  writeFileSync(file, bytes);
  const torrent = path.join(folder, "film.torrent");
  const hash = makeTorrent(file, torrent, tracker, film.pieceKib);
  const pieceSize = film.pieceKib * 1024;
  const peer = await startPeer(hash, tracker, {
    pieceSize,
    size: film.size,
    bytesPerSecond,
    give: (from, length) => bytes.subarray(from, from + length),
    ...(film.lacks ? { lacks: film.lacks } : {}),
  });
  try {
    const { id } = await world.admin.send("/api/downloads", {
      torrent: readFileSync(torrent).toString("base64"),
    });
    const titleId = await until("its title", async () => {
      return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
    });
    const { url } = await world.admin.send("/api/play/start", { titleId });
    return await work({ peer, pieceSize, size: film.size, id, titleId, url });
  } finally {
    await peer.stop();
    await tracker.stop();
    rmSync(folder, { recursive: true });
  }
}

/** When each piece's bytes came, in milliseconds. */
type Times = number[];

function noteTimes(pieceSize: number): { times: Times; take: (part: Buffer) => void } {
  const times: Times = [];
  let got = 0;
  return {
    times,
    take: (part) => {
      got += part.length;
      // Well into it, whatever head and frames take.
      while (got > times.length * pieceSize + pieceSize / 8) times.push(performance.now());
    },
  };
}

/** From the handler itself. */
function readHandler(world: World, url: string, take: (part: Buffer) => void): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect(path.join(world.state, "run/cgi/stream.sock"));
    socket.on("data", take);
    socket.once("error", fail);
    socket.once("close", () => done());
    socket.write(encodeRequest(world, url));
  });
}

function readServer(world: World, url: string, take: (part: Buffer) => void): Promise<void> {
  return new Promise((done, fail) => {
    const ask = get(world.plain + url, { agent: false }, (answer) => {
      answer.on("data", take);
      answer.once("end", () => done());
    });
    ask.once("error", fail);
  });
}

/** How much later than from the handler itself a piece comes through the server. */
export async function heldBack(world: World): Promise<string> {
  const film = { name: "Held", size: 6 << 20, pieceKib: 256 };
  return withFilm(world, film, 1_000_000, async ({ url, pieceSize }) => {
    const [own, through] = [noteTimes(pieceSize), noteTimes(pieceSize)];
    await Promise.all([readHandler(world, url, own.take), readServer(world, url, through.take)]);
    const pieces = Math.min(own.times.length, through.times.length);
    const late = Array.from(
      { length: pieces },
      (_, i) => (through.times[i] as number) - (own.times[i] as number),
    );
    return `${spread(late.map((ms) => Math.max(0, ms)))} ms`;
  });
}

const readersOf = async (world: World, { id }: Coming): Promise<number> =>
  (await world.admin.read(`/api/downloads/${id}`)).readers;

const areReaders = (world: World, coming: Coming, count: number) =>
  until(`${count} readers`, async () => (await readersOf(world, coming)) === count, { every: 5 });

/** From a client's leaving until nobody reads. */
async function leaving(
  world: World,
  coming: Coming,
  come: () => Promise<() => void>,
): Promise<number> {
  const leave = await come();
  await areReaders(world, coming, 1);
  await sleep(300);
  const begin = performance.now();
  leave();
  await areReaders(world, coming, 0);
  return performance.now() - begin;
}

/** One that waits for bytes that nobody has. */
async function waits(world: World, url: string, from: number): Promise<() => void> {
  const headers = { Range: `bytes=${from}-` };
  const ask = get(world.plain + url, { agent: false, headers });
  ask.on("error", () => undefined);
  return () => ask.destroy();
}

interface Cost {
  memory: string;
  disk: string;
}

/** What so many cost that have begun to read and take nothing more. */
async function pauseMany(
  world: World,
  titleId: string,
  count: number,
): Promise<[Cost, () => void]> {
  const urls = await keysFor(world, titleId, count);
  await world.admin.head((urls[0] as string).slice(world.origin.length));
  const handler = world.process("stream.fcgi").pid;
  const before = { ...heldByFront(world), handler: pss(handler) };
  const answers: IncomingMessage[] = await Promise.all(
    urls.map((url, i) => pausedAt(url, `127.201.${i}.1`)),
  );
  let last = -1;
  for (let looks = 0; looks < 10; ) {
    const now = writtenBy(handler);
    looks = now === last ? looks + 1 : 0;
    last = now;
    await sleep(50);
  }
  const after = { ...heldByFront(world), handler: pss(handler) };
  const kb = (bytes: number) => `${Math.round(Math.max(0, bytes) / 1000 / count)} kB`;
  const memory =
    `${kb(after.memory - before.memory)} + ` + `${kb(after.handler - before.handler)} each`;
  const disk = mb(after.disk - before.disk);
  return [
    { memory, disk },
    () => {
      for (const answer of answers) answer.destroy();
    },
  ];
}

const slow = 50;

/** Of clients that take nothing of a film that comes, and that leave. */
export async function paused(world: World): Promise<Record<string, string>> {
  const pieces = 300;
  const missing = pieces - 20;
  const film = {
    name: "Paused",
    size: pieces << 20,
    pieceKib: 1024,
    lacks: (piece: number) => piece === missing,
  };
  return withFilm(world, film, 0, async (coming) => {
    const { id, titleId, url, size, pieceSize } = coming;
    await until("nearly all of it", async () => {
      return (await world.admin.read(`/api/downloads/${id}`)).done >= size - pieceSize;
    });
    const waiting: number[] = [];
    const reading: number[] = [];
    for (let i = 0; i < 5; i++) {
      waiting.push(await leaving(world, coming, () => waits(world, url, missing * pieceSize)));
      const answer = async () => {
        const got = await pausedAt(world.plain + url, world.admin.address);
        return () => void got.destroy();
      };
      reading.push(await leaving(world, coming, answer));
    }
    const [cost, leave] = await pauseMany(world, titleId, slow);
    leave();
    await areReaders(world, coming, 0);
    return {
      "a client leaves while nothing comes → the handler knows": `${spread(waiting)} ms`,
      "a client leaves while it takes nothing → the handler knows": `${spread(reading)} ms`,
      [`${slow} slow clients, 300 MB, live: memory of server + handler`]: cost.memory,
      [`${slow} slow clients, 300 MB, live: written to disk`]: cost.disk,
    };
  });
}

/** Of clients that take nothing of a whole film. */
export async function pausedWhole(world: World, titleId: string): Promise<Record<string, string>> {
  const [cost, leave] = await pauseMany(world, titleId, slow);
  leave();
  return {
    [`${slow} slow clients, finished: memory of server + handler`]: cost.memory,
    [`${slow} slow clients, finished: written to disk`]: cost.disk,
  };
}
