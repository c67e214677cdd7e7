// A sick state folder: two masters, damage, no room, a lock held by another
// program, a taken port. Each refusal is one clear sentence, and there is a way
// back.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, test } from "node:test";
import { type Disk, smallDisk } from "../world/disk.ts";
import { movies, showFilms } from "../world/films.ts";
import { build, hangMs, sleep, until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { makeWorld, type World } from "../world/world.ts";

const miaud = path.join(build, "bin/miaud");

/** Starts what must end by itself; its code and what it said. */
async function runUp(world: World): Promise<{ code: number | null; said: string }> {
  const before = world.log().length;
  const up = world.launch();
  const said = () => world.log().slice(before);
  await until("miauctl up to end", () => up.exitCode !== null || up.signalCode !== null, {
    why: () => said().slice(-1500),
  });
  return { code: up.exitCode, said: said() };
}

describe("two on one state", () => {
  test("the second miaud and the second supervisor refuse, the first goes on", async () => {
    const world = await makeWorld();
    try {
      const second = spawnSync(miaud, ["-d"], {
        env: world.env,
        encoding: "utf8",
        timeout: hangMs,
      });
      assert.notEqual(second.status, 0);
      assert.notEqual(second.status, null, "it ends by itself");
      assert.match(second.stderr, /already|running/i);
      const up = spawnSync(path.join(build, "bin/miauctl"), ["up"], {
        env: { ...world.env, MIAU_PORT: String(await freePort()) },
        encoding: "utf8",
        timeout: hangMs,
      });
      assert.notEqual(up.status, 0);
      assert.match(up.stdout + up.stderr, /already|running/i);
      await world.ready();
    } finally {
      await world.tearDown();
    }
  });
});

describe("a port in use", () => {
  test("is named, and nothing keeps running", async () => {
    const world = await makeWorld({ isStopped: true });
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(world.port, "127.0.0.1", done));
    try {
      const { code, said } = await runUp(world);
      assert.notEqual(code, 0);
      assert.ok(said.includes(String(world.port)), said.slice(-600));
      assert.match(said, /in use|belegt|taken|another/i);
      await until("its parts to end", () => world.processes().length === 0);
    } finally {
      await new Promise((done) => holder.close(done));
      await world.stop();
      await world.tearDown();
    }
  });
});

describe("a damaged database", () => {
  test("is refused with a sentence, and a backup brings all back", async () => {
    const world = await makeWorld();
    try {
      await showFilms(world, { isShort: true });
      const copy = path.join(world.hold, "copy.db");
      const backup = world.ctl("db", "backup", copy);
      assert.equal(backup.code, 0, backup.stderr);
      await world.stop();
      const file = path.join(world.state, "miauflix.db");
      const fd = openSync(file, "r+");
      const noise = Buffer.alloc(4096, 0xa5);
      for (let page = 0; page * 4096 < statSync(file).size; page += 1)
        writeSync(fd, noise, 0, 4096, page * 4096);
      closeSync(fd);
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
      const check = world.ctl("db", "check");
      assert.notEqual(check.code, 0);
      const { code, said } = await runUp(world);
      assert.notEqual(code, 0);
      assert.match(said, /database/i);
      assert.match(said, /restore/i, "it says what to do");
      const restored = world.ctl("db", "restore", copy);
      assert.equal(restored.code, 0, restored.stderr + restored.stdout);
      await world.start();
      assert.ok((await world.movieId(movies.front)) > 0);
      assert.ok(
        readdirSync(world.state).some((f) => f.includes("replaced")),
        "the old one was kept",
      );
    } finally {
      await world.stop();
      await world.tearDown();
    }
  });

  test("is not what a wrong file for `db restore` is taken for", async () => {
    const world = await makeWorld();
    try {
      const text = path.join(world.hold, "notes.txt");
      writeFileSync(text, "no database\n".repeat(1000));
      await world.stop();
      const wrong = world.ctl("db", "restore", text);
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, new RegExp(`${text} is damaged, or no database`));
      assert.doesNotMatch(wrong.stderr, /The database is damaged|brings a backup/);
      const missing = world.ctl("db", "restore", path.join(world.hold, "none.db"));
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, /none\.db: No such file/);
      assert.equal(world.ctl("db", "check").code, 0, "the one in use is sound");
    } finally {
      await world.tearDown();
    }
  });

  test("of a newer version is left alone", async () => {
    const world = await makeWorld();
    try {
      await world.stop();
      world.sql(
        "INSERT INTO migration SELECT 9999, '9999_future', sha256, applied_at FROM migration LIMIT 1",
      );
      const { code, said } = await runUp(world);
      assert.notEqual(code, 0);
      assert.match(said, /newer/i);
      assert.equal(world.sql("SELECT max(number) FROM migration"), "9999");
    } finally {
      await world.stop();
      await world.tearDown();
    }
  });
});

