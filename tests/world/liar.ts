// A peer that says it has everything and answers each request with bytes that are
// not the film's (BEP 3, without encryption).
import { randomBytes } from "node:crypto";
import { createServer, type Socket } from "node:net";
import type { Tracker } from "../../tools/tracker.ts";
import { freePort } from "./port.ts";

export interface Liar {
  /** Wrong bytes that were sent. */
  sent(): number;
  stop(): Promise<void>;
}

/** Lengths of the handshake, of what a block stands behind, and what is asked. */
const handshakeSize = 68;
const bitfield = 5;
const unchoke = 1;
const request = 6;
const piece = 7;

function message(kind: number, body = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length + 1);
  head.writeUInt8(kind, 4);
  return Buffer.concat([head, body]);
}

/** Answers one connection; `onSent` is told how many wrong bytes went out. */
function serve(socket: Socket, pieces: number, onSent: (n: number) => void): void {
  let held = Buffer.alloc(0);
  let isGreeted = false;
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: Buffer) => {
    held = Buffer.concat([held, part]);
    if (held[0] !== 19 && !isGreeted) return void socket.destroy();
    if (!isGreeted && held.length >= handshakeSize) {
      isGreeted = true;
      const greeting = Buffer.from(held.subarray(0, handshakeSize));
      greeting.fill(0, 20, 28);
      greeting.write("-LI0001-", 48, "latin1");
      randomBytes(12).copy(greeting, 56);
      held = held.subarray(handshakeSize);
      const all = Buffer.alloc(Math.ceil(pieces / 8));
      for (let i = 0; i < pieces; i++) all[i >> 3] = (all[i >> 3] as number) | (0x80 >> (i & 7));
      socket.write(Buffer.concat([greeting, message(bitfield, all), message(unchoke)]));
    }
    while (isGreeted && held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const size = held.readUInt32BE(0);
      if (size === 13 && held[4] === request) {
        const length = held.readUInt32BE(13);
        socket.write(message(piece, Buffer.concat([held.subarray(5, 13), randomBytes(length)])));
        onSent(length);
      }
      held = held.subarray(4 + size);
    }
  });
}

/** Announces itself as a seeder at `address`, which no honest one should have: who
 * lies is shut out by it. */
export async function startLiar(
  hash: string,
  pieces: number,
  tracker: Tracker,
  address = "127.0.0.2",
): Promise<Liar> {
  let sent = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, pieces, (n) => {
      sent += n;
    });
  });
  const port = await freePort();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, address, done);
  });
  tracker.add(hash, address, port);
  return {
    sent: () => sent,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
