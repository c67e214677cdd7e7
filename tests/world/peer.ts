// A peer of our own (BEP 3, without encryption) that shares a film: it counts what
// it gives, gives no faster than it is told, may lack pieces for a while, and
// may lie.
import { randomBytes } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import type { Tracker } from "../../tools/tracker.ts";
import { freePort } from "./port.ts";

export interface PeerOptions {
  pieceSize: number;
  size: number;
  /** The film's bytes, or what is given out as such. */
  give: (from: number, length: number) => Buffer;
  /** 0: as fast as they are asked for. */
  bytesPerSecond?: number;
  address?: string;
  /** Pieces that it does not have before gain(). */
  lacks?: (piece: number) => boolean;
}

export interface Peer {
  port: number;
  /** Bytes that were given. */
  sent(): number;
  /** Bytes of each piece that were given, once for each time. */
  sentOf(piece: number): number;
  /** Connections, made or taken, on which no plain greeting came. */
  refused(): number;
  limit(bytesPerSecond: number): void;
  /** No answer any more, but no goodbye either. */
  stall(): void;
  goOn(): void;
  /** Has all pieces now, and says so. */
  gain(): void;
  stop(): Promise<void>;
}

/** Lengths of the handshake, kinds of messages. */
const handshakeSize = 68;
const unchoke = 1;
const have = 4;
const bitfield = 5;
const request = 6;
const piece = 7;
const cancel = 8;
const tickMs = 20;

function message(kind: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length + 1);
  head.writeUInt8(kind, 4);
  return Buffer.concat([head, body]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** One connection, and what is asked on it: the bodies of requests. */
interface Line {
  socket: Socket;
  asked: Buffer[];
}

class Sharer {
  readonly lines = new Set<Line>();
  readonly of: number[];
  readonly #hash: string;
  readonly #options: PeerOptions;
  sent = 0;
  refused = 0;
  rate: number;
  isStalled = false;
  isWhole = false;
  #credit = 0;

  constructor(hash: string, options: PeerOptions) {
    this.#hash = hash;
    this.#options = options;
    this.rate = options.bytesPerSecond ?? 0;
    this.of = Array.from({ length: Math.ceil(options.size / options.pieceSize) }, () => 0);
  }

  has(index: number): boolean {
    return this.isWhole || !this.#options.lacks?.(index);
  }

  /** What stands at the beginning of a connection. */
  hello(): Buffer {
    return Buffer.concat([
      Buffer.from("\x13BitTorrent protocol"),
      Buffer.alloc(8),
      Buffer.from(this.#hash, "hex"),
      Buffer.from("-TE0001-"),
      randomBytes(12),
    ]);
  }

  /** What it has, and that it gives. */
  offer(): Buffer {
    const all = Buffer.alloc(Math.ceil(this.of.length / 8));
    for (let i = 0; i < this.of.length; i++)
      if (this.has(i)) all[i >> 3] = (all[i >> 3] as number) | (0x80 >> (i & 7));
    return Buffer.concat([message(bitfield, all), message(unchoke)]);
  }

  hear(line: Line, kind: number | undefined, body: Buffer): void {
    if (kind === cancel) line.asked = line.asked.filter((other) => !other.equals(body));
    if (kind !== request || body.length !== 12) return;
    line.asked.push(Buffer.from(body));
    this.answer();
  }

  /** As much as may be given now, in turn to all who ask. */
  answer(): void {
    if (this.isStalled) return;
    for (let isIdle = false; !isIdle; ) {
      isIdle = true;
      for (const line of this.lines) {
        if (this.rate > 0 && this.#credit <= 0) return;
        const asked = line.asked.shift();
        if (asked === undefined) continue;
        isIdle = false;
        this.#give(line, asked);
      }
    }
  }

  tick(): void {
    if (this.rate > 0 && !this.isStalled)
      this.#credit = Math.min(this.#credit + (this.rate * tickMs) / 1000, 32_768);
    this.answer();
  }

  #give(line: Line, asked: Buffer): void {
    const index = asked.readUInt32BE(0);
    const length = asked.readUInt32BE(8);
    const from = index * this.#options.pieceSize + asked.readUInt32BE(4);
    const bytes = this.#options.give(from, length);
    line.socket.write(message(piece, Buffer.concat([asked.subarray(0, 8), bytes])));
    this.sent += length;
    this.of[index] = (this.of[index] ?? 0) + length;
    this.#credit -= length;
  }

  serve(socket: Socket, isOurs: boolean): void {
    const line: Line = { socket, asked: [] };
    let held = Buffer.alloc(0);
    let isGreeted = false;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.lines.delete(line);
      if (!isGreeted) this.refused++;
    });
    if (isOurs) socket.write(this.hello());
    socket.on("data", (part: Buffer) => {
      held = Buffer.concat([held, part]);
      // Encrypted: asked again without.
      if (!isGreeted && held[0] !== 19) return void socket.destroy();
      if (!isGreeted && held.length >= handshakeSize) {
        isGreeted = true;
        socket.write(isOurs ? this.offer() : Buffer.concat([this.hello(), this.offer()]));
        held = held.subarray(handshakeSize);
        this.lines.add(line);
      }
      while (isGreeted && held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
        const size = held.readUInt32BE(0);
        this.hear(line, held[4], held.subarray(5, 4 + size));
        held = held.subarray(4 + size);
      }
    });
  }

  gain(): void {
    const news = this.of.map((_, i) => i).filter((i) => !this.has(i));
    this.isWhole = true;
    for (const { socket } of this.lines)
      for (const index of news) socket.write(message(have, number(index)));
  }
}

/** They do not call each other. */
const ours = new Set<string>();

/** Listens, calls those who are there, and has the tracker name it. */
export async function startPeer(
  hash: string,
  tracker: Tracker,
  options: PeerOptions,
): Promise<Peer> {
  const sharer = new Sharer(hash, options);
  const sockets = new Set<Socket>();
  const take = (socket: Socket, isOurs: boolean) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    sharer.serve(socket, isOurs);
  };
  const server = createServer((socket) => take(socket, false));
  const address = options.address ?? "127.0.0.1";
  const port = await freePort();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, address, done);
  });
  const timer = setInterval(() => sharer.tick(), tickMs);
  // Who has asked the tracker before would not hear of it for long.
  for (const other of tracker.peers(hash).filter((peer) => !ours.has(peer)))
    take(connect({ port: Number(other.split(":")[1]), localAddress: address }), true);
  ours.add(`${address}:${port}`);
  tracker.add(hash, address, port);
  return {
    port,
    sent: () => sharer.sent,
    sentOf: (index) => sharer.of[index] ?? 0,
    refused: () => sharer.refused,
    limit: (rate) => {
      sharer.rate = rate;
    },
    stall: () => {
      sharer.isStalled = true;
    },
    goOn: () => {
      sharer.isStalled = false;
    },
    gain: () => sharer.gain(),
    stop: () =>
      new Promise((done) => {
        clearInterval(timer);
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