describe("a database locked by another program", () => {
  test("for five seconds: reads go on, writes wait or say 503, then all is well", async () => {
    const world = await makeWorld();
    try {
      await showFilms(world, { isShort: true });
      const id = await world.movieId(movies.front);
      const file = path.join(world.state, "miauflix.db");
      const holder = spawn("sqlite3", [file], { stdio: ["pipe", "pipe", "inherit"] });
      holder.stdin.write("PRAGMA busy_timeout=60000;\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
      await new Promise<void>((done) =>
        holder.stdout.on("data", (part) => String(part).includes("held") && done()),
      );
      const reads = async () => {
        for (let i = 0; i < 20; i++) {
          assert.equal((await world.admin.get(`/api/movies/${id}`)).status, 200);
          await sleep(100);
        }
      };
      const beat = { titleId: `movie-${id}`, position: 1, duration: 6 };
      const writes = Array.from({ length: 5 }, () => world.admin.post("/api/play/heartbeat", beat));
      await Promise.all([reads(), sleep(5000)]);
      const ended = new Promise((done) => holder.once("exit", done));
      holder.stdin.end("ROLLBACK;\n");
      await ended;
      for (const reply of await Promise.all(writes)) {
        assert.ok([204, 503].includes(reply.status), String(reply.status));
        if (reply.status === 503) assert.equal(reply.json.code, "database_busy");
      }
      assert.equal((await world.admin.post("/api/play/heartbeat", beat)).status, 204);
      await world.ready();
    } finally {
      await world.tearDown();
    }
  });
});

describe("a full disk", () => {
  const disk = smallDisk(160);

  test("is said, reading goes on, and room heals it", { skip: disk.skip }, async () => {
    const world = await makeWorld({ state: path.join(disk.folder, "state") });
    try {
      await fillAndHeal(world, disk);
    } finally {
      await world.tearDown();
    }
  });
});

async function fillAndHeal(world: World, disk: Disk): Promise<void> {
  await showFilms(world, { isShort: true });
  const id = await world.movieId(movies.front);
  const url = (await world.admin.send("/api/play/start", { titleId: `movie-${id}` })).url;
  disk.fill();
  const read = await world.visitor().get(url, { headers: { range: "bytes=0-9999" } });
  assert.equal(read.status, 206, "a film plays on a full disk");
  assert.equal((await world.admin.get(`/api/movies/${id}`)).status, 200);
  const statuses = new Set<number>();
  for (let i = 0; i < 400 && !statuses.has(507); i++) {
    const codecs = Array.from({ length: 60 }, (_, n) => `codec.${i}.${n}.${"x".repeat(40)}`);
    const reply = await world.admin.patch("/api/me", { preferences: { codecs } });
    statuses.add(reply.status);
    if (reply.status === 507) assert.equal(reply.json.code, "disk_full");
  }
  assert.ok(statuses.has(507), `statuses ${[...statuses]}`);
  const ready = await world.visitor().get("/api/ready");
  assert.equal(ready.status, 503);
  assert.equal(ready.json.checks.disk.ok, false);
  disk.empty();
  await world.ready();
  const healed = await world.admin.patch("/api/me", { preferences: { codecs: [] } });
  assert.equal(healed.status, 200);
  assert.equal(world.ctl("db", "check").code, 0);
}

test("an unreadable film folder at start is shown, not fatal", async () => {
  const world = await makeWorld();
  try {
    await showFilms(world, { isShort: true });
    await world.stop();
    const away = path.join(world.hold, "away");
    spawnSync("mv", [world.films, away]);
    await world.start();
    const state = await until("the folder to be missed", async () => {
      const { folders } = await world.admin.read("/api/library/folders");
      return folders[0].state === "missing" && folders[0];
    });
    assert.ok(state.reason.length > 10);
    const { results } = await world.admin.read("/api/movies");
    assert.equal(results.length, 1, "what was known stays known");
    spawnSync("mv", [away, world.films]);
    await world.rescan();
    await until("the film to play", async () => {
      const id = await world.movieId(movies.front);
      return (await world.admin.read(`/api/movies/${id}`)).playable;
    });
  } finally {
    await world.tearDown();
  }
});
