// A stretch of wire in front of a seeder: what comes from it is counted, comes at
// a rate, and stops where the test says. What a test allows is therefore the most
// that can be at the other side, on any machine, however fast or slow.

import type { AddressInfo } from "node:net";
import { createServer, type Server, Socket } from "node:net";

export interface Relay {
  port: number;
  /** Bytes that came from the seeder, all that its protocol needs included. */
  bytes(): number;
  /** So many may have come in all; 0 at first. */
  allow(total: number): void;
  stop(): Promise<void>;
}

const stepMs = 25;

interface Wire {
  near: Socket;
  far: Socket;
}

/** Stands for 127.0.0.1:`to` on a port of its own. */
export async function startRelay(to: number, bytesPerSecond: number): Promise<Relay> {
  const wires = new Set<Wire>();
  let passed = 0;
  let allowed = 0;
  let credit = 0;
  let last = performance.now();

  const pump = ({ near, far }: Wire): void => {
    while (far.readableLength > 0) {
      const most = Math.min(far.readableLength, allowed - passed, Math.trunc(credit));
      const part: Buffer | null = most > 0 ? far.read(most) : null;
      if (part === null) return;
      passed += part.length;
      credit -= part.length;
      near.write(part);
    }
  };
  const timer = setInterval(() => {
    const now = performance.now();
    // What was not used in time is not saved up.
    credit = Math.min(bytesPerSecond / 4, credit + (bytesPerSecond * (now - last)) / 1000);
    last = now;
    for (const wire of wires) pump(wire);
  }, stepMs);

  const server: Server = createServer((near) => {
    const far = new Socket();
    const wire: Wire = { near, far };
    wires.add(wire);
    const cut = (): void => {
      near.destroy();
      far.destroy();
      wires.delete(wire);
    };
    for (const socket of [near, far]) {
      socket.on("error", cut);
      socket.on("close", cut);
    }
    near.on("data", (part) => far.write(part));
    far.on("readable", () => pump(wire));
    far.on("end", cut);
    near.on("end", cut);
    far.connect(to, "127.0.0.1");
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => passed,
    allow: (total) => {
      allowed = total;
    },
    stop: async () => {
      clearInterval(timer);
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const { near, far } of wires) {
        near.destroy();
        far.destroy();
      }
      await closed;
    },
  };
}
