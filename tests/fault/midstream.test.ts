// A film that is watched while it comes, and what may happen meanwhile: miaud is
// killed, peers die, stall and lie. The answer that runs goes on and every byte
// of it is the original's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { many, sleep, until } from "../world/place.ts";
import type { Seeder } from "../world/seeder.ts";
import { Swarm, type Watched, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_HANDLER_REQUESTS: "2", MIAU_HANDLER_IDLE: "1" } });
const swarm = await Swarm.for(world);
const visitor = world.visitor();
const size = many(3, 60) * 1_000_000 + 1;
const slow = Math.trunc(size / many(3, 30));

/** What is not given yet, so that nobody is done before it happens. */
const isLater = (piece: number) => piece >= 6;

/** Does it once, when so much of the film has come. */
function once(share: number, act: () => Promise<void> | void) {
  let isDone = false;
  const at = async (bytes: number): Promise<void> => {
    if (isDone || bytes < share * size) return;
    isDone = true;
    await act();
  };
  return { at, isDone: () => isDone };
}

/** Waits until a process reads and writes nothing more: all buffers are full. */
async function rests(pid: number): Promise<void> {
  let before = "";
  let looks = 0;
  await until("it to rest", () => {
    const now = readFileSync(`/proc/${pid}/io`, "latin1");
    looks = now === before ? looks + 1 : 0;
    before = now;
    return looks >= 10;
  });
}

test("miaud is killed: the same answer goes on, two pieces at most come twice", async () => {
  const film = swarm.film("Killed", size);
  const peer = await swarm.peer(film, { bytesPerSecond: slow, lacks: isLater });
  const play = await swarm.play(film);
  const old = world.process("miaud").pid;
  let before: number[] = [];
  const kill = once(many(0.4, 0.01), async () => {
    // It stays away for a while: what asks meanwhile finds nobody.
    const supervisor = world.process("miauctl").pid;
    process.kill(supervisor, "SIGSTOP");
    process.kill(old, "SIGKILL");
    before = Array.from({ length: film.pieces }, (_, i) => peer.sentOf(i));
    peer.gain();
    await sleep(1500);
    process.kill(supervisor, "SIGCONT");
  });
  const got = await watch(visitor, play.url, film, { at: kill.at });
  assert.ok(kill.isDone(), "it was killed while the film came");
  assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
  assert.notEqual(world.process("miaud").pid, old);
  await swarm.isHere(play, film);
  const twice = before.flatMap((bytes, i) => (bytes > 0 && peer.sentOf(i) > bytes ? [i] : []));
  assert.ok(before.some((bytes) => bytes > 0));
  assert.ok(twice.length <= 2, `pieces that came twice: ${twice}`);
});

test("a reader of before a restart is nobody's afterwards", async () => {
  const big = 32 << 20;
  const film = swarm.film("Before", big);
  const other = swarm.film("Beside", big);
  const isLate = (piece: number) => piece >= film.pieces - 24 && piece < film.pieces - 6;
  const peer = await swarm.peer(film, { lacks: isLate });
  // Never whole: the web server would send it by itself, and its reader would go.
  await swarm.peer(other, { lacks: (piece) => piece === other.pieces - 6 });
  const there = big - 6 * other.pieceSize;
  const [one, two] = [await swarm.play(film), await swarm.play(other)];
  await swarm.isHere(one, film, big - 18 * film.pieceSize);
  await swarm.isHere(two, other, big - other.pieceSize);
  let finish = () => {};
  const isOver = new Promise<void>((done) => {
    finish = done;
  });
  let beside: Promise<Watched> | undefined;
  // The player takes nothing more, so that its handler asks for nothing.
  const meet = once(0.001, async () => {
    await rests(world.process("stream.fcgi").pid);
    const old = world.process("miaud").pid;
    process.kill(old, "SIGKILL");
    // This one is the first that the new one knows, and stays.
    ({ beside } = await until("the other film to play", async () => {
      if (world.processes("miaud").every(({ pid }) => pid === old)) return undefined;
      let begin: (got: boolean) => void = () => {};
      const hasBegun = new Promise<boolean>((done) => {
        begin = done;
      });
      const at = (): Promise<void> => {
        begin(true);
        return isOver;
      };
      const got = watch(visitor, two.url, other, { to: there - 1, at });
      void got.then(() => begin(false));
      return (await hasBegun) ? { beside: got } : undefined;
    }));
  });
  const watched = watch(visitor, one.url, film, { at: meet.at });
  const areRead = until("both to be read", async () => {
    return beside !== undefined && (await swarm.readers(one)) === 1;
  });
  try {
    await Promise.race([areRead, watched]);
    peer.gain();
    const got = await watched;
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, big, true]);
  } finally {
    finish();
  }
  assert.equal((await beside)?.bytes, there);
});

