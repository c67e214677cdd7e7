// What is held on a person is theirs to take away, all of it; and when they leave,
// nothing that names them stays. Which tables that concerns is asked of the schema.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Authenticator, addPasskey } from "../world/authenticator.ts";
import type { Client } from "../world/client.ts";
import { filesOf, readIfThere } from "../world/files.ts";
import { movies, showFilms } from "../world/films.ts";
import { makeKey } from "../world/keys.ts";
import { excused, leftOut, shared } from "../world/leftout.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
await world.admin.put("/api/config", { settings: [{ name: "net.consent", value: true }] });
const movie = await world.movieId(movies.front);

const lines = (statement: string): string[] => world.sql(statement).split("\n").filter(Boolean);
const quoted = (values: string[]): string => values.map((value) => `'${value}'`).join(", ");

/** Columns that can hold who somebody is, by table. */
function personalColumns(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const table of lines("SELECT name FROM sqlite_master WHERE type = 'table'")) {
    const keys = lines(
      `SELECT "from" FROM pragma_foreign_key_list('${table}') WHERE "table" IN ('user', 'profile')`,
    );
    const named = lines(`SELECT name FROM pragma_table_info('${table}')`).filter((column) =>
      /^(actor|target)$|^(user|profile)_id$|(?<!erased)_by$/.test(column),
    );
    const own = table === "user" || table === "profile" ? ["id"] : [];
    const columns = [...new Set([...own, ...keys, ...named])];
    if (columns.length > 0) found.set(table, columns);
  }
  return found;
}

const camel = (column: string): string =>
  column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

type Export = Record<string, Record<string, unknown>[]>;

function unpack(zip: Buffer): Export {
  const file = path.join(world.hold, "export.zip");
  writeFileSync(file, zip);
  const list = spawnSync("unzip", ["-Z1", file], { encoding: "utf8" });
  assert.equal(list.status, 0, list.stderr);
  const files: Export = {};
  for (const name of list.stdout.trim().split("\n")) {
    const content = spawnSync("unzip", ["-p", file, name], { encoding: "utf8" });
    files[name.replace(/\.json$/, "")] = JSON.parse(content.stdout);
  }
  return files;
}

interface Life {
  person: Client;
  pin: string;
  /** All that names them. */
  traces: string[];
  ids: string[];
}

/** Somebody of whom there is a row in each table that can name a person. */
async function live(name: string): Promise<Life> {
  const person = await world.person(`${name}@example.org`, "admin");
  await person.patch("/api/me", { displayName: `Shown ${name}` });
  const pin = "802701";
  const profile = await person.send("/api/me/profiles", { name: `Kid ${name}`, pin });
  await addPasskey(person, new Authenticator(), `Key of ${name}`);
  const { secret } = await makeKey(person, { kind: "password", name: `Player of ${name}` });
  await world.visitor().signIn(`${name}@example.org`, secret);
  await person.send("/api/play/start", { titleId: `movie-${movie}` });
  await person.send("/api/play/heartbeat", { titleId: `movie-${movie}`, position: 1, duration: 6 });
  const watched = { type: "movie", movieId: movie, progress: 1, status: "completed" };
  await person.send("/api/progress", watched);
  await person.put("/api/config", { settings: [{ name: "library.probes", value: 3 }] });
  const hash = Buffer.from(name.padEnd(20)).toString("hex");
  await person.send("/api/downloads", { magnet: `magnet:?xt=urn:btih:${hash}` });
  const { id } = person.user;
  await person.send("/api/auth/invitations", {});
  await world.admin.send(`/api/users/${id}/reset`);
  await person.send(`/api/users/${world.admin.user.id}/reset`);
  const { userCode } = await world.visitor().send("/api/auth/device/code", { device: name });
  await person.send("/api/auth/device/approve", { userCode, approve: true });
  const of = (table: string) => lines(`SELECT id FROM ${table} WHERE user_id = '${id}'`);
  const ids = [id, ...of("profile"), ...of("session"), ...of("api_key")];
  assert.ok(ids.length >= 5 && ids.includes(profile.id));
  // By the terminal, to what is theirs: one session more, and the profiles. Of the first
  // no row of their own tells.
  const first = of("profile").find((one) => one !== profile.id) as string;
  assert.equal(world.ctl("profile", "limit", first, "--age", "16").code, 0);
  assert.equal(world.ctl("profile", "limit", first).code, 0);
  await world.visitor().signIn(`${name}@example.org`, password);
  const ended = of("session").find((session) => !ids.includes(session)) as string;
  assert.equal(world.ctl("session", "end", ended).code, 0);
  assert.equal(world.ctl("profile", "limit", profile.id, "--age", "6").code, 0);
  ids.push(ended);
  const secrets = lines(`SELECT password_hash FROM user WHERE id = '${id}'`);
  const credentials = lines(`SELECT hex(credential) FROM passkey WHERE user_id = '${id}'`);
  assert.equal(credentials.length, 1);
  const binary = credentials.map((hex) => Buffer.from(hex, "hex").toString("latin1"));
  return { person, pin, ids, traces: [...ids, name, ...secrets, ...binary] };
}

