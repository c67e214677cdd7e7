// A private world for one test file: an installation with people and films.
// When the file is done everything must have ended and nothing may be left; if
// a test failed, the log is printed.
import { mkdtempSync, rmSync } from "node:fs";
import { after, afterEach } from "node:test";
import type { Client } from "./client.ts";
import { whenDying } from "./dying.ts";
import { Installation, type Options } from "./installation.ts";
import { until } from "./place.ts";
import { freePort } from "./port.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

export interface WorldOptions extends Options {
  /** A person is made administrator and signed in (default). */
  hasAdmin?: boolean;
  /** Served by https; for all worlds with MIAU_TEST_TLS=1. */
  hasTls?: boolean;
}

export const password = "correct horse battery staple";

export class World extends Installation {
  /** The administrator's sign-in, once there is one. */
  admin!: Client;
  hasFailed = false;
  /** Told when nothing of it is left to be ended. */
  isOver: () => void = () => undefined;

  /** Makes the first administrator and signs in. */
  async setUp(email = "admin@example.org"): Promise<Client> {
    const first = this.visitor("127.0.0.1");
    await first.send("/api/auth/setup", { email, password, displayName: "Ada Admin" });
    this.admin = await this.visitor().signIn(email, password);
    return this.admin;
  }

  /** Adds a person from the terminal. */
  addPerson(email: string, role: "user" | "admin" = "user"): void {
    const args = [
      "user",
      "add",
      email,
      "--password-file",
      "-",
      ...(role === "admin" ? ["--admin"] : []),
    ];
    const out = this.ctlWith({ input: `${password}\n` }, ...args);
    if (out.code !== 0) throw new Error(`miauctl user add: ${out.code} ${out.stdout}${out.stderr}`);
  }

  async person(email: string, role: "user" | "admin" = "user"): Promise<Client> {
    this.addPerson(email, role);
    return this.visitor().signIn(email, password);
  }

  /** Watches a folder and waits until its scan has ended. */
  async addFolder(folder: string): Promise<Json> {
    const added = await this.admin.send("/api/library/folders", { path: folder });
    await this.scanned();
    // The web server has read its new configuration.
    await until("the web server to know the folder", async () => {
      const { folders } = await this.admin.read("/api/library/folders");
      return folders.find((f: Json) => f.id === added.id)?.direct;
    });
    return added;
  }

  /** Asks for a scan and waits for its end. */
  async rescan(): Promise<void> {
    await this.admin.send("/api/library/scan");
    await this.scanned();
  }

  /** Waits until no scan runs and no file waits, twice in a row. */
  async scanned(): Promise<void> {
    let calm = 0;
    await until(
      "the scan to end",
      async () => {
        const waiting = await this.admin.read("/api/library/files?state=pending&pageSize=1");
        const { scan, folders } = await this.admin.read("/api/library/folders");
        const isNew = (f: Json) => f.state === "ok" && f.scannedAt === null;
        const isCalm = waiting.total === 0 && scan.state === "idle" && !folders.some(isNew);
        calm = isCalm ? calm + 1 : 0;
        return calm > 1;
      },
      { every: 60, why: () => this.log().slice(-2000) },
    );
  }

  /** Waits until every film and episode that plays has its picture. */
  async pictured(): Promise<void> {
    await until(
      "pictures to be drawn",
      async () => {
        const { results } = await this.admin.read("/api/lists/recently-added?pageSize=100");
        if (results.some((t: Json) => t.playable && t.poster === null)) return false;
        const shows = results.filter((t: Json) => t._type === "tvshow");
        for (const { id } of shows) {
          const { seasons } = await this.admin.read(`/api/shows/${id}`);
          const all: Json[] = seasons.flatMap((s: Json) => s.episodes);
          if (all.some((e) => e.playable && e.still === null)) return false;
        }
        return true;
      },
      { every: 100 },
    );
  }

  /** The public number of a movie by its title. */
  async movieId(title: string): Promise<number> {
    const { results } = await this.admin.read("/api/movies?pageSize=100");
    const found = results.find((m: Json) => m.title === title);
    if (!found) throw new Error(`no movie ${title} among ${results.map((m: Json) => m.title)}`);
    return found.id;
  }

  async showId(name: string): Promise<number> {
    const { results } = await this.admin.read("/api/shows?pageSize=100");
    const found = results.find((s: Json) => s.name === name);
    if (!found) throw new Error(`no show ${name} among ${results.map((s: Json) => s.name)}`);
    return found.id;
  }

  /** Kills what runs still, the supervisor first: it would start others again. */
  killRest(): void {
    const left = this.processes();
    left.sort((a, b) => Number(b.program === "miauctl") - Number(a.program === "miauctl"));
    for (const { pid } of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** The end of a world: stop, look for leftovers, remove the folder. */
  async tearDown(): Promise<void> {
    const code = await this.stop();
    const left = await this.leftovers();
    this.killRest();
    if (this.hasFailed || left.length > 0 || process.env.MIAU_TEST_LOG === "1") {
      // Requests that went well are rarely the reason.
      const lines = this.log().split("\n");
      const told = lines.filter((l) => !/"event":"request".*"status":[234]/.test(l)).slice(-60);
      process.stderr.write(`--- log of ${this.state}\n${told.join("\n")}\n---\n`);
    }
    if (process.env.MIAU_TEST_KEEP === "1") process.stderr.write(`kept: ${this.hold}\n`);
    else rmSync(this.hold, { recursive: true, force: true, maxRetries: 20 });
    this.isOver();
    if (left.length > 0) throw new Error(`left behind after the end: ${left.join("; ")}`);
    if (code !== null && code !== 0) throw new Error(`miauctl up ended with ${code}`);
  }
}

/** A world that is not torn down by itself. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  if ((options.hasTls ?? process.env.MIAU_TEST_TLS === "1") && !options.tlsPort)
    return makeWorld({ ...options, tlsPort: await freePort() });
  const hold = mkdtempSync("/tmp/miau-t-");
  const world = new World(hold, await freePort(), options);
  world.isOver = whenDying(() => {
    world.killRest();
    if (process.env.MIAU_TEST_KEEP !== "1")
      rmSync(world.hold, { recursive: true, force: true, maxRetries: 20 });
  });
  if (options.isStopped) return world;
  try {
    await world.start();
    if (options.hasAdmin !== false) await world.setUp();
  } catch (e) {
    world.hasFailed = true;
    await world.tearDown().catch(() => undefined);
    throw e;
  }
  return world;
}

/** A world for this test file; torn down after its last test. */
export async function newWorld(options: WorldOptions = {}): Promise<World> {
  const world = await makeWorld(options);
  afterEach((t) => {
    if ("passed" in t && !t.passed) world.hasFailed = true;
  });
  after(() => world.tearDown());
  return world;
}
