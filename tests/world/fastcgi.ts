// The FastCGI protocol from both sides: a request as a web server makes it, to see
// what web servers see; and a handler that answers what a test tells it to.
import { chmodSync, renameSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import type { World } from "./world.ts";

const beginRequest = 1;
const endRequest = 3;
const parameters = 4;
const input = 5;
const output = 6;
const headSize = 8;

export interface FastCgiReply {
  /** Head and body. */
  out: Buffer;
  /** The handler said that this is all. */
  hasEnded: boolean;
}

function record(type: number, content: Buffer): Buffer {
  const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt16BE(content.length, 4);
  return Buffer.concat([head, content]);
}

function encode(values: Record<string, string>): Buffer {
  const parts = Object.entries(values).map(([name, value]) => {
    const lengths = Buffer.alloc(8);
    // The high bit tells that a length has four bytes.
    lengths.writeUInt32BE((0x80000000 + name.length) >>> 0, 0);
    lengths.writeUInt32BE((0x80000000 + value.length) >>> 0, 4);
    return Buffer.concat([lengths, Buffer.from(name + value, "latin1")]);
  });
  return Buffer.concat(parts);
}

function parse(bytes: Buffer): FastCgiReply {
  const out: Buffer[] = [];
  let hasEnded = false;
  for (let at = 0; at + headSize <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 4);
    const content = bytes.subarray(at + headSize, at + headSize + length);
    if (bytes[at + 1] === output) out.push(content);
    if (bytes[at + 1] === endRequest) hasEnded = true;
    at += headSize + length + (bytes[at + 6] ?? 0);
  }
  return { out: Buffer.concat(out), hasEnded };
}

/** A whole request of a GET. */
export function encodeRequest(world: World, target: string): Buffer {
  const [, , name, ...rest] = target.split("/") as [string, string, string];
  const values = {
    GATEWAY_INTERFACE: "CGI/1.1",
    SERVER_PROTOCOL: "HTTP/1.1",
    SERVER_NAME: "127.0.0.1",
    SERVER_PORT: String(world.port),
    REQUEST_METHOD: "GET",
    SCRIPT_NAME: `/api/${name}`,
    PATH_INFO: `/${rest.join("/")}`,
    QUERY_STRING: "",
    REQUEST_URI: target,
    REMOTE_ADDR: "127.0.0.1",
    HTTP_HOST: `127.0.0.1:${world.port}`,
  };
  return Buffer.concat([
    record(beginRequest, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(parameters, encode(values)),
    record(parameters, Buffer.alloc(0)),
    record(input, Buffer.alloc(0)),
  ]);
}

/** Asks the handler of an address, or that behind a socket, and reads until it hangs
 * up. */
export function askFastCgi(world: World, target: string, at?: string): Promise<FastCgiReply> {
  const name = target.split("/")[2];
  return new Promise((done, fail) => {
    const parts: Buffer[] = [];
    const socket = connect(at ?? path.join(world.state, `run/cgi/${name}.sock`));
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.once("error", fail);
    socket.once("close", () => done(parse(Buffer.concat(parts))));
    socket.write(encodeRequest(world, target));
  });
}

/** The end of a request's body has come. */
function isWhole(bytes: Buffer): boolean {
  for (let at = 0; at + headSize <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 4);
    if (bytes[at + 1] === input && length === 0) return true;
    at += headSize + length + (bytes[at + 6] ?? 0);
  }
  return false;
}

/**
 * Stands at the socket of a handler while something is done: whatever the web
 * server asks is answered with what `answer` gives, head and body; with undefined
 * the connection breaks.
 */
export async function insteadOf(
  world: World,
  handler: string,
  answer: () => string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  const at = path.join(world.state, `run/cgi/${handler}.sock`);
  const server = createServer((socket) => {
    let asked = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (part: Buffer) => {
      asked = Buffer.concat([asked, part]);
      if (!isWhole(asked)) return;
      const text = answer();
      if (text === undefined) {
        socket.destroy();
        return;
      }
      const out = record(output, Buffer.from(text, "latin1"));
      const none = record(output, Buffer.alloc(0));
      socket.end(Buffer.concat([out, none, record(endRequest, Buffer.alloc(8))]));
    });
  });
  renameSync(at, `${at}.kept`);
  try {
    await new Promise<void>((done) => server.listen(at, done));
    chmodSync(at, 0o666);
    await run();
  } finally {
    await new Promise((done) => server.close(done));
    rmSync(at, { force: true });
    renameSync(`${at}.kept`, at);
  }
}
