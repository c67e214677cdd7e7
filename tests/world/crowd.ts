// Clients that send one byte a second and never come to an end: half of them their
// head, half of them a body. Whoever is sent away comes again.
import { connect, type Socket } from "node:net";
import type { World } from "./world.ts";

/** How often a part of them sends. */
const tickMs = 100;
const ticks = 10;
/** Of one address, so that ports suffice. */
const perAddress = 1000;

export class Crowd {
  readonly #port: number;
  readonly #size: number;
  readonly #sockets: (Socket | undefined)[];
  readonly #timer: NodeJS.Timeout;
  #tick = 0;
  #open = 0;
  #ended = 0;

  constructor(world: World, size: number) {
    this.#port = world.port;
    this.#size = size;
    this.#sockets = Array.from({ length: size }, () => undefined);
    this.#timer = setInterval(() => this.#send(), tickMs);
  }

  /** How many are connected. */
  get open(): number {
    return this.#open;
  }

  /** How many were sent away so far. */
  get ended(): number {
    return this.#ended;
  }

  #come(i: number): void {
    const localAddress = `127.200.${Math.trunc(i / perAddress)}.1`;
    const socket = connect({ port: this.#port, host: "127.0.0.1", localAddress });
    this.#sockets[i] = socket;
    socket.on("error", () => undefined);
    socket.on("data", () => undefined);
    socket.once("connect", () => {
      this.#open += 1;
      socket.once("close", () => {
        this.#open -= 1;
        this.#ended += 1;
      });
      const host = `Host: 127.0.0.1:${this.#port}\r\n`;
      const what = "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
      if (i % 2 === 0) socket.write(`GET /api/health HTTP/1.1\r\n${host}X-Slow: `);
      else socket.write(`POST /api/auth/login HTTP/1.1\r\n${host}${what}`);
    });
    socket.once("close", () => {
      if (this.#sockets[i] === socket) this.#sockets[i] = undefined;
    });
  }

  /** Each place has its turn once a second: a byte, or somebody new. */
  #send(): void {
    this.#tick = (this.#tick + 1) % ticks;
    for (let i = this.#tick; i < this.#size; i += ticks) {
      const socket = this.#sockets[i];
      if (socket === undefined) this.#come(i);
      else if (!socket.pending && socket.writable) socket.write("x");
    }
  }

  leave(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket?.destroy();
  }
}
