// A healthy swarm on loopback for the streaming benchmarks: a tracker and one
// libtorrent seeder (seeder.cc), which shares everything that will be fetched, each
// torrent for one fetch.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { startTracker } from "../../tools/tracker.ts";
import { build, root } from "../world/place.ts";
import { makeTorrents, type Torrent } from "./film.ts";

export interface Swarm {
  /** Of the seeder, bytes a second; 0: none. */
  rate: number;
  tracker: string;
  /** One that nobody has fetched yet. */
  next(): Torrent;
  stop(): Promise<void>;
}

const program = path.join(build, "bench/seeder");

export function buildSeeder(): void {
  execFileSync("make", ["-s", path.relative(root, program)], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

export async function startSwarm(
  film: string,
  count: number,
  options: { rate: number; piece: number },
): Promise<Swarm> {
  // Beside the film, as its names are links to it.
  const folder = mkdtempSync(path.join(path.dirname(film), "swarm-"));
  const tracker = await startTracker();
  const names = Array.from({ length: count }, (_, i) => `Bench ${options.rate} ${i + 1}`);
  const all = makeTorrents(film, folder, names, options.piece, tracker.url);
  const given = [folder, String(options.rate), ...all.map((t) => t.torrent)];
  const seeder = spawn(program, given, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<number>((done, fail) => {
    createInterface({ input: seeder.stdout }).once("line", (line) => done(Number(line)));
    seeder.once("exit", (code) => fail(new Error(`the seeder ended with ${code}`)));
  });
  // It announces nothing: the tracker would forget it sooner than it comes again.
  for (const { hash } of all) tracker.add(hash, "127.0.0.1", port);
  const left = [...all];
  return {
    rate: options.rate,
    tracker: tracker.url,
    next: () => {
      const torrent = left.shift();
      if (torrent === undefined) throw new Error("all torrents have been fetched");
      return torrent;
    },
    stop: async () => {
      const ended = new Promise((done) => seeder.once("exit", done));
      seeder.stdin.end();
      await ended;
      await tracker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
