// Part of `make bench`: how long the first segment takes, at the start and after a far
// seek, when nothing of it was made before; beside it, in the same run and for the same
// place of the same file, ffmpeg's own HLS muxer until its first segment is whole.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import path from "node:path";
import { isLong, sleep, until } from "../world/place.ts";
import { readPlaylist } from "../world/segments.ts";
import { makeWorld, type World } from "../world/world.ts";
import { speed } from "./ask.ts";
import { drawFilm } from "./film.ts";
import { startPeers } from "./peers.ts";
import { mb, median, printTable, row, spread, times } from "./table.ts";

const runs = isLong ? 15 : 5;
const length = 180;
const viewers = 10;

interface Way {
  picture: string;
  sound: string;
  budget?: number;
  /** What ffmpeg is asked to do instead. */
  peer: string;
}

const x264 =
  "-c:v libx264 -preset veryfast -tune zerolatency -crf 22 -pix_fmt yuv420p -vf scale=-2:720 " +
  "-force_key_frames expr:gte(t,n_forced*2) -sc_threshold 0 -hls_time 2";

const ways: Record<string, Way> = {
  remux: { picture: "v-copy", sound: "a-0-copy", budget: 300, peer: "-c copy -hls_time 1" },
  "sound alone": {
    picture: "v-copy",
    sound: "a-0-aac",
    peer: "-c:v copy -c:a aac -ac 2 -hls_time 1",
  },
  "720p": { picture: "v-720", sound: "a-0-aac", budget: 2000, peer: `${x264} -c:a aac -ac 2` },
};

/** The film with sound that browsers do not play, in Matroska. */
async function drawLoud(): Promise<string> {
  const from = await drawFilm(length);
  const to = from.replace(".mp4", "-ac3.mkv");
  if (!existsSync(to))
    execFileSync("ffmpeg", [
      ...["-nostdin", "-v", "error", "-y", "-i", from],
      ...["-c:v", "copy", "-c:a", "ac3", "-ac", "6", to],
    ]);
  return to;
}

/** Nothing is made any more, and nobody makes anything. */
async function forget(world: World): Promise<void> {
  const { pid } = world.process("miaud");
  process.kill(pid, "SIGKILL");
  const visitor = world.visitor();
  await until("miaud to be back", async () => {
    const answer = await visitor.get("/api/ready", { isUnjudged: true });
    return answer.status === 200 && world.process("miaud").pid !== pid;
  });
  await sleep(300);
}

interface Place {
  base: string;
  world: World;
  movieId: number;
  way: Way;
  at: number;
}

/** Which segment of a track holds a time. */
async function numberOf({ world, base, at }: Place, track: string): Promise<number> {
  const list = await world.visitor().get(`${base}${track}.m3u8`);
  const { at: all } = readPlaylist(list.text);
  return Math.max(
    0,
    all.findLastIndex((begins) => begins <= at + 0.001),
  );
}

/** As a player does it: pictures and sound side by side, of each what the track begins
 * with first, unless it plays already. */
async function fetchAll(place: Place, n = 1, isPlaying = false): Promise<number> {
  const { base, world, way } = place;
  const parts: string[][] = [];
  for (const track of [way.picture, way.sound]) {
    const segment = `${track}/${await numberOf(place, track)}.m4s`;
    parts.push(isPlaying ? [segment] : [`${track}/init.mp4`, segment]);
  }
  const since = performance.now();
  await Promise.all(
    Array.from({ length: n }, () => world.visitor()).flatMap((visitor) =>
      parts.map(async (row) => {
        for (const part of row) {
          const answer = await visitor.get(base + part);
          if (answer.status !== 200) throw new Error(`${part}: ${answer.status} ${answer.text}`);
        }
      }),
    ),
  );
  return performance.now() - since;
}

/** Where the household stopped watching. */
const stopAt = (world: World, movieId: number, at: number) =>
  world.admin.send("/api/progress", {
    ...{ type: "movie", movieId, progress: at / length, status: "paused" },
  });

/** Milliseconds until a player has what it begins with there. */
async function first(place: Place, n = 1): Promise<number> {
  await stopAt(place.world, place.movieId, place.at);
  await forget(place.world);
  return fetchAll(place, n);
}