const leaver = await live("leaverelda");
const stayer = await live("stayerelda");

function countOf(table: string, columns: string[], ids: string[]): number {
  const where = columns.map((column) => `${column} IN (${quoted(ids)})`).join(" OR ");
  return Number(world.sql(`SELECT count(*) FROM ${table} WHERE ${where}`));
}

async function take(person: Client): Promise<Export> {
  const reply = await person.post("/api/me/export", { password });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers["content-type"], "application/zip");
  assert.match(reply.headers["content-disposition"] as string, /filename="miauflix.zip"/);
  return unpack(reply.body);
}

test("the export has every row of every table that names the person", async () => {
  // The last setting and download are somebody else's.
  await leaver.person.put("/api/config", { settings: [{ name: "library.probes", value: 2 }] });
  const got = await take(leaver.person);
  const tables = personalColumns();
  assert.ok(tables.size > 8, [...tables.keys()].join());
  for (const name of Object.keys(excused)) assert.ok(tables.has(name), `${name} is no such table`);
  for (const [table, columns] of tables) {
    if (table in excused) continue;
    const rows = got[table];
    assert.ok(rows, `${table} is in no file`);
    const expected = countOf(table, columns, leaver.ids);
    assert.ok(expected > 0, `there is nothing in ${table}`);
    assert.equal(rows.length, expected, table);
  }
  const files = (got.export as unknown as { files: { file: string; rows: number }[] }).files;
  for (const { file, rows } of files) assert.equal(got[file.slice(0, -5)]?.length, rows, file);
});

test("… and every column of them", async () => {
  const got = await take(leaver.person);
  const reasons = Object.values(leftOut).flat();
  for (const table of personalColumns().keys()) {
    if (table in excused) continue;
    const keys = Object.keys(got[table]?.[0] ?? {});
    const columns = shared[table] ?? lines(`SELECT name FROM pragma_table_info('${table}')`);
    for (const column of columns) {
      const name = `${table}.${column}`;
      assert.ok(keys.includes(camel(column)) || reasons.includes(name), name);
    }
  }
});

test("it says what was, and tells no secret", async () => {
  const got = await take(leaver.person);
  assert.equal(got.user?.[0]?.email, "leaverelda@example.org");
  assert.equal(got.history?.[0]?.titleId, `movie-${movie}`);
  assert.equal(got.setting?.[0]?.name, "library.probes");
  assert.deepEqual(
    got.profile?.map(({ hasPin }) => hasPin),
    [false, true],
  );
  const text = JSON.stringify(got);
  assert.ok(!text.includes("argon2") && !text.includes(password) && !text.includes(leaver.pin));
  for (const id of stayer.ids) assert.ok(!text.includes(id), "another person's");
  assert.ok(got.audit_log?.some(({ byThem }) => byThem === false));
  assert.ok(!text.includes(`"${world.admin.address}"`), "where an administrator was");
});

