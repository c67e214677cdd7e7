// Handlers come and go: they leave after a number of requests, are killed at
// random, and no visitor notices. And nobody outside loopback is contacted.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movies, showFilms } from "../world/films.ts";
import { hangMs, many, sleep, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_HANDLER_REQUESTS: "20" } });
await showFilms(world, { isShort: true });
const movie = await world.movieId(movies.front);

function randomHandler(): number | undefined {
  const running = world
    .processes()
    .filter((p) => p.program.endsWith(".fcgi") && !/^(stream|events)\./.test(p.program));
  return running[Math.floor(Math.random() * running.length)]?.pid;
}

describe("handlers that leave and are killed", () => {
  test("give no 503 and lose no answer", async () => {
    const [count, deaths] = [many(2000, 20_000), 20];
    const targets = [
      "/api/health",
      `/api/movies/${movie}`,
      "/api/lists",
      "/api/me",
      "/api/catalog",
    ];
    const statuses = new Map<string, number>();
    let asked = 0;
    let isOver = false;
    let kills = 0;
    const killer = (async () => {
      // What dies again and again is started with pauses; twenty are few enough.
      while (!isOver && kills < deaths) {
        await sleep(100);
        const pid = randomHandler();
        if (pid === undefined) continue;
        try {
          process.kill(pid, "SIGKILL");
          kills += 1;
        } catch {
          // It left by itself in this moment.
        }
      }
    })();
    const worker = async (n: number) => {
      const client = world.admin.twin();
      while (asked < count || kills < deaths) {
        asked += 1;
        const target = targets[asked % targets.length] as string;
        let key: string;
        try {
          const reply = await client.get(target, { isUnjudged: true, timeoutMs: hangMs });
          // Apache says 503 of a request that was lost with its handler.
          const isOurs = String(reply.headers["content-type"]).startsWith("application/json");
          key = reply.status === 503 && !isOurs ? "502" : String(reply.status);
        } catch (e) {
          key = `${n}: ${(e as Error).message}`;
        }
        statuses.set(key, (statuses.get(key) ?? 0) + 1);
      }
      client.close();
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(worker));
    isOver = true;
    await killer;
    const seen = Object.fromEntries(statuses);
    assert.equal(seen["503"] ?? 0, 0, JSON.stringify(seen));
    // A request that a killed handler had already taken is lost with it; the
    // web server says 500 or 502 and nothing else. One per kill at most.
    const lost = (seen["500"] ?? 0) + (seen["502"] ?? 0);
    assert.ok(lost <= kills * 4, JSON.stringify(seen));
    assert.equal((seen["200"] ?? 0) + lost, asked, JSON.stringify(seen));
  });

  test("without kills every single request is answered", async () => {
    const clients = Array.from({ length: 6 }, () => world.admin.twin());
    const count = many(1000, 10_000);
    const before = new Set(world.processes("movies.fcgi").map((p) => p.pid));
    await Promise.all(
      clients.map(async (client) => {
        for (let i = 0; i < count / clients.length; i++) {
          assert.equal((await client.get(`/api/movies/${movie}`)).status, 200);
        }
        client.close();
      }),
    );
    await until("others to serve", () =>
      world.processes("movies.fcgi").every((p) => !before.has(p.pid)),
    );
  });
});

describe("the network", () => {
  // Sockets of the world's processes, by inode, among the kernel's lists.
  function peers(): string[] {
    const wanted = new Set<string>();
    for (const { pid } of world.processes()) {
      for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
        const file = `/proc/${pid}/net/${table}`;
        if (existsSync(file)) wanted.add(file);
      }
    }
    const all: string[] = [];
    for (const file of wanted) all.push(...readFileSync(file, "latin1").split("\n").slice(1));
    return all;
  }

  test("what listens does so on loopback only", () => {
    const hex = world.port.toString(16).toUpperCase().padStart(4, "0");
    const lines = peers().filter((l) => l.split(/\s+/)[2]?.endsWith(`:${hex}`) && / 0A /.test(l));
    assert.ok(lines.length > 0);
    for (const line of lines) {
      const local = line.trim().split(/\s+/)[1] as string;
      assert.match(local, /^(0100007F|00000000000000000000000001000000):/);
    }
  });

  test("a whole life contacts nothing outside", async () => {
    const trace = path.join(world.hold, "connect.trace");
    const { makeWorld } = await import("../world/world.ts");
    const other = await makeWorld({ isStopped: true });
    const up = spawn(
      "strace",
      [
        "-f",
        "-qq",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        trace,
        `${process.cwd()}/build/bin/miauctl`,
        "up",
      ],
      { env: other.env, stdio: "ignore", cwd: other.hold },
    );
    try {
      await until("it to start under strace", () => {
        assert.equal(up.exitCode, null, "strace runs");
        return other.isReady();
      });
      await other.setUp();
      await showFilms(other, { isShort: true });
      await other.admin.get("/api/status");
    } finally {
      const ended = new Promise((done) => up.once("exit", done));
      if (up.exitCode === null) {
        process.kill(other.process("miauctl").pid, "SIGINT");
        await ended;
      }
      await other.tearDown();
    }
    const calls = readFileSync(trace, "latin1").split("\n");
    assert.ok(
      calls.some((line) => line.includes("AF_UNIX")),
      "the trace saw something",
    );
    // Apache's library looks whether there is IPv4 and IPv6 by naming nobody.
    const nobody = /port=htons\(0\).+("::"|"0\.0\.0\.0")/;
    const outside = calls.filter(
      (line) =>
        /sa_family=AF_INET6?/.test(line) &&
        !/inet_addr\("127\.|"::1"|"::ffff:127\./.test(line) &&
        !nobody.test(line),
    );
    assert.deepEqual(outside, []);
  });
});