test("settings are read again and every other handler leaves: the answer goes on", async () => {
  const film = swarm.film("Reload", size);
  await swarm.peer(film, { bytesPerSecond: slow });
  const play = await swarm.play(film);
  const others = () =>
    world.processes().filter((p) => p.program.endsWith(".fcgi") && p.program !== "stream.fcgi");
  let left = 0;
  const meet = once(0.3, async () => {
    for (let i = 0; i < 3; i++) swarm.set("net.uploadLimit", `${1_000_000 + i}`);
    // They leave after two requests, and when nobody has asked for a second.
    const before = await until("handlers", async () => {
      await swarm.state(play);
      const pids = others().map((p) => p.pid);
      return pids.length > 0 && pids;
    });
    left = before.length;
    await until("handlers to leave", () => others().every((p) => !before.includes(p.pid)));
    // More than others answer; whoever asks for a film is answered by the same.
    for (let i = 0; i < 4; i++) assert.equal((await visitor.head(play.url)).status, 200);
  });
  const handler = () => world.process("stream.fcgi").pid;
  let first = 0;
  const at = (bytes: number): Promise<void> => {
    first ||= handler();
    return meet.at(bytes);
  };
  const got = await watch(visitor, play.url, film, { at });
  assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
  assert.ok(meet.isDone() && left > 0, `${left} handlers have left`);
  assert.equal(handler(), first, "its own stays");
});

test("the web server reads its configuration anew: the answers go on", async () => {
  const film = swarm.film("Configured", size);
  const peer = await swarm.peer(film, { bytesPerSecond: slow, lacks: isLater });
  const play = await swarm.play(film);
  const servers = () => world.processes(world.front).map((p) => p.pid);
  const old = servers();
  // lighttpd stays the process that it was, and says that it has started.
  const starts = () => world.log().split("server started").length;
  const before = starts();
  const reload = async () => {
    process.kill(world.process("miauctl").pid, "SIGUSR1");
    await until(
      "another web server",
      () => starts() > before || servers().some((pid) => !old.includes(pid)),
    );
    // A request that meets lighttpd while it changes over may stay unanswered.
    await until("it to answer", async () => {
      const asked = world.visitor().get("/api/health", { timeoutMs: 10_000 });
      return (await asked.catch(() => undefined))?.status === 200;
    });
    peer.gain();
  };
  // At its first bytes, when all of them are at work.
  let reloading: Promise<void> | undefined;
  const got = await watch(visitor, play.url, film, {
    at: async () => {
      reloading ??= reload();
    },
  });
  assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
  assert.ok(reloading !== undefined);
  await reloading;
});

test("its handler is killed: the player asks again and gets the rest", async () => {
  const film = swarm.film("Handler", size);
  const peer = await swarm.peer(film, { bytesPerSecond: slow, lacks: isLater });
  const play = await swarm.play(film);
  const kill = once(many(0.4, 0.01), () => {
    process.kill(world.process("stream.fcgi").pid, "SIGKILL");
    peer.gain();
  });
  const got = await watch(visitor, play.url, film, { at: kill.at });
  assert.ok(got.bytes < size && !got.isComplete, "it was broken off");
  const rest = await until("the rest", async () => {
    const one = await watch(visitor, play.url, film, { from: got.bytes });
    return one.status === 206 && one;
  });
  assert.deepEqual([got.bytes + rest.bytes, rest.isComplete], [size, true]);
});

for (const [name, leave] of [
  ["dies", (seeder: Seeder) => seeder.stop()],
  ["stalls", async (seeder: Seeder) => seeder.stall()],
] as const)
  test(`who shares it ${name}, another comes: the answer goes on`, async () => {
    const film = swarm.film(`Seeder ${name}`, size);
    const seeder = await swarm.aria2(film, slow);
    const play = await swarm.play(film);
    let other: Seeder | undefined;
    const meet = once(0.3, async () => {
      await leave(seeder);
      other = await swarm.aria2(film);
    });
    const got = await watch(visitor, play.url, film, { at: meet.at });
    assert.ok(other !== undefined, "it came while it was watched");
    assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
  });
