// One handler, three ways: /api under the web server, /api/v1 in its envelope,
// and the program started as plain CGI from a shell. And: a GET never writes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { type CgiReply, runCgi } from "../world/cgi.ts";
import { operations } from "../world/contract.ts";
import { showFilms } from "../world/films.ts";
import { collectIds, outcomes, sampleOf } from "../world/samples.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: compared as they are
type Json = any;

const world = await newWorld();
await showFilms(world);
await world.pictured();
const ids = await collectIds(world, world.admin);
/** Rows that are GET to players, which know nothing else, and end in a stream key. */
const writers = ["play_export"];
const gets = operations.filter(
  ({ id, method, path }) =>
    method === "GET" && path !== "/health" && id !== "follow_events" && !writers.includes(id),
);

/** The same address by a handler of its own, as an administrator. */
function cgi(target: string, state = world.state): Promise<CgiReply> {
  return runCgi(world, target, { token: world.admin.token, state });
}

/** What may differ from one moment to the next; "free" and "limit" are of the
 * disk. */
function steady(value: Json): Json {
  const unsteady = ["requestId", "uptime", "lastUsedAt", "details", "detail", "free", "limit"];
  return JSON.parse(JSON.stringify(value, (key, v) => (unsteady.includes(key) ? undefined : v)));
}

/** Everything in the database but what miaud notes in its own time: how its
 * tasks went, and when sessions and keys were last used. */
function content(): string {
  const own = /^INSERT INTO "?(task_state|session|stream_key)"? /;
  const dump = world.sql(".dump").split("\n");
  const rows = ["session", "stream_key"].map((table) => {
    const columns = world.sql(`SELECT name FROM pragma_table_info('${table}')`).split("\n");
    const kept = columns.filter((c) => c !== "last_used_at").map((c) => `quote(${c})`);
    assert.equal(kept.length, columns.length - 1);
    return world.sql(`SELECT ${kept.join()} FROM ${table} ORDER BY 1`);
  });
  const all = [...dump.filter((line) => !own.test(line)), ...rows].join("\n");
  return createHash("sha256").update(all).digest("hex");
}

describe("the same answer", () => {
  for (const op of gets) {
    const { target } = sampleOf(op, ids);
    const status = outcomes[op.id] ?? 200;
    test(`of ${op.path} as CGI and under /api/v1`, async () => {
      const plain = await world.admin.get(target);
      assert.equal(plain.status, status, plain.text.slice(0, 200));
      const isJson = String(plain.headers["content-type"]).startsWith("application/json");
      const shell = await cgi(target);
      assert.equal(shell.status, plain.status);
      assert.equal(shell.headers.get("content-type"), plain.headers["content-type"]);
      const v1 = await world.admin.get(target.replace("/api/", "/api/v1/"));
      assert.equal(v1.status, status);
      if (status >= 400) {
        assert.equal(JSON.parse(shell.body.toString()).code, plain.json.code);
        assert.equal(v1.json.error.code, plain.json.code);
        return;
      }
      if (!isJson) {
        assert.ok(shell.headers.has("x-sendfile") || shell.body.equals(plain.body));
        return;
      }
      assert.deepEqual(steady(JSON.parse(shell.body.toString())), steady(plain.json));
      if (op.id !== "show_contract") assert.deepEqual(steady(v1.json.data), steady(plain.json));
    });
  }

  test("of an error keeps its code in the envelope", async () => {
    const v1 = await world.admin.get("/api/v1/movies/999999999");
    assert.equal(v1.status, 404);
    assert.equal(v1.json.error.code, "movie_not_found");
    const bad = await world.admin.get("/api/v1/movies/abc");
    assert.equal(bad.status, 400);
    assert.ok(bad.json.error.details);
    const nobody = await world.visitor().get("/api/v1/me");
    assert.equal(nobody.status, 401);
    assert.equal(nobody.json.error.code, "unauthorized");
  });

  test("v1 refreshes by body only", async () => {
    const browser = await world
      .visitor()
      .signIn("admin@example.org", "correct horse battery staple", "cookies");
    const reply = await browser.post("/api/v1/auth/refresh");
    assert.ok([400, 401].includes(reply.status), String(reply.status));
  });
});

describe("a GET never writes", () => {
  test("to the database of the running server", async () => {
    for (const op of gets) await world.admin.get(sampleOf(op, ids).target);
    const before = content();
    const version = world.sql("PRAGMA data_version");
    assert.match(version, /^\d+$/);
    for (const op of gets) await cgi(sampleOf(op, ids).target);
    assert.equal(content(), before);
  });

  test("and needs no right to: a state that nobody may write", async () => {
    const frozen = path.join(world.hold, "frozen");
    const file = path.join(frozen, "miauflix.db");
    // What comes and goes while the server runs is left out.
    cpSync(world.state, frozen, {
      recursive: true,
      filter: (from) =>
        !/^(run|log|backups|miauflix\.db.*)$/.test(path.relative(world.state, from)),
    });
    mkdirSync(path.join(frozen, "run"));
    const backup = world.ctl("db", "backup", file);
    assert.equal(backup.code, 0, backup.stderr);
    chmodSync(file, 0o400);
    const hash = (name: string) => createHash("sha256").update(readFileSync(name)).digest("hex");
    const before = hash(file);
    // Segments are made by miaud, and waited for.
    for (const op of gets.filter(({ id }) => id !== "send_segment")) {
      const { target } = sampleOf(op, ids);
      const { status } = await cgi(target, frozen);
      const wanted = outcomes[op.id] ?? 200;
      // What miaud is asked for cannot be had.
      assert.ok([wanted, 503].includes(status), `${target}: ${status}`);
      const asks = ["show_ready", "search_subtitles"].includes(op.id) || op.access === "admin";
      if (!asks) assert.equal(status, wanted, target);
    }
    assert.equal(hash(file), before);
    const log = `${file}-wal`;
    if (existsSync(log)) assert.equal(statSync(log).size, 0, "nothing was added");
  });
});
