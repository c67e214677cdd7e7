// One Miauflix in folders of its own: started and stopped by `miauctl up` as an
// operator would, with its log, its processes and its terminal.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "./client.ts";
import { hangMs, miauctl, until } from "./place.ts";
import { doesAnswer } from "./port.ts";
import { type Process, processesOf } from "./processes.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

export interface Options {
  /** Further variables, such as MIAU_HANDLER_REQUESTS. */
  env?: Record<string, string>;
  /** The state folder; a fresh one below /tmp otherwise. */
  state?: string;
  /** The test starts `miauctl up` itself. */
  isStopped?: boolean;
  /** Served by https on this port; http leads there. */
  tlsPort?: number;
  /** The path under which it lives, such as "/films/". */
  base?: string;
  /** Files that may be open unless one asks for more; 1024, as is usual. */
  files?: number;
  /** Even as root it may read only what the modes of files let it read. */
  obeysModes?: boolean;
}

/** The program of each web server. */
const fronts: Record<string, string> = { lighttpd: "lighttpd", nginx: "nginx", apache: "apache2" };

/** For setpriv: without the capabilities that stand above the modes of files. */
export const modesHold = ["--bounding-set", "-dac_override,-dac_read_search"];

export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

export class Installation {
  readonly state: string;
  readonly films: string;
  readonly port: number;
  readonly origin: string;
  /** Over http, where https is served too. */
  readonly plain: string;
  readonly base: string;
  readonly env: Record<string, string>;
  readonly logFile: string;
  readonly hold: string;
  readonly #clients: Client[] = [];
  readonly #files: number;
  readonly #rights: string[];
  readonly #tlsPort: number | undefined;
  #up: ChildProcess | undefined;

  constructor(hold: string, port: number, options: Options) {
    this.hold = hold;
    this.port = port;
    this.base = options.base ?? "/";
    this.#files = options.files ?? 1024;
    this.state = options.state ?? path.join(hold, "state");
    this.films = path.join(hold, "films");
    this.logFile = path.join(hold, "up.log");
    this.#rights = options.obeysModes && process.getuid?.() === 0 ? modesHold : [];
    this.plain = `http://127.0.0.1:${port}`;
    this.origin = options.tlsPort ? `https://127.0.0.1:${options.tlsPort}` : this.plain;
    this.#tlsPort = options.tlsPort;
    mkdirSync(this.films, { recursive: true });
    mkdirSync(path.join(hold, "home"));
    this.env = {
      PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: path.join(hold, "home"),
      LANG: "C.UTF-8",
      TMPDIR: hold,
      MIAU_STATE_DIR: this.state,
      MIAU_PORT: String(port),
      MIAU_BIND: "127.0.0.1",
      // The whole suite runs behind any of them.
      MIAU_WEBSERVER: process.env.MIAU_TEST_WEBSERVER || "lighttpd",
      // No test, however slow the machine, outlives its sign-in.
      MIAU_AUTH_ACCESS_TTL: "3600",
      // Nor is it signed out because the file signs in often.
      MIAU_AUTH_MAX_SESSIONS: "1000",
      // Made for every film, they would keep a processor from the tests.
      MIAU_THUMBNAILS_ENABLED: "false",
      // Peers are met on loopback alone, over TCP.
      MIAU_NET_LISTEN: "127.0.0.1:0",
      MIAU_NET_DHT: "false",
      MIAU_NET_LSD: "false",
      MIAU_NET_UPNP: "false",
      MIAU_NET_UTP: "false",
      ...(options.tlsPort ? { MIAU_TLS_PORT: String(options.tlsPort) } : {}),
      ...(options.base ? { MIAU_BASE_PATH: options.base } : {}),
      ...options.env,
    };
  }

  /** The certificate of the authority that vouches for it. */
  get authority(): string {
    return readFileSync(path.join(this.state, "trust/miauflix.crt"), "utf8");
  }

  /** Starts `miauctl up` and waits until everything answers. */
  async start(more: Record<string, string> = {}): Promise<void> {
    if (this.#tlsPort && !existsSync(path.join(this.state, "tls"))) {
      const made = this.ctl("tls", "init");
      if (made.code !== 0) throw new Error(`miauctl tls init: ${made.stderr}`);
    }
    this.launch(more);
    await this.ready();
  }

  /** Waits until everything answers. */
  async ready(): Promise<void> {
    await until("Miauflix to be ready", () => this.isReady(), {
      every: 20,
      why: () => this.log().slice(-3000),
    });
  }

