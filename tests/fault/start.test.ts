// Starting and ending as a person at a terminal does: `make demo` twice, on a
// taken port, with a wrong setting; a terminal that is closed; a state folder
// that belongs to something else. Each refusal is one sentence before anything
// was touched, and nothing is left running.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { after, describe, test } from "node:test";
import { clip } from "../world/media.ts";
import { miauctl, root, until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { isAlive, type Process, processesOf } from "../world/processes.ts";
import { makeWorld, password, type World } from "../world/world.ts";

const email = "demo@example.org";

/** The demo's films take minutes to draw: an ffmpeg that draws all alike. */
async function layPencil(world: World): Promise<Record<string, string>> {
  const folder = path.join(world.hold, "pencil");
  mkdirSync(folder);
  const script = `#!/bin/sh\nfor last; do :; done\nexec cp '${await clip("front.mp4")}' "$last"\n`;
  writeFileSync(path.join(folder, "ffmpeg"), script, { mode: 0o755 });
  return {
    PATH: `${folder}:${world.env.PATH}`,
    MIAU_DEMO_FILMS: path.join(world.hold, "drawn"),
    MIAU_DEMO_PASSWORD: password,
  };
}

interface Run {
  process: ChildProcess;
  said: () => string;
  /** Waits for its end; the code. */
  end: () => Promise<number | null>;
}

/** Runs a command as the only thing on a terminal: in a process group. */
function run(world: World, command: string[], more: Record<string, string> = {}): Run {
  const child = spawn(command[0] as string, command.slice(1), {
    env: { ...world.env, ...more },
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (text += part));
  let isClosed = false;
  child.once("close", () => (isClosed = true));
  return {
    process: child,
    said: () => text,
    end: async () => {
      await until("it to end", () => isClosed, { why: () => text });
      return child.exitCode;
    },
  };
}

const demo = (world: World, more: Record<string, string>) =>
  run(world, [path.join(root, "tools/demo")], more);

/** What runs for the world and for its neighbour. */
const running = (world: World): Process[] => [
  ...processesOf(world.state),
  ...processesOf(path.join(world.state, "neighbour")),
];

async function nothingRuns(world: World): Promise<void> {
  await until("everything to end", () => running(world).length === 0, {
    why: () =>
      running(world)
        .map((p) => `${p.pid} ${p.command}`)
        .join("; "),
  });
}

/** Signals the group, as the terminal does, or its first process alone. */
function signal(it: Run, name: NodeJS.Signals, isAlone = false): void {
  process.kill(isAlone ? Number(it.process.pid) : -Number(it.process.pid), name);
}

describe("make demo", async () => {
  const world = await makeWorld({ isStopped: true });
  const pencil = await layPencil(world);
  after(async () => {
    for (const { pid } of running(world)) process.kill(pid, "SIGKILL");
    await world.tearDown();
  });

  async function ready(): Promise<Run> {
    const first = demo(world, pencil);
    await until("the demo to be ready", () => {
      assert.equal(first.process.exitCode, null, first.said());
      return first.said().includes("Ctrl-C ends it");
    });
    return first;
  }

  test("a second one refuses and touches nothing; a closed terminal ends all", async () => {
    const first = await ready();
    const person = await world.visitor().signIn(email, password);
    const second = demo(world, {
      ...pencil,
      MIAU_PORT: String(await freePort()),
      MIAU_DEMO_PASSWORD: "another good password",
    });
    assert.equal(await second.end(), 4, second.said());
    assert.match(second.said(), /already runs on/);
    assert.doesNotMatch(second.said(), /ready after|Password/);
    assert.equal((await person.get("/api/me")).status, 200, "nobody was signed out");
    await world.visitor().signIn(email, password);
    signal(first, "SIGHUP");
    await first.end();
    await nothingRuns(world);
  });

  test("told to end, it ends the neighbour as well", async () => {
    const again = await ready();
    signal(again, "SIGTERM", true);
    assert.equal(await again.end(), 143, again.said());
    await nothingRuns(world);
  });

  test("a port in use is the one thing said, and nothing was started", async () => {
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(world.port, "127.0.0.1", done));
    try {
      const taken = demo(world, pencil);
      assert.equal(await taken.end(), 5, taken.said());
      assert.match(
        taken.said(),
        new RegExp(`Port ${world.port} on 127.0.0.1 is in use by another`),
      );
      assert.doesNotMatch(taken.said(), /failed|Starting/);
      await nothingRuns(world);
    } finally {
      await new Promise((done) => holder.close(done));
    }
  });

  test("a wrong setting is named by its variable", async () => {
    const wrong = demo(world, { ...pencil, MIAU_PORT: "abc" });
    assert.equal(await wrong.end(), 1, wrong.said());
    assert.match(wrong.said(), /MIAU_PORT: http\.port must be a whole number/);
    assert.doesNotMatch(wrong.said(), /failed|Starting/);
    await nothingRuns(world);
  });

  test("Ctrl-C is no failure", async () => {
    const last = await ready();
    signal(last, "SIGINT");
    assert.equal(await last.end(), 0, last.said());
    await nothingRuns(world);
  });
});

describe("a closed terminal", () => {
  test("ends `up` in front as Ctrl-C does", async () => {
    const world = await makeWorld({ isStopped: true });
    try {
      const up = run(world, [miauctl, "up"]);
      await until("it to be ready", () => up.said().includes("Ctrl-C ends it"));
      signal(up, "SIGHUP", true);
      assert.equal(await up.end(), 0, up.said());
      assert.match(up.said(), /the terminal was closed/);
      await nothingRuns(world);
    } finally {
      await world.tearDown();
    }
  });

  test("leaves `nohup miauctl up` running", async () => {
    const world = await makeWorld({ isStopped: true });
    try {
      const up = run(world, ["nohup", miauctl, "up"]);
      await until("it to be ready", () => up.said().includes("Ctrl-C ends it"));
      signal(up, "SIGHUP", true);
      signal(up, "SIGUSR1", true);
      await until("the web server's configuration to be made anew", () =>
        up.said().includes("reads its configuration anew"),
      );
      assert.ok(isAlive(Number(up.process.pid)));
      signal(up, "SIGTERM", true);
      assert.equal(await up.end(), 0, up.said());
      assert.doesNotMatch(up.said(), /the terminal was closed/);
      await nothingRuns(world);
    } finally {
      await world.tearDown();
    }
  });

  test("leaves `up --detach` running", async () => {
    const world = await makeWorld({ isStopped: true });
    try {
      const up = world.ctl("up", "--detach");
      assert.equal(up.code, 0, up.stderr);
      const pid = world.ctlJson("status").supervisor;
      process.kill(pid, "SIGHUP");
      // It is told something else behind that, which it has to do first.
      process.kill(pid, "SIGUSR1");
      const log = path.join(world.state, "log/miauflix.log");
      await until("the web server's configuration to be made anew", () =>
        /"event":"web.reload"/.test(readFileSync(log, "utf8")),
      );
      assert.ok(isAlive(pid));
      assert.equal(world.ctl("down").code, 0);
    } finally {
      world.ctl("down");
      await world.tearDown();
    }
  });
});

describe("a folder of something else", () => {
  test("is never taken for a state folder, whatever is asked", async () => {
    const world = await makeWorld({ isStopped: true });
    try {
      mkdirSync(world.state);
      mkdirSync(path.join(world.state, "log"));
      writeFileSync(path.join(world.state, "letters.txt"), "dear");
      const before = readdirSync(world.state);
      for (const words of [
        ["up"],
        ["up", "--detach"],
        ["up", "--check"],
        ["setup", "--email", "a@example.org", "--password-file", "-"],
        ["user", "list"],
        ["config", "set", "backup.keep", "3"],
        ["db", "migrate"],
        ["db", "backup"],
        ["db", "check"],
        ["db", "status"],
        ["db", "restore", path.join(world.hold, "copy.db")],
      ]) {
        const { code, stderr } = world.ctlWith({ input: `${password}\n` }, ...words);
        assert.equal(code, 1, words.join(" "));
        assert.match(stderr, /There is no installation in /, words.join(" "));
        assert.match(stderr, /MIAU_STATE_DIR/, words.join(" "));
      }
      const status = world.ctl("status");
      assert.equal(status.code, 3);
      assert.match(status.stdout, /There is no installation in /);
      const doctor = world.ctl("doctor");
      assert.equal(doctor.code, 1);
      assert.match(doctor.stdout, /fail +rights +there is no installation in /);
      assert.doesNotMatch(doctor.stdout, /chmod/);
      assert.deepEqual(readdirSync(world.state), before);
    } finally {
      await world.tearDown();
    }
  });
});