/** The same of one that plays the beginning. */
async function sought(place: Place): Promise<number> {
  await first({ ...place, at: 0 });
  return fetchAll(place, 1, true);
}

/** The same by ffmpeg alone. */
async function peerFirst(world: World, film: string, { way, at }: Place): Promise<number> {
  const folder = path.join(world.hold, "peer");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const list = path.join(folder, "list.m3u8");
  const since = performance.now();
  // As politely as ours works.
  const child = spawn("nice", [
    ...[
      "-n",
      "10",
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-ss",
      String(at),
      "-i",
      film,
      "-map",
      "0:v:0",
      "-map",
      "0:a:0",
    ],
    ...way.peer.split(" "),
    ...["-f", "hls", "-hls_segment_type", "fmp4", "-hls_playlist_type", "event", list],
  ]);
  try {
    await until(
      "ffmpeg's first segment",
      () => existsSync(list) && readFileSync(list, "utf8").includes("#EXTINF"),
      { every: 2 },
    );
    return performance.now() - since;
  } finally {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }
}

async function measure(world: World, film: string, base: string, movieId: number): Promise<void> {
  for (const [name, way] of Object.entries(ways))
    for (const [where, at, take] of [
      ["at the start", 0, first],
      ["at the resume point", length * 0.7, first],
      ["after a far seek", length * 0.7, sought],
    ] as const) {
      const place = { base, world, movieId, way, at };
      const ours: number[] = [];
      const theirs: number[] = [];
      // In turn, so that a busy moment meets both alike.
      for (let i = 0; i < runs; i++) {
        ours.push(await take(place));
        await forget(world);
        theirs.push(await peerFirst(world, film, place));
      }
      row(
        `${name}, ${where}`,
        times(median(ours), median(theirs)),
        way.budget === undefined ? "" : `≤ ${way.budget} ms`,
        `${spread(ours)} ms against ${spread(theirs)} ms of ffmpeg's own muxer`,
      );
    }
}

async function together(world: World, base: string, movieId: number): Promise<void> {
  const place = { base, world, movieId, way: ways["720p"] as Way, at: length / 2 };
  const one: number[] = [];
  const all: number[] = [];
  for (let i = 0; i < runs; i++) {
    one.push(await first(place));
    all.push(await first(place, viewers));
  }
  row(
    `720p, ${viewers} viewers of one place at once`,
    times(median(all), median(one)),
    "",
    `${spread(all)} ms against ${spread(one)} ms of one`,
  );
}

/** Segments that are there leave by the web server. */
async function offloaded(world: World, peers: string, base: string, film: string): Promise<void> {
  const part = `${world.origin}${base}v-copy/4.m4s`;
  const { body } = await world.visitor().get(`${base}v-copy/4.m4s`);
  const theirs = speed(`${peers}/${encodeURIComponent(path.basename(film))}`, `0-${body.length}`);
  const ours = speed(part, "0-");
  row(
    "a copied segment that is there",
    times(ours, theirs),
    "",
    `${mb(ours)}/s against ${mb(theirs)}/s of as much of a static file`,
  );
}

const film = await drawLoud();
const world = await makeWorld();
try {
  const mine = path.join(world.films, "Loud (2001).mkv");
  mkdirSync(world.films, { recursive: true });
  copyFileSync(film, mine);
  const then = Date.now() / 1000 - 3600;
  utimesSync(mine, then, then);
  await world.addFolder(world.films);
  await world.pictured();
  const movieId = await world.movieId("Loud");
  const begun = await world.admin.send("/api/play/start", {
    titleId: `movie-${movieId}`,
    hls: { codecs: ["avc1.640028", "mp4a.40.2"] },
  });
  const base = String(begun.hlsUrl).replace("master.m3u8", "");
  await measure(world, mine, base, movieId);
  await together(world, base, movieId);
  const peers = await startPeers(world.hold, world.films);
  try {
    await offloaded(world, peers.origin, base, mine);
  } finally {
    await peers.stop();
  }
} finally {
  await world.tearDown();
}
printTable();
