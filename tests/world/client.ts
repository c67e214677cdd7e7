// A visitor: its own address on loopback (so that limits per address concern it
// alone), its own cookies, full control over headers. Every answer below /api
// is judged against the contract before the test sees it.
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { judge } from "./contract.ts";
import { hangMs } from "./place.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

export interface Ask {
  headers?: Record<string, string | string[] | number>;
  /** Sent as JSON with the right media type. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Buffer;
  /** Leaves out what the visitor sends by itself: token, cookies, origin. */
  isBare?: boolean;
  /** The answer is meant to break the contract (another server, a cut body). */
  isUnjudged?: boolean;
  /** Cuts the connection after this many bytes of the body. */
  cutAfter?: number;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  text: string;
  /** The parsed body; throws when it is no JSON. */
  readonly json: Json;
  /** The server sent the whole answer. */
  isComplete: boolean;
}

export interface Cookie {
  value: string;
  path: string;
  attributes: Record<string, string | true>;
}

let visitors = 0;

/** An address in a /24 of 127/8 that no other visitor of this process has. */
export function freshAddress(): string {
  visitors += 1;
  return `127.${20 + (visitors >> 8)}.${visitors & 255}.1`;
}

export class Client {
  readonly origin: string;
  readonly address: string;
  readonly cookies = new Map<string, Cookie>();
  userAgent = "MiauflixTests/1.0";
  token: string | undefined;
  refreshToken: string | undefined;
  session: string | undefined;
  /** The signed-in person, as sign-in told it. */
  user: Json;
  readonly ca: string | undefined;
  /** The path under which Miauflix lives; put before what is asked for. */
  base = "/";
  readonly #agent: Agent;

  /** For https with the authority that it trusts. */
  constructor(origin: string, address: string = freshAddress(), ca?: string) {
    this.origin = origin;
    this.address = address;
    this.ca = ca;
    const many = { keepAlive: true, maxSockets: 64 };
    this.#agent = ca === undefined ? new Agent(many) : new TlsAgent({ ...many, ca });
  }

  /** The same person on the same machine with copies of the cookies. */
  twin(): Client {
    const other = new Client(this.origin, this.address, this.ca);
    for (const [name, cookie] of this.cookies) other.cookies.set(name, cookie);
    Object.assign(other, {
      base: this.base,
      token: this.token,
      refreshToken: this.refreshToken,
      session: this.session,
      user: this.user,
      userAgent: this.userAgent,
    });
    return other;
  }

  close(): void {
    this.#agent.destroy();
  }

  get(target: string, ask: Ask = {}): Promise<Reply> {
    return this.ask("GET", target, ask);
  }
  head(target: string, ask: Ask = {}): Promise<Reply> {
    return this.ask("HEAD", target, ask);
  }
  post(target: string, json?: unknown, ask: Ask = {}): Promise<Reply> {
    return this.ask("POST", target, json === undefined ? ask : { ...ask, json });
  }
  put(target: string, json: unknown, ask: Ask = {}): Promise<Reply> {
    return this.ask("PUT", target, { ...ask, json });
  }
  patch(target: string, json: unknown, ask: Ask = {}): Promise<Reply> {
    return this.ask("PATCH", target, { ...ask, json });
  }
  delete(target: string, ask: Ask = {}): Promise<Reply> {
    return this.ask("DELETE", target, ask);
  }

  /** GET that must succeed; gives the parsed body. */
  async read(target: string, ask: Ask = {}): Promise<Json> {
    const reply = await this.get(target, ask);
    if (reply.status !== 200) throw new Error(`GET ${target}: ${reply.status} ${reply.text}`);
    return reply.json;
  }

  /** POST that must succeed; gives the parsed body. */
  async send(target: string, json?: unknown, ask: Ask = {}): Promise<Json> {
    const reply = await this.post(target, json, ask);
    if (reply.status >= 300) throw new Error(`POST ${target}: ${reply.status} ${reply.text}`);
    return reply.body.length > 0 ? reply.json : undefined;
  }

  async signIn(
    email: string,
    password: string,
    tokens: "body" | "cookies" = "body",
  ): Promise<this> {
    const answer = await this.send("/api/auth/login", { email, password, tokens });
    this.user = answer.user;
    if (tokens === "body") {
      this.token = answer.accessToken;
      this.refreshToken = answer.refreshToken;
    } else this.session = answer.session;
    return this;
  }

  /** A target below the base path, unless it is there already. */
  at(target: string): string {
    return target.startsWith(this.base) ? target : this.base + target.slice(1);
  }

  /** Cookies that a browser would send to a path. */
  cookieHeader(target: string): string {
    const pathname = this.at(target);
    return [...this.cookies]
      .filter(([, cookie]) => pathname.startsWith(cookie.path))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join("; ");
  }

