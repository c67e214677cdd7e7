// kill -9 of miaud, of handlers and of the web server while a film plays: the
// player goes on where it was, nothing needs a hand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movies, showFilms } from "../world/films.ts";
import { placeBig } from "../world/media.ts";
import { hangMs, sleep, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const file = path.join(world.films, "Wide River (2018).mp4");
await placeBig(file, 24 << 20);
await showFilms(world);
const bytes = readFileSync(file);

/** Plays as a player does: range after range, coming back after a break. */
async function playThrough(url: string, at: (position: number) => void): Promise<number> {
  const client = world.visitor();
  let position = 0;
  let breaks = 0;
  const deadline = performance.now() + hangMs;
  while (position < bytes.length) {
    assert.ok(performance.now() < deadline, `stuck at ${position} after ${breaks} breaks`);
    at(position);
    const to = Math.min(position + (1 << 20), bytes.length) - 1;
    try {
      const range = `bytes=${position}-${to}`;
      const reply = await client.get(url, { headers: { range }, timeoutMs: 60_000 });
      if (reply.status !== 206) throw new Error(`status ${reply.status}`);
      assert.ok(
        reply.body.equals(bytes.subarray(position, position + reply.body.length)),
        `wrong bytes at ${position}`,
      );
      position += reply.body.length;
    } catch (e) {
      if ((e as Error).name === "AssertionError") throw e;
      breaks += 1;
      await sleep(100);
    }
  }
  client.close();
  return breaks;
}

async function start(): Promise<string> {
  const id = await world.movieId("Wide River");
  return (await world.admin.send("/api/play/start", { titleId: `movie-${id}` })).url;
}

function killOnce(program: string, when: number) {
  let isDone = false;
  const at = (position: number): void => {
    if (isDone || position < when) return;
    // A handler may just have left by itself.
    const [found] = world.processes(program);
    if (!found) return;
    isDone = true;
    process.kill(found.pid, "SIGKILL");
  };
  return { at, isDone: () => isDone };
}

describe("killed during play", () => {
  for (const program of ["miaud", "stream.fcgi", world.front]) {
    test(`${program}: the film plays to its end`, async () => {
      const old = program === "stream.fcgi" ? undefined : world.process(program).pid;
      const kill = killOnce(program, 8 << 20);
      await playThrough(await start(), kill.at);
      assert.ok(kill.isDone(), `${program} was killed`);
      const now = await until(`${program} to be back`, () => {
        const [found] = world.processes(program);
        return found && found.pid !== old ? found.pid : undefined;
      });
      assert.notEqual(now, old);
    });
  }

  test("miaud: positions and scans work again, nothing was lost", async () => {
    const id = await world.movieId(movies.front);
    await world.admin.send("/api/play/heartbeat", {
      titleId: `movie-${id}`,
      position: 2,
      duration: 6,
    });
    process.kill(world.process("miaud").pid, "SIGKILL");
    // Handlers go on with what is in the database.
    const during = await world.admin.get(`/api/movies/${id}`);
    assert.equal(during.status, 200);
    assert.equal(during.json.progress.position, 2);
    const scan = await world.admin.post("/api/library/scan");
    assert.ok([202, 503].includes(scan.status), String(scan.status));
    await world.ready();
    await world.rescan();
    assert.equal((await world.admin.read(`/api/movies/${id}`)).progress.position, 2);
  });

  test("everything at once, ten times", async () => {
    for (let i = 0; i < 10; i++) {
      for (const { pid, program } of world.processes()) {
        if (program === "miauctl") continue;
        if (["miaud", world.front].includes(program) || program.endsWith(".fcgi")) {
          try {
            process.kill(pid, "SIGKILL");
          } catch {
            // It ended with its parent.
          }
        }
      }
      await sleep(150);
    }
    await world.ready();
    assert.equal(await playThrough(await start(), () => undefined), 0);
    const check = world.ctl("db", "check");
    assert.equal(check.code, 0, check.stderr);
  });

  test("the supervisor: its parts end with it, and the next start is as any other", async () => {
    process.kill(world.process("miauctl").pid, "SIGKILL");
    await until("the parts to end", () => world.processes().length === 0);
    await world.start();
    assert.equal(await playThrough(await start(), () => undefined), 0);
  });
});
