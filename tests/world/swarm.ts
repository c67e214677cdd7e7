// Films that nobody has seen before, the peers that share them, and a player that
// compares every byte it is sent with the original.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import path from "node:path";
import { after } from "node:test";
import { startTracker, type Tracker } from "../../tools/tracker.ts";
import type { Client } from "./client.ts";
import { type Peer, type PeerOptions, startPeer } from "./peer.ts";
import { until } from "./place.ts";
import { makeTorrent, type Seeder, startAria2 } from "./seeder.ts";
import type { World } from "./world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

export interface Film {
  bytes: Buffer;
  pieceSize: number;
  pieces: number;
  hash: string;
  torrent: string;
  folder: string;
  file: string;
}

/** A file or a folder of files that aria2 shares. */
export interface Shared {
  torrent: string;
  seeder: Seeder;
}

export interface Play {
  url: string;
  key: string;
  /** Of the download. */
  id: number;
}

/** What one connection got. */
export interface Watched {
  status: number;
  headers: IncomingMessage["headers"];
  /** Bytes of the body, all right. */
  bytes: number;
  /** The connection carried the whole answer. */
  isComplete: boolean;
}

export class Swarm {
  readonly world: World;
  readonly tracker: Tracker;
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(world: World, tracker: Tracker) {
    this.world = world;
    this.tracker = tracker;
  }

  /** Torrents are agreed to; everything ends with the test file. */
  static async for(world: World): Promise<Swarm> {
    const swarm = new Swarm(world, await startTracker());
    after(async () => {
      for (const stop of swarm.#stops) await stop();
      await swarm.tracker.stop();
    });
    swarm.set("net.consent", "true");
    // What a slow machine's peers give late must not be taken for nothing.
    for (const name of ["stream.stallLimit", "stream.midStallLimit"]) swarm.set(name, "300");
    return swarm;
  }

  set(name: string, value: string): void {
    const out = this.world.ctl("config", "set", name, value);
    assert.equal(out.code, 0, out.stderr);
  }

  /** Of these bytes, or of so many that are no film but for the name. */
  film(name: string, what: number | Buffer, pieceKib = 256): Film {
    const folder = path.join(this.world.hold, name);
    mkdirSync(folder);
    const bytes = typeof what === "number" ? randomBytes(what) : what;
    const size = bytes.length;
    const file = path.join(folder, `${name} (2001).mp4`);
    writeFileSync(file, bytes);
    const torrent = path.join(this.world.hold, `${name}.torrent`);
    const hash = makeTorrent(file, torrent, this.tracker, pieceKib);
    const pieceSize = pieceKib * 1024;
    return { bytes, pieceSize, pieces: Math.ceil(size / pieceSize), hash, torrent, folder, file };
  }

  /** One of ours, which counts, lacks and lies as it is told. */
  async peer(film: Film, options: Partial<PeerOptions> = {}): Promise<Peer> {
    const peer = await startPeer(film.hash, this.tracker, {
      pieceSize: film.pieceSize,
      size: film.bytes.length,
      give: (from, length) => film.bytes.subarray(from, from + length),
      ...options,
    });
    this.#stops.push(peer.stop);
    return peer;
  }

  async liar(film: Film, address: string, lacks = (_: number) => false): Promise<Peer> {
    return this.peer(film, { give: (_, length) => randomBytes(length), address, lacks });
  }

  async aria2(film: Film, bytesPerSecond = 0): Promise<Seeder> {
    const seeder = await startAria2(film.torrent, film.hash, film.folder, this.tracker, {
      bytesPerSecond,
    });
    this.#stops.push(seeder.stop);
    return seeder;
  }

  /** What lies there, shared by aria2 under its own name. */
  async share(what: string): Promise<Shared> {
    const torrent = path.join(this.world.hold, `${path.basename(what)}.torrent`);
    const hash = makeTorrent(what, torrent, this.tracker);
    const seeder = await startAria2(torrent, hash, path.dirname(what), this.tracker);
    this.#stops.push(seeder.stop);
    return { torrent, seeder };
  }

  /** Adds it by miauctl and waits until its files are shown. */
  async added(torrent: string, ...how: string[]): Promise<Json> {
    const { id } = this.world.ctlJson("add", torrent, ...how);
    return until(`the files of download ${id}`, async () => {
      const shown = await this.world.admin.read(`/api/downloads/${id}`);
      return shown.fileList.length > 0 && shown;
    });
  }

  /** Adds it, waits until it has a title, and starts to play. */
  async play(film: Film): Promise<Play> {
    const { admin } = this.world;
    const torrent = readFileSync(film.torrent).toString("base64");
    const { id } = await admin.send("/api/downloads", { torrent });
    const titleId = await until(`a title of download ${id}`, async () => {
      return (await admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
    });
    const started = await admin.send("/api/play/start", { titleId });
    return { url: started.url, key: started.streamingKey, id };
  }

  async state(play: Play): Promise<Json> {
    return this.world.admin.send("/api/play/state", { streamingKey: play.key });
  }

  /** How many read it, as miaud says. */
  async readers(play: Play): Promise<number> {
    return (await this.world.admin.read(`/api/downloads/${play.id}`)).readers;
  }

  /** Waits until so many bytes of it are here. */
  async isHere(play: Play, film: Film, bytes = film.bytes.length): Promise<void> {
    await until(`${bytes} bytes of download ${play.id}`, async () => {
      const told = await this.world.admin.get(`/api/downloads/${play.id}`);
      return told.status === 200 && told.json.done >= bytes;
    });
  }
}

export interface Watch {
  from?: number;
  /** The last byte; the end of the film otherwise. */
  to?: number;
  /** Told after each part how many bytes have come; it may make the player wait. */
  at?: (bytes: number) => Promise<void> | void;
  signal?: AbortSignal;
}

/** One request of a player; each byte is compared as it comes. */
export async function watch(
  client: Client,
  url: string,
  film: Film,
  options: Watch = {},
): Promise<Watched> {
  const from = options.from ?? 0;
  const { hostname, port } = new URL(client.origin);
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    const ask = (client.ca === undefined ? httpRequest : tlsRequest)(
      {
        ca: client.ca,
        hostname,
        port,
        localAddress: client.address,
        path: url,
        agent: false,
        headers: { Range: `bytes=${from}-${options.to ?? ""}` },
        ...(options.signal ? { signal: options.signal } : {}),
      },
      done,
    );
    ask.once("error", fail);
    ask.end();
  });
  let bytes = 0;
  let isBroken = true;
  try {
    for await (const part of answer) {
      const there = answer.statusCode === 206 || answer.statusCode === 200;
      const right = film.bytes.subarray(from + bytes, from + bytes + part.length);
      if (!there) continue;
      assert.ok(right.equals(part), `${part.length} bytes from ${from + bytes} on`);
      bytes += part.length;
      isBroken = false;
      await options.at?.(bytes);
      isBroken = true;
    }
  } catch (e) {
    // That an answer is broken off is for the caller to judge.
    if (!isBroken || (e as Error).name === "AssertionError") throw e;
  }
  const { statusCode = 0, headers, complete } = answer;
  return { status: statusCode, headers, bytes, isComplete: complete };
}
