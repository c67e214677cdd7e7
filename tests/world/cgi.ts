// A handler started as plain CGI (RFC 3875), as from a shell.
import { spawn } from "node:child_process";
import path from "node:path";
import { handlers } from "./place.ts";
import type { World } from "./world.ts";

export interface CgiReply {
  status: number;
  headers: Map<string, string>;
  body: Buffer;
}

export interface CgiAsk {
  method?: string;
  token?: string | undefined;
  json?: unknown;
  /** Another state folder than the world's. */
  state?: string;
  headers?: Record<string, string>;
  /** The body is sent when this has come. */
  after?: Promise<void>;
}

function parse(out: Buffer): CgiReply {
  const at = out.indexOf("\r\n\r\n");
  if (at < 0) throw new Error(`no head: ${out.subarray(0, 300)}`);
  const headers = new Map<string, string>();
  for (const line of out.subarray(0, at).toString("latin1").split("\r\n")) {
    const [key, ...value] = line.split(": ");
    headers.set((key as string).toLowerCase(), value.join(": "));
  }
  const status = Number.parseInt(headers.get("status") ?? "200", 10);
  return { status, headers, body: out.subarray(at + 4) };
}

/** Runs the handler of an address in a process of its own. */
export function runCgi(world: World, target: string, ask: CgiAsk = {}): Promise<CgiReply> {
  const url = new URL(target, world.origin);
  const [, , name, ...rest] = url.pathname.split("/") as [string, string, string];
  const body = ask.json === undefined ? "" : JSON.stringify(ask.json);
  const child = spawn(path.join(handlers, `${name.replace(".json", "")}.fcgi`), {
    env: {
      ...world.env,
      MIAU_STATE_DIR: ask.state ?? world.state,
      GATEWAY_INTERFACE: "CGI/1.1",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_NAME: "127.0.0.1",
      SERVER_PORT: String(world.port),
      REQUEST_METHOD: ask.method ?? "GET",
      SCRIPT_NAME: `/api/${name}`,
      PATH_INFO: rest.length > 0 ? `/${rest.join("/")}` : "",
      QUERY_STRING: url.search.slice(1),
      REQUEST_URI: target,
      REMOTE_ADDR: "127.0.0.1",
      HTTP_HOST: `127.0.0.1:${world.port}`,
      ...(ask.token ? { HTTP_AUTHORIZATION: `Bearer ${ask.token}` } : {}),
      ...(body ? { CONTENT_TYPE: "application/json", CONTENT_LENGTH: String(body.length) } : {}),
      ...ask.headers,
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  if (ask.after) void ask.after.then(() => child.stdin.end(body));
  else child.stdin.end(body);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => {
      try {
        done(parse(Buffer.concat(parts)));
      } catch (e) {
        fail(e);
      }
    });
  });
}
