// Other people's BitTorrent programs on loopback: aria2 and transmission share a
// file through a tracker of the test. Nothing of theirs looks outside: DHT, local
// discovery, peer exchange and port mapping are off.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Tracker } from "../../tools/tracker.ts";
import { until } from "./place.ts";
import { freePort } from "./port.ts";

export interface Seeder {
  port: number;
  /** No answer any more, but no goodbye either. */
  stall(): void;
  goOn(): void;
  stop(): Promise<void>;
}

/** The .torrent of a file, made by transmission; announces to the tracker. */
export function makeTorrent(
  file: string,
  torrent: string,
  tracker: Tracker,
  pieceKib = 256,
): string {
  const options = ["-o", torrent, "-t", tracker.url, "-s", `${pieceKib}`];
  execFileSync("transmission-create", [...options, file], { stdio: "ignore" });
  const shown = execFileSync("transmission-show", [torrent], { encoding: "utf8" });
  const hash = /Hash(?: v1)?: ([0-9a-f]{40})/.exec(shown)?.[1];
  if (hash === undefined) throw new Error(`no info-hash in\n${shown}`);
  return hash;
}

function control(child: ChildProcess, port: number, cleanUp: () => void): Seeder {
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  return {
    port,
    stall: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
    stop: async () => {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      await ended;
      cleanUp();
    },
  };
}

/** What aria2 is told, whether it shares or fetches. */
function aria2Options(port: number, folder: string): string[] {
  return [
    "--enable-dht=false",
    "--enable-dht6=false",
    "--bt-enable-lpd=false",
    "--enable-peer-exchange=false",
    "--disable-ipv6=true",
    `--listen-port=${port}`,
    "--interface=127.0.0.1",
    `--dir=${folder}`,
    "--file-allocation=none",
    "--no-conf=true",
    "--summary-interval=0",
  ];
}

/** aria2 shares a file that lies in `folder` under the torrent's name. Unverified,
 * it serves whatever lies there: a file changed since makes it a liar. */
export async function startAria2(
  torrent: string,
  hash: string,
  folder: string,
  tracker: Tracker,
  options: { bytesPerSecond?: number; isUnverified?: boolean } = {},
): Promise<Seeder> {
  const port = await freePort();
  const child = spawn(
    "aria2c",
    [
      ...aria2Options(port, folder),
      options.isUnverified ? "--bt-seed-unverified=true" : "--check-integrity=true",
      "--seed-ratio=0",
      `--max-overall-upload-limit=${Math.trunc(options.bytesPerSecond ?? 0)}`,
      torrent,
    ],
    { stdio: "ignore" },
  );
  await until("aria2 to announce itself", () => tracker.peers(hash).includes(`127.0.0.1:${port}`));
  return control(child, port, () => undefined);
}

// Whose first announce is lost waits for minutes before the second.
const announcedWithinMs = 30_000;
const announceTries = 8;

/** transmission shares a file that lies in `folder` under the torrent's name;
 * with `isSealed` to those alone who encrypt. */
export async function startTransmission(
  torrent: string,
  hash: string,
  folder: string,
  tracker: Tracker,
  options: { isSealed?: boolean } = {},
): Promise<Seeder> {
  for (let n = 1; ; n++) {
    const port = await freePort();
    const config = mkdtempSync(path.join(folder, ".transmission-"));
    const child = spawn(
      "transmission-cli",
      [
        ...["-g", config, "-w", folder, "-p", `${port}`, "-M", "-u", "100000", "-v"],
        options.isSealed ? "-er" : "-ep",
        torrent,
      ],
      { stdio: "ignore" },
    );
    const seeder = control(child, port, () => rmSync(config, { recursive: true, force: true }));
    try {
      await until(
        "transmission to announce itself",
        () => tracker.peers(hash).includes(`127.0.0.1:${port}`),
        { within: announcedWithinMs },
      );
      return seeder;
    } catch (e) {
      await seeder.stop();
      if (n === announceTries) throw e;
    }
  }
}

/** aria2 fetches all of it into `folder`, checks it and ends. */
export async function fetchWithAria2(torrent: string, folder: string): Promise<void> {
  const port = await freePort();
  // Not synchronously: the tracker answers in this very process.
  await promisify(execFile)("aria2c", [...aria2Options(port, folder), "--seed-time=0", torrent]);
}

/** SHA-256 of a file, in hex. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest("hex");
}