test("an administrator gets the same at the terminal", async () => {
  const file = path.join(world.hold, "taken.zip");
  const done = world.ctl("user", "export", "leaverelda@example.org", file);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { export: _, ...taken } = unpack(readFileSync(file));
  const { export: __, ...asked } = await take(leaver.person);
  const use = /"lastUsedAt":[^,]*/g; // written some seconds after it
  assert.equal(JSON.stringify(taken).replace(use, ""), JSON.stringify(asked).replace(use, ""));
  assert.equal(world.ctl("user", "export", "nobody@example.org", file).code, 1);
});

test("both are closed to a profile with a limit", async () => {
  const person = await world.visitor().signIn("stayerelda@example.org", password);
  const limited = { name: "Small", isLimited: true, maturityLimit: 6 };
  const { id } = await person.send("/api/me/profiles", limited);
  person.token = (await person.send(`/api/me/profiles/${id}/use`, {})).accessToken;
  for (const refused of [
    await person.post("/api/me/export", { password }),
    await person.delete("/api/me", { json: { password } }),
  ])
    assert.deepEqual([refused.status, refused.json.code], [403, "profile_limited"]);
});

test("nobody leaves without the password, and guesses are slowed down", async () => {
  const person = await world.person("guessed@example.org");
  assert.equal((await person.delete("/api/me", { json: {} })).status, 400);
  const refused = await person.delete("/api/me", { json: { password: `${password}!` } });
  assert.deepEqual([refused.status, refused.json.code], [403, "password_wrong"]);
  assert.equal((await person.get("/api/me")).status, 200);
  const slowed = await until("guesses to be slowed down", async () => {
    const reply = await person.delete("/api/me", { json: { password: "guess" } });
    return reply.status === 429 && reply;
  });
  assert.ok(Number(slowed.headers["retry-after"]) > 0);
  // However slow this machine is, the pause is not over when the right one comes.
  world.sql("UPDATE login_failure SET blocked_until = blocked_until + 3600000");
  assert.equal((await person.delete("/api/me", { json: { password } })).status, 429);
  assert.equal((await person.get("/api/me")).status, 200);
});

/** Files of the state folder in which something of this stands; films and pictures aside. */
function filesWith(traces: string[]): string[] {
  const files = filesOf(world.state).filter((file) => !/\/(images|library)\//.test(file));
  assert.ok(files.some((file) => file.endsWith("miauflix.db")));
  return files.filter((file) => {
    const content = readIfThere(file);
    return traces.some((trace) => content.includes(Buffer.from(trace, "latin1")));
  });
}

test("who leaves leaves nothing behind, in no table and in no file", async () => {
  assert.ok(filesWith(leaver.traces).length > 0);
  const browser = await world.visitor().signIn("leaverelda@example.org", password, "cookies");
  const reply = await browser.delete("/api/me", { json: { password } });
  assert.equal(reply.status, 204, reply.text);
  for (const [name, cookie] of browser.cookies) assert.equal(cookie.value, "", name);
  assert.equal((await leaver.person.get("/api/me")).status, 401);
  for (const [table, columns] of personalColumns())
    assert.equal(countOf(table, columns, leaver.ids), 0, table);
  const dump = world.sql(".dump");
  for (const trace of leaver.traces.slice(0, -1)) assert.ok(!dump.includes(trace), trace);
  assert.ok(stayer.traces.slice(0, -1).every((trace) => dump.includes(trace)));
  const verified = world.ctl("audit", "verify");
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  // Whoever reads at that moment keeps the log of the database from being emptied.
  const left = await until("the log to be emptied", async () => {
    const files = filesWith(leaver.traces);
    if (!files.some((file) => file.endsWith("-wal"))) return { files };
    world.runTask("checkpoint");
    return undefined;
  });
  assert.deepEqual(left.files, []);
});

test("who stays keeps everything", async () => {
  const got = await take(stayer.person);
  for (const [table, columns] of personalColumns())
    if (!(table in excused))
      assert.equal(got[table]?.length, countOf(table, columns, stayer.ids), table);
});

test("the last administrator cannot leave", async () => {
  const { person } = stayer;
  assert.equal((await person.delete("/api/me", { json: { password } })).status, 204);
  const refused = await world.admin.delete("/api/me", { json: { password } });
  assert.deepEqual([refused.status, refused.json.code], [409, "last_admin"]);
  assert.equal((await world.admin.get("/api/me")).status, 200);
});
