// A miaud whose loop stands still is noticed: its signs to a service manager come
// from the loop, and stop with it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listenAsManager } from "../world/notify.ts";
import { build, sleep, until } from "../world/place.ts";
import { makeWorld } from "../world/world.ts";

const signMs = 100;

/** Keeps the first thread of a process, and no other, from going on; ends it. */
async function holdLoop(pid: number): Promise<() => Promise<void>> {
  const hour = 3600 * 1_000_000;
  const calls = "epoll_wait,epoll_pwait";
  const inject = `inject=${calls}:delay_enter=${hour}`;
  const args = ["-qq", "-e", `trace=${calls}`, "-e", inject, "-p", `${pid}`];
  const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "inherit"] });
  return async () => {
    const ended = new Promise((done) => strace.once("exit", done));
    strace.kill("SIGKILL");
    await ended;
  };
}

test("the loop stands still: no sign comes, until it goes on", async () => {
  const world = await makeWorld({ isStopped: true });
  const manager = await listenAsManager(world.hold);
  const signs = () => manager.told().split("WATCHDOG=1").length - 1;
  mkdirSync(world.state);
  const miaud = spawn(path.join(build, "bin/miaud"), {
    env: {
      ...world.env,
      NOTIFY_SOCKET: manager.socket,
      WATCHDOG_USEC: `${2 * signMs * 1000}`,
    },
    cwd: world.hold,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((done) => miaud.once("exit", done));
  try {
    await until("it to be ready", () => manager.told().includes("READY=1"));
    await until("its signs", () => signs() > 2);
    const release = await holdLoop(miaud.pid as number);
    try {
      await until("its signs to stop", async () => {
        const before = signs();
        await sleep(20 * signMs);
        return signs() === before;
      });
    } finally {
      await release();
    }
    const before = signs();
    await until("its signs to come again", () => signs() > before + 2);
    miaud.kill("SIGTERM");
    assert.equal(await ended, 0);
    assert.ok(manager.told().includes("STOPPING=1"));
  } finally {
    miaud.kill("SIGKILL");
    manager.child.kill("SIGKILL");
    await ended;
    await world.tearDown();
  }
});
