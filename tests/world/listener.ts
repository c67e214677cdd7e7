// A listener of Server-Sent Events (the format of the HTML standard) that keeps
// what it heard.
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Client } from "./client.ts";
import { until } from "./place.ts";

export interface Heard {
  event: string;
  id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: judged by the tests
  data: any;
}

export class Listener {
  readonly heard: Heard[] = [];
  comments = 0;
  hasEnded = false;
  #request: ClientRequest;
  #response!: IncomingMessage;
  #rest = "";

  private constructor(req: ClientRequest) {
    this.#request = req;
  }

  /** Connects and waits for the head of the answer. */
  static open(client: Client, query = "", lastId?: string): Promise<Listener> {
    const url = new URL(client.origin);
    const cookies = client.cookieHeader("/api/events");
    return new Promise((done, fail) => {
      const req = (client.ca === undefined ? request : tlsRequest)({
        ca: client.ca,
        host: url.hostname,
        port: url.port,
        localAddress: client.address,
        path: client.at(`/api/events${query}`),
        headers: {
          accept: "text/event-stream",
          ...(client.token ? { authorization: `Bearer ${client.token}` } : {}),
          ...(cookies ? { cookie: cookies } : {}),
          ...(client.session && !query.includes("session=")
            ? { "x-session-id": client.session }
            : {}),
          ...(lastId === undefined ? {} : { "last-event-id": lastId }),
        },
      });
      const listener = new Listener(req);
      req.on("error", fail);
      req.on("response", (res) => {
        listener.#response = res;
        res.setEncoding("utf8");
        res.on("data", (text: string) => listener.#take(text));
        res.on("close", () => {
          listener.hasEnded = true;
        });
        res.on("error", () => undefined);
        done(listener);
      });
      req.end();
    });
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }
  get type(): string {
    return this.#response.headers["content-type"] ?? "";
  }

  #take(text: string): void {
    this.#rest += text;
    const blocks = this.#rest.split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map<string, string>();
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith(":")) this.comments += 1;
        else {
          const [key, ...value] = line.split(": ");
          const old = fields.get(key as string);
          fields.set(key as string, old ? `${old}\n${value.join(": ")}` : value.join(": "));
        }
      }
      const data = fields.get("data");
      if (data === undefined) continue;
      this.heard.push({
        event: fields.get("event") ?? "message",
        id: fields.get("id"),
        data: JSON.parse(data),
      });
    }
  }

  /** The first event of this kind, from now or before. */
  hear(what: string, fits: (heard: Heard) => boolean): Promise<Heard> {
    return until(`the event ${what}`, () => this.heard.find(fits), {
      every: 20,
      why: () => JSON.stringify(this.heard).slice(0, 1500),
    });
  }

  ended(): Promise<true> {
    return until("the end of the events", () => this.hasEnded as true);
  }

  close(): void {
    this.#request.destroy();
  }
}
