// Ports of worlds.
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

/** Nobody listens on it. */
function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

/** Marks it as taken until this process ends, however it ends: UDP has ports of
 * the same numbers that nothing else here needs. False: another test has it. */
function reserve(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      socket.close();
      done(false);
    });
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      socket.unref();
      done(true);
    });
  });
}

/** A port outside the range from which the kernel serves outgoing connections,
 * for this process alone, also while nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 18_000 + Math.floor(Math.random() * 14_000);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/** Somebody listens on it. */
export function doesAnswer(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
