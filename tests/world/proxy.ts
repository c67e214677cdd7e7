// nginx as a reverse proxy with https, as docs/operating.md describes it: what
// it is told about Miauflix is taken from there.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Client } from "./client.ts";
import { root, until } from "./place.ts";
import { doesAnswer } from "./port.ts";
import type { World } from "./world.ts";

export interface Proxy {
  origin: string;
  /** Somebody who comes by it. */
  visitor(address?: string): Client;
  stop(): Promise<void>;
}

/** The documented lines, for this world; it speaks to it from `address`. */
function location(world: World, address: string): string {
  const text = readFileSync(path.join(root, "docs/operating.md"), "utf8");
  const found = /^ {4}(location \/films\/ \{\n[^}]+\n {4}\})$/m.exec(text)?.[1];
  if (!found) throw new Error("docs/operating.md describes no proxy");
  const lines = found.replace("127.0.0.1:8080", `127.0.0.1:${world.port}`);
  return lines.replace("{\n", `{\nproxy_bind ${address};\n`);
}

function certify(folder: string): string {
  const file = path.join(folder, "proxy.pem");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-keyout", path.join(folder, "proxy.key"), "-out", file, "-subj", "/CN=home.example.org"],
      ...["-addext", "subjectAltName=DNS:home.example.org,DNS:evil.example,IP:127.0.0.1"],
    ],
    { stdio: "pipe" },
  );
  return readFileSync(file, "utf8");
}

/** In front of the world until it is stopped. */
export async function startProxy(world: World, port: number, address: string): Promise<Proxy> {
  const folder = mkdtempSync("/tmp/miau-p-");
  const ca = certify(folder);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/temp;`)
    .join("\n");
  const conf = path.join(folder, "proxy.conf");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(
    conf,
    `daemon off; ${user} pid ${folder}/pid; worker_processes 1;
    events { worker_connections 256; }
    http { access_log off; ${temp}
      server { listen 127.0.0.1:${port} ssl;
        ssl_certificate proxy.pem; ssl_certificate_key proxy.key;
        ${location(world, address)}
      } }\n`,
  );
  const words = ["--pdeathsig", "INT", "nginx", "-e", "stderr", "-c", conf];
  const child = spawn("setpriv", words, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  const clients: Client[] = [];
  const stop = async () => {
    for (const client of clients) client.close();
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  };
  await until("the proxy to listen", () => {
    if (child.exitCode !== null) throw new Error(`the proxy ended with ${child.exitCode}`);
    return doesAnswer(port);
  });
  const origin = `https://127.0.0.1:${port}`;
  const visitor = (from?: string) => {
    const client = new Client(origin, from, ca);
    client.base = world.base;
    clients.push(client);
    return client;
  };
  return { origin, visitor, stop };
}
