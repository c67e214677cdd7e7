// A BitTorrent tracker for one machine: tests and the sample world meet their
// peers through it, so that nothing has to look outside. HTTP, compact answers
// (BEP 3, BEP 23), scrape (BEP 48); peers are forgotten when they say so or have
// been silent for longer than a client may be that announces every five minutes,
// whatever it was told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const intervalS = 30;
const forgottenMs = 1_000_000;

interface Peer {
  address: string;
  port: number;
  isSeed: boolean;
  seenMs: number;
}

/** Announced peers by info-hash (hex), then by address and port. */
type Swarms = Map<string, Map<string, Peer>>;

export interface Tracker {
  /** Where to announce: "http://127.0.0.1:6969/announce". */
  url: string;
  port: number;
  /** Peers of an info-hash (hex) that are there now, "127.0.0.1:6881". */
  peers(hash: string): string[];
  /** Names a seeder that does not announce itself, for good. */
  add(hash: string, address: string, port: number): void;
  stop(): Promise<void>;
}

type Value = number | string | Buffer | { [key: string]: Value };

/** Bencoding (BEP 3); keys are sorted as bytes. */
function encode(value: Value): Buffer {
  if (typeof value === "number") return Buffer.from(`i${value}e`);
  if (typeof value === "string") return encode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  const keys = Object.keys(value).sort((a, b) =>
    Buffer.compare(Buffer.from(a, "latin1"), Buffer.from(b, "latin1")),
  );
  const members = keys.flatMap((key) => [
    encode(Buffer.from(key, "latin1")),
    encode(value[key] as Value),
  ]);
  return Buffer.concat([Buffer.from("d"), ...members, Buffer.from("e")]);
}

/** Query fields as bytes: info_hash is no text, which URLSearchParams expects. */
function fieldsOf(query: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    const [name = "", value = ""] = pair.split("=", 2);
    const bytes = value
      .replaceAll("+", " ")
      .replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    fields.set(name, [...(fields.get(name) ?? []), bytes]);
  }
  return fields;
}

const hexOf = (bytes: string) => Buffer.from(bytes, "latin1").toString("hex");

function alive(swarms: Swarms, hash: string): Map<string, Peer> {
  const swarm = swarms.get(hash) ?? new Map<string, Peer>();
  for (const [key, peer] of swarm) if (Date.now() - peer.seenMs > forgottenMs) swarm.delete(key);
  swarms.set(hash, swarm);
  return swarm;
}

/** Six bytes for each: IPv4 address and port. */
function compact(peers: Peer[]): Buffer {
  return Buffer.concat(
    peers.map((peer) => {
      const bytes = Buffer.alloc(6);
      peer.address.split(".").forEach((part, i) => {
        bytes.writeUInt8(Number(part), i);
      });
      bytes.writeUInt16BE(peer.port, 4);
      return bytes;
    }),
  );
}

const counts = (swarm: Map<string, Peer>) => {
  const seeds = [...swarm.values()].filter((peer) => peer.isSeed).length;
  return { complete: seeds, incomplete: swarm.size - seeds };
};

function announce(swarms: Swarms, fields: Map<string, string[]>, address: string): Value {
  const hash = hexOf(fields.get("info_hash")?.[0] ?? "");
  const port = Number(fields.get("port")?.[0]);
  if (hash.length !== 40 || !Number.isInteger(port) || port < 1 || port > 65535)
    return { "failure reason": "info_hash or port is missing" };
  const swarm = alive(swarms, hash);
  const key = `${address}:${port}`;
  if (fields.get("event")?.[0] === "stopped") swarm.delete(key);
  else
    swarm.set(key, {
      address,
      port,
      isSeed: fields.get("left")?.[0] === "0",
      seenMs: Date.now(),
    });
  const wanted = Math.min(Number(fields.get("numwant")?.[0] ?? 50), 200);
  const others = [...swarm].filter(([other]) => other !== key).map(([, peer]) => peer);
  return {
    interval: intervalS,
    "min interval": 1,
    ...counts(swarm),
    peers: compact(others.slice(0, wanted)),
  };
}

function scrape(swarms: Swarms, fields: Map<string, string[]>): Value {
  const files: { [key: string]: Value } = {};
  for (const hash of fields.get("info_hash") ?? [])
    files[hash] = { ...counts(alive(swarms, hexOf(hash))), downloaded: 0 };
  return { files };
}

function answer(swarms: Swarms, request: IncomingMessage, response: ServerResponse): void {
  const [path, query = ""] = (request.url ?? "").split("?", 2);
  const address = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const fields = fieldsOf(query);
  const body =
    path === "/announce"
      ? announce(swarms, fields, address)
      : path === "/scrape"
        ? scrape(swarms, fields)
        : undefined;
  response.writeHead(body === undefined ? 404 : 200, { "Content-Type": "text/plain" });
  response.end(body === undefined ? "" : encode(body));
}

/** Listens on 127.0.0.1; port 0: any that is free. */
export async function startTracker(port = 0): Promise<Tracker> {
  const swarms: Swarms = new Map();
  const server: Server = createServer((request, response) => answer(swarms, request, response));
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  const at = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${at}/announce`,
    port: at,
    peers: (hash) => [...alive(swarms, hash).keys()],
    add: (hash, address, port) =>
      void alive(swarms, hash).set(`${address}:${port}`, {
        address,
        port,
        isSeed: true,
        seenMs: Number.POSITIVE_INFINITY,
      }),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] === import.meta.filename) {
  const tracker = await startTracker(Number(process.argv[2] ?? 0));
  process.stdout.write(`${tracker.url}\n`);
}