  /** Starts `miauctl up` and does not wait. */
  launch(more: Record<string, string> = {}): ChildProcess {
    const log = openSync(this.logFile, "a");
    // Should the test itself be killed, its world ends as if by Ctrl-C.
    const words = ["prlimit", `--nofile=${this.#files}:`, miauctl, "up"];
    const up = spawn("setpriv", ["--pdeathsig", "INT", ...this.#rights, ...words], {
      env: { ...this.env, ...more },
      cwd: this.hold,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#up = up;
    return up;
  }

  /** Everything answers. Throws when `miauctl up` has ended. */
  async isReady(): Promise<boolean> {
    if (this.#up?.exitCode !== null && this.#up !== undefined) {
      throw new Error(`miauctl up ended with ${this.#up.exitCode}:\n${this.log().slice(-4000)}`);
    }
    const visitor = this.visitor();
    try {
      return (
        (await visitor.get("/api/ready", { isUnjudged: true, timeoutMs: 30_000 })).status === 200
      );
    } catch {
      return false;
    } finally {
      visitor.close();
    }
  }

  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, "utf8") : "";
  }

  /** Runs miauctl on this world. */
  ctl(...args: string[]): Output {
    return this.ctlWith({}, ...args);
  }

  ctlWith(options: { input?: string; env?: Record<string, string> }, ...args: string[]): Output {
    const done = spawnSync(miauctl, args, {
      env: { ...this.env, ...options.env },
      cwd: this.hold,
      encoding: "utf8",
      timeout: hangMs,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    return { code: done.status ?? -1, stdout: done.stdout, stderr: done.stderr };
  }

  /** miauctl … --json that must succeed. */
  ctlJson(...args: string[]): Json {
    const out = this.ctl(...args, "--json");
    if (out.code !== 0) throw new Error(`miauctl ${args.join(" ")}: ${out.code} ${out.stderr}`);
    return JSON.parse(out.stdout);
  }

  /** Runs a task now, unless it runs already. */
  runTask(name: string): void {
    const { code, stderr } = this.ctl("tasks", "run", name);
    if (code !== 0 && !stderr.includes("running already"))
      throw new Error(`miauctl tasks run ${name}: ${code} ${stderr}`);
  }

  /** The event of the audit log that was written last; the sessions that ended with
   * what was done stand behind it, and do not count. */
  lastEvent(): string {
    const ends = "event = 'session.ended'";
    return this.sql(`SELECT event FROM audit_log WHERE NOT ${ends} ORDER BY id DESC LIMIT 1`);
  }

  /** Reads the database with the sqlite3 program, beside everything running. */
  sql(statement: string): string {
    const file = path.join(this.state, "miauflix.db");
    const done = spawnSync("sqlite3", ["-cmd", ".timeout 60000", file, statement], {
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
    return done.stdout.trim();
  }

  /** Somebody with an address of their own who is not signed in. */
  visitor(address?: string): Client {
    const client = new Client(this.origin, address, this.#tlsPort ? this.authority : undefined);
    client.base = this.base;
    this.#clients.push(client);
    return client;
  }

  processes(program?: string): Process[] {
    const all = processesOf(this.state);
    return program === undefined ? all : all.filter((p) => p.program === program);
  }

  /** The web server's program. */
  get front(): string {
    return fronts[this.env.MIAU_WEBSERVER as string] as string;
  }

  /** Does something while the web server stands still. */
  async whileFrontStands<T>(run: () => T | Promise<T>): Promise<T> {
    const all = this.processes(this.front);
    if (all.length === 0) throw new Error(`${this.front} does not run`);
    for (const { pid } of all) process.kill(pid, "SIGSTOP");
    try {
      return await run();
    } finally {
      for (const { pid } of all) process.kill(pid, "SIGCONT");
    }
  }

  /** The process that must be there. */
  process(program: string): Process {
    const [found] = this.processes(program);
    if (!found) throw new Error(`${program} does not run`);
    return found;
  }

  /** Ends `miauctl up` as Ctrl-C does and waits for its end. */
  async stop(): Promise<number | null> {
    const up = this.#up;
    this.#up = undefined;
    for (const client of this.#clients) client.close();
    if (up === undefined) return null;
    if (up.exitCode === null && up.signalCode === null) {
      const ended = new Promise((done) => up.once("exit", done));
      up.kill("SIGINT");
      const slow = setTimeout(() => up.kill("SIGKILL"), hangMs);
      await ended;
      clearTimeout(slow);
    }
    return up.exitCode;
  }

  /** What has not gone although it should have; empty when all is clean. */
  async leftovers(): Promise<string[]> {
    const deadline = performance.now() + hangMs;
    let left = this.processes();
    while (left.length > 0 && performance.now() < deadline) {
      await new Promise((done) => setTimeout(done, 50));
      left = this.processes();
    }
    const found = left.map((p) => `process ${p.pid} ${p.command}`);
    if (await doesAnswer(this.port)) found.push(`port ${this.port} still answers`);
    const run = path.join(this.state, "run");
    const sockets = existsSync(run)
      ? readdirSync(run, { recursive: true }).filter((name) => String(name).endsWith(".sock"))
      : [];
    return [...found, ...sockets.map((name) => `socket ${name}`)];
  }
}