  #headers(method: string, target: string, ask: Ask): Record<string, string | string[] | number> {
    const own: Record<string, string> = { "user-agent": this.userAgent };
    if (!ask.isBare) {
      const cookies = this.cookieHeader(target.split("?")[0] as string);
      if (cookies) own.cookie = cookies;
      if (this.session) own["x-session-id"] = this.session;
      if (this.token) own.authorization = `Bearer ${this.token}`;
      if (cookies && !["GET", "HEAD"].includes(method)) {
        own.origin = this.origin;
        own["sec-fetch-site"] = "same-origin";
      }
    }
    if (ask.json !== undefined) own["content-type"] = "application/json";
    return { ...own, ...ask.headers };
  }

  #keep(headers: IncomingHttpHeaders): void {
    for (const line of headers["set-cookie"] ?? []) {
      const { name, cookie } = parseCookie(line);
      const age = cookie.attributes["max-age"];
      if (age !== undefined && Number(age) <= 0) this.cookies.delete(name);
      else this.cookies.set(name, cookie);
    }
  }

  ask(method: string, target: string, ask: Ask = {}): Promise<Reply> {
    const body = ask.json === undefined ? ask.body : JSON.stringify(ask.json);
    const headers = this.#headers(method, target, ask);
    if (body !== undefined) headers["content-length"] = Buffer.byteLength(body);
    else if (!["GET", "HEAD"].includes(method)) headers["content-length"] = 0;
    const url = new URL(this.origin);
    return new Promise((done, fail) => {
      const req = (this.ca === undefined ? httpRequest : tlsRequest)(
        {
          host: url.hostname,
          port: url.port,
          localAddress: this.address,
          agent: this.#agent,
          method,
          path: this.at(target),
          headers,
          timeout: ask.timeoutMs ?? hangMs,
          ...(ask.signal ? { signal: ask.signal } : {}),
        },
        (res) => {
          const parts: Buffer[] = [];
          let length = 0;
          const finish = () => {
            const reply = toReply(res.statusCode ?? 0, res.headers, res.rawHeaders, parts);
            reply.isComplete = res.complete;
            this.#keep(res.headers);
            const below = this.at(target).slice(this.base.length - 1);
            const isOurs = /^\/(api\/|health$|health\?)/.test(below);
            if (isOurs && !ask.isUnjudged && res.complete) {
              const { status, headers: got, body: bytes } = reply;
              const wrong = judge({ method, target: below, status, headers: got, body: bytes });
              if (wrong.length > 0) {
                fail(
                  new Error(
                    `${method} ${target} answered ${reply.status} against the contract:\n  ` +
                      `${wrong.join("\n  ")}\n  ${reply.text.slice(0, 600)}`,
                  ),
                );
                return;
              }
            }
            done(reply);
          };
          res.on("data", (part: Buffer) => {
            parts.push(part);
            length += part.length;
            if (ask.cutAfter !== undefined && length >= ask.cutAfter) res.destroy();
          });
          res.on("close", finish);
          res.on("error", () => undefined);
        },
      );
      req.on("timeout", () => req.destroy(new Error(`${method} ${target}: no answer in time`)));
      req.on("error", (e: NodeJS.ErrnoException) => {
        // A server may close a kept connection at any time (RFC 9112 §9.5);
        // clients ask anew then.
        const isUnread = e.code === "ECONNRESET" && req.reusedSocket;
        if (isUnread && !ask.signal?.aborted) done(this.ask(method, target, ask));
        else fail(e);
      });
      req.end(body);
    });
  }
}

function toReply(
  status: number,
  headers: IncomingHttpHeaders,
  rawHeaders: string[],
  parts: Buffer[],
): Reply {
  const body = Buffer.concat(parts);
  return {
    status,
    headers,
    rawHeaders,
    body,
    isComplete: true,
    get text() {
      return body.toString("utf8");
    },
    get json() {
      return JSON.parse(body.toString("utf8"));
    },
  };
}

export function parseCookie(line: string): { name: string; cookie: Cookie } {
  const [pair, ...rest] = line.split(";").map((part) => part.trim());
  const at = (pair as string).indexOf("=");
  const attributes: Record<string, string | true> = {};
  for (const part of rest) {
    const [key, value] = part.split("=") as [string, string | undefined];
    attributes[key.toLowerCase()] = value ?? true;
  }
  return {
    name: (pair as string).slice(0, at),
    cookie: {
      value: (pair as string).slice(at + 1),
      path: typeof attributes.path === "string" ? attributes.path : "/",
      attributes,
    },
  };
}
