// A bare line on a UNIX socket of miaud: JSON-RPC 2.0, one value per line.
import { connect, type Socket } from "node:net";
import { hangMs } from "./place.ts";

// biome-ignore lint/suspicious/noExplicitAny: replies are looked at freely
type Json = any;

export class Line {
  readonly heard: Json[] = [];
  hasEnded = false;
  #socket: Socket;
  #rest = "";
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      this.#rest += text;
      const lines = this.#rest.split("\n");
      this.#rest = lines.pop() ?? "";
      this.heard.push(...lines.filter((l) => l !== "").map((l) => JSON.parse(l)));
      this.#wake?.();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.hasEnded = true;
      this.#wake?.();
    });
  }

  static open(path: string): Promise<Line> {
    return new Promise((done, fail) => {
      const socket = connect(path);
      socket.once("error", fail);
      socket.once("connect", () => done(new Line(socket)));
    });
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next reply or notification; undefined when the other side has closed. */
  async next(within = hangMs): Promise<Json | undefined> {
    const end = performance.now() + within;
    while (this.heard.length === 0 && !this.hasEnded) {
      const left = end - performance.now();
      if (left <= 0) throw new Error("no line came");
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.#wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    return this.heard.shift();
  }

  async call(method: string, params: unknown = {}, id: number | string = 1): Promise<Json> {
    this.send(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return this.next();
  }

  close(): void {
    this.#socket.destroy();
  }
}
