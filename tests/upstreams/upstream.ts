// A real HTTP server that plays a service outside, and can be told to fail in
// every way in which one does.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What a service does instead of answering as it should. */
export type Failure =
  | "silent"
  | "trickle"
  | "reset"
  | "refused"
  | 401
  | 403
  | 404
  | 410
  | 429
  | "429 for long"
  | 500
  | 503
  | "html"
  | "truncated"
  | "endless"
  | "another shape"
  | "inside"
  | "garbage";

export const failures: Failure[] = [
  ...(["silent", "trickle", "reset", "refused", 401, 403, 404, 410, 429, "429 for long"] as const),
  ...([500, 503, "html", "truncated", "endless", "another shape", "inside", "garbage"] as const),
];

export interface Asked {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

type Reply = { status?: number; json?: unknown; bytes?: Buffer };

const html = "<!doctype html><title>Just a moment…</title>";

function pour(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const more = (): void => {
    while (!response.destroyed && response.write("x".repeat(65_536)));
  };
  response.on("drain", more);
  more();
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
}

const plain = (status: number, headers: Record<string, string>, body: string) => {
  return (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
};

const ways: Partial<Record<Failure, (response: ServerResponse) => void>> = {
  silent: () => {},
  trickle,
  reset: (response) => response.socket?.resetAndDestroy(),
  "429 for long": plain(429, { "retry-after": "3600" }, "{}"),
  html: plain(200, { "content-type": "text/html" }, html),
  truncated: plain(200, { "content-type": "application/json" }, '{"data":[{"id":"1","attri'),
  endless: pour,
  "another shape": plain(200, { "content-type": "application/json" }, '{"data":{"rows":7}}'),
  // The web server of the world would answer there, and whatever else a house has.
  inside: plain(302, { location: "http://127.0.0.1:9/latest/meta-data" }, ""),
  garbage: (response) => response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n"),
};

export class Upstream {
  /** The next answers fail so; undefined: none does. */
  failure: Failure | undefined;
  asked: Asked[] = [];
  port = 0;
  readonly #server = createServer((request, response) => this.#take(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #answer: (asked: Asked) => Reply;

  constructor(answer: (asked: Asked) => Reply) {
    this.#answer = answer;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
      if (this.failure === "refused") socket.destroy();
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = "", url = "", headers } = request;
    const asked = { method, url, headers, body: Buffer.concat(parts).toString() };
    this.asked.push(asked);
    if (this.failure !== undefined) this.#fail(this.failure, response);
    else {
      const { status = 200, json, bytes } = this.#answer(asked);
      const type = bytes ? "application/octet-stream" : "application/json";
      response.writeHead(status, { "content-type": type });
      response.end(bytes ?? JSON.stringify(json));
    }
  }

  #fail(failure: Failure, response: ServerResponse): void {
    if (typeof failure === "number") plain(failure, {}, '{"message":"no"}')(response);
    else ways[failure]?.(response);
  }
}
