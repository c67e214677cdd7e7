// A peer of our own (BEP 3, without encryption) that shares a film: it counts what
// it gives, gives no faster than it is told, may lack pieces for a while, and
// may lie.
import { randomBytes } from "node:crypto";
import { createServer, type Socket } from "node:net";
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
  readonly #options: PeerOptions;
  sent = 0;
  rate: number;
  isStalled = false;
  isWhole = false;
  #credit = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.rate = options.bytesPerSecond ?? 0;
    this.of = Array.from({ length: Math.ceil(options.size / options.pieceSize) }, () => 0);
  }

  has(index: number): boolean {
    return this.isWhole || !this.#options.lacks?.(index);
  }

  /** What stands at the beginning of a connection. */
  greeting(theirs: Uint8Array): Buffer {
    const hello = Buffer.from(theirs.subarray(0, handshakeSize));
    hello.fill(0, 20, 28);
    hello.write("-TE0001-", 48, "latin1");
    randomBytes(12).copy(hello, 56);
    const all = Buffer.alloc(Math.ceil(this.of.length / 8));
    for (let i = 0; i < this.of.length; i++)
      if (this.has(i)) all[i >> 3] = (all[i >> 3] as number) | (0x80 >> (i & 7));
    return Buffer.concat([hello, message(bitfield, all), message(unchoke)]);
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

  serve(socket: Socket): void {
    const line: Line = { socket, asked: [] };
    let held = Buffer.alloc(0);
    let isGreeted = false;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.lines.delete(line));
    socket.on("data", (part: Buffer) => {
      held = Buffer.concat([held, part]);
      // Encrypted: asked again without.
      if (!isGreeted && held[0] !== 19) return void socket.destroy();
      if (!isGreeted && held.length >= handshakeSize) {
        isGreeted = true;
        socket.write(this.greeting(held));
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

/** Listens, and has the tracker name it. */
export async function startPeer(
  hash: string,
  tracker: Tracker,
  options: PeerOptions,
): Promise<Peer> {
  const sharer = new Sharer(options);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    sharer.serve(socket);
  });
  const address = options.address ?? "127.0.0.1";
  const port = await freePort();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, address, done);
  });
  const timer = setInterval(() => sharer.tick(), tickMs);
  tracker.add(hash, address, port);
  return {
    port,
    sent: () => sharer.sent,
    sentOf: (index) => sharer.of[index] ?? 0,
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
