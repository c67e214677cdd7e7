// A request by hand, over http or https: nothing of it is read or closed but by the
// test.
import { connect, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import type { World } from "./world.ts";

export interface ByHand {
  /** All that came, head and body. */
  heard: () => string;
  /** Nothing more comes. */
  isOver: () => boolean;
  /** Hangs up as a browser does. */
  close: () => void;
  /** Breaks off without a word. */
  reset: () => void;
}

/** The connection is there; what is said waits on it, or is on its way. */
export function askByHand(world: World, from: string, said: string): Promise<ByHand> {
  const { hostname, port } = new URL(world.origin);
  return new Promise((done, fail) => {
    const parts: Buffer[] = [];
    const line: Socket = connect({ host: hostname, port: Number(port), localAddress: from });
    const isPlain = world.origin === world.plain;
    const socket = isPlain ? line : secure({ socket: line, ca: world.authority, host: hostname });
    socket.on("data", (part: Buffer) => parts.push(part));
    for (const one of [line, socket]) one.on("error", fail);
    const hand = {
      heard: () => Buffer.concat(parts).toString("latin1"),
      isOver: () => socket.readableEnded || socket.destroyed,
      close: () => void socket.end(),
      reset: () => void line.resetAndDestroy(),
    };
    // A web server that stands greets nobody: over https this comes later then.
    line.once("connect", () => {
      if (!isPlain) done(hand);
    });
    socket.write(said, () => done(hand));
  });
}
