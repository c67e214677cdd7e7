// The master key is replaced, and whoever does it is killed at each step: what was
// begun goes on, everything is as readable as before, and nothing that the old key
// sealed is left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import { basic, keyHolder, makeKey } from "../world/keys.ts";
import { many, miauctl, until } from "../world/place.ts";
import { torrentOf } from "../world/torrent.ts";
import { makeWorld, password } from "../world/world.ts";

const world = await makeWorld();
after(() => world.tearDown());
const { admin } = world;
const email = "admin@example.org";
const interrupted = /replacement of the master key was interrupted.*miauctl keys rotate/;

await admin.put("/api/config", { settings: [{ name: "net.consent", value: true }] });
const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}&dn=Named`;
const torrent = torrentOf("Described.mp4", randomBytes(40_000));
const byMagnet: number = (await admin.send("/api/downloads", { magnet })).id;
const byFile: number = (await admin.send("/api/downloads", { torrent })).id;
const names = async (): Promise<string[]> => {
  const all = await Promise.all([byMagnet, byFile].map((id) => admin.read(`/api/downloads/${id}`)));
  return all.map(({ name }) => name);
};
const resume = path.join(world.state, "resume");
await until("both to be written down", () => readdirSync(resume).length >= 2);
const named = await names();
const apiKey = await makeKey(admin);
const appPassword = await makeKey(admin, { kind: "password" });
const invitation = await admin.send("/api/auth/invitations", {});
assert.equal(await world.stop(), 0);

interface Key {
  id: string;
  state: string;
  values: number;
  files: number;
}
const keys = (): Key[] => world.ctlJson("keys", "list").keys;
const old = keys()[0] as Key;
const file = (name: string) => path.join(world.state, "keys", name);
const oldKey = readFileSync(file("master.key"));
const before = path.join(world.hold, "before");
const copy = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true });
  assert.equal(spawnSync("cp", ["-a", from, to]).status, 0);
};
copy(world.state, before);

/** Runs `miauctl keys rotate` until its nth call of one of these; whether it was
 * killed. */
function killedAt(calls: string, n: number): boolean {
  const trace = calls.split(",").map((name) => `?${name}`);
  const words = ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${trace}`];
  const inject = `inject=${trace}:signal=KILL:when=${n}`;
  const done = spawnSync("strace", [...words, "-e", inject, miauctl, "keys", "rotate"], {
    env: world.env,
    encoding: "utf8",
  });
  assert.ok(done.signal === "SIGKILL" || done.status === 0, `${done.status} ${done.stderr}`);
  return done.signal === "SIGKILL";
}

function wellChained(when: string): void {
  const { code, stdout, stderr } = world.ctl("audit", "verify");
  assert.equal(code, 0, `the chain ${when}: ${stdout}${stderr}`);
}

/** All is sealed by one key, which is not the old one, and that was told once. */
function assertReplaced(): void {
  const now = keys();
  assert.deepEqual(
    now.map(({ state, files }) => [state, files]),
    [["present", old.files]],
  );
  // The key of the index is a value more.
  assert.equal(now[0]?.values, old.values + 1);
  for (const name of ["previous.key", "next.key"])
    assert.equal(existsSync(file(name)), false, name);
  const rest = ["", "-wal"].map((end) => path.join(world.state, `miauflix.db${end}`));
  for (const at of [...rest, ...readdirSync(resume).map((name) => path.join(resume, name))])
    if (existsSync(at)) assert.ok(!readFileSync(at).includes(`v1:${old.id}`), at);
  const told = world.ctlJson("audit", "list", "--event", "masterkey.rotated");
  const ids = told.map(({ detail }: { detail: { value: string }[] }) => detail.map((d) => d.value));
  assert.deepEqual(ids, [[old.id, now[0]?.id]]);
  wellChained("afterwards");
}

/** After a kill: nobody changes anything but who goes on. */
function goOn(): void {
  wellChained("in between");
  const isOver = !existsSync(file("previous.key"));
  const config = world.ctl("config", "list");
  assert.equal(config.code === 0, isOver, config.stderr);
  if (!isOver) assert.match(config.stderr, interrupted);
  if (isOver && keys()[0]?.id !== old.id) return;
  const went = world.ctlJson("keys", "rotate");
  assert.deepEqual([went.from, went.left], [old.id, 0]);
}

describe("killed at each", () => {
  const steps: [string, number][] = [
    ["link,linkat", 1],
    ["rename,renameat,renameat2", 1],
    ["unlink,unlinkat", 1],
    ["fsync,fdatasync", many(2, 1)],
    ["pwrite64", many(7, 1)],
  ];
  for (const [calls, step] of steps)
    test(`${calls}: it goes on`, () => {
      copy(before, world.state);
      let n = 1;
      for (; killedAt(calls, n); n += step) {
        goOn();
        assertReplaced();
        copy(before, world.state);
      }
      assert.ok(n > step, "it was killed at least once");
      assertReplaced();
    });
});

/** Killed when the new key has come and much is still sealed by the old one. */
function interrupt(): void {
  copy(before, world.state);
  assert.ok(killedAt("rename,renameat,renameat2", 3), "killed while files are sealed anew");
  assert.ok(existsSync(file("previous.key")));
}

/** All that must not be touched. */
function content(): string[] {
  const files = [...readdirSync(resume).map((name) => path.join(resume, name))];
  for (const name of readdirSync(file("."))) files.push(file(name));
  return [world.sql(".dump"), ...files.map((at) => at + readFileSync(at).toString("hex"))];
}

const harms: [string, RegExp, () => void][] = [
  ["previous.key is missing", /previous\.key is missing/, () => rmSync(file("previous.key"))],
  [
    "previous.key is another one",
    /previous\.key is not the key/,
    () => writeFileSync(file("previous.key"), randomBytes(32)),
  ],
  [
    "master.key is another one",
    /new master key is not the one/,
    () => writeFileSync(file("master.key"), randomBytes(32)),
  ],
  ["master.key is missing", /master\.key/, () => rmSync(file("master.key"))],
];

for (const [what, sentence, harm] of harms)
  test(`in between ${what}: it is refused, nothing is changed`, () => {
    interrupt();
    const kept = path.join(world.hold, "kept");
    copy(file("."), kept);
    harm();
    const lay = content();
    const refused = world.ctl("keys", "rotate");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, sentence);
    assert.deepEqual(content(), lay);
    copy(kept, file("."));
    goOn();
    assertReplaced();
  });

test("miaud and handlers say that it was interrupted, and change nothing", async () => {
  interrupt();
  const lay = content();
  const from = world.log().length;
  const up = world.launch();
  await until("miauctl up to end", () => up.exitCode !== null || up.signalCode !== null);
  assert.match(world.log().slice(from), interrupted);
  const json = { email, password };
  const asked = await runCgi(world, "/api/auth/login", { method: "POST", json });
  assert.equal(asked.status, 500);
  assert.match(asked.body.toString(), interrupted);
  await world.stop();
  assert.deepEqual(content(), lay);
});

test("while Miauflix runs it is refused", async () => {
  copy(before, world.state);
  await world.start();
  const refused = world.ctl("keys", "rotate");
  assert.match(refused.stderr, /miauctl down/);
  assert.deepEqual(
    keys().map(({ id }) => id),
    [old.id],
  );
  assert.equal(await world.stop(), 0);
});

test("a backup of before is refused until its key is back", () => {
  copy(before, world.state);
  const backup = path.join(world.hold, "copy.db");
  assert.equal(world.ctl("db", "backup", backup).code, 0);
  assert.equal(world.ctl("keys", "rotate").code, 0);
  const restore = () => world.ctl("db", "restore", backup);
  const dump = content();
  const refused = restore();
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /sealed by another master key/);
  assert.deepEqual(content(), dump);
  writeFileSync(file("master.key"), oldKey, { mode: 0o600 });
  assert.equal(restore().code, 0);
  wellChained("of the backup");
});

test("a key of the environment is replaced by one from a file", () => {
  copy(before, world.state);
  rmSync(file("master.key"));
  const fresh = path.join(world.hold, "new.key");
  writeFileSync(fresh, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
  world.env.MIAU_MASTER_KEY = oldKey.toString("hex");
  assert.match(world.ctl("keys", "rotate").stderr, /MIAU_MASTER_KEY.*--new-key-file/);
  assert.ok(
    [2, 1].some((n) => {
      copy(before, world.state);
      rmSync(file("master.key"));
      const words = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=?rename,?renameat,?renameat2"];
      const inject = `inject=?rename,?renameat,?renameat2:signal=KILL:when=${n}`;
      const rotate = [miauctl, "keys", "rotate", "--new-key-file", fresh];
      return spawnSync("strace", [...words, "-e", inject, ...rotate], { env: world.env }).signal;
    }),
    "killed while files are sealed anew",
  );
  assert.match(world.ctl("config", "list").stderr, interrupted);
  wellChained("in between");
  const went = world.ctlJson("keys", "rotate", "--new-key-file", fresh);
  assert.deepEqual([went.from, went.left], [old.id, 0]);
  world.env.MIAU_MASTER_KEY = readFileSync(fresh, "utf8").trim();
  assertReplaced();
  copyFileSync(fresh, file("master.key"));
  delete world.env.MIAU_MASTER_KEY;
});

test("a log that is begun anew afterwards is found", async () => {
  copy(before, world.state);
  assert.equal(world.ctl("keys", "rotate").code, 0);
  wellChained("afterwards");
  world.sql("DROP TRIGGER audit_log_stays");
  for (const table of ["audit_log", "audit_head"]) world.sql(`DELETE FROM ${table}`);
  await world.start();
  assert.equal(await world.stop(), 0);
  assert.equal(world.ctl("config", "set", "library.probes", "2").code, 0);
  const { code, stdout } = world.ctl("audit", "verify");
  assert.equal(code, 1);
  assert.match(stdout, /it was begun anew/);
});

test("afterwards all is there: names, torrents that are known, and people sign in anew", async () => {
  interrupt();
  goOn();
  await world.start();
  assert.equal(
    (await admin.get("/api/me", { isUnjudged: true })).status,
    401,
    "the token of before",
  );
  const { refreshToken } = admin;
  const again = await world.visitor().post("/api/auth/refresh", { refreshToken });
  assert.equal(again.status, 401, "the session of before");
  await admin.signIn(email, password);
  assert.deepEqual(await names(), named);
  for (const [id, body] of [
    [byMagnet, { magnet }],
    [byFile, { torrent }],
  ] as const)
    assert.deepEqual((await admin.post("/api/downloads", body)).json, { id, known: true });
  const { value } = (await admin.read("/api/config")).settings.find(
    (setting: { name: string }) => setting.name === "net.consent",
  );
  assert.equal(value, true);
});

test("keys for programs and invitations stay", async () => {
  const me = "/api/me";
  assert.equal((await keyHolder(world, apiKey).get(me)).status, 200);
  const headers = basic(email, appPassword.secret);
  assert.equal((await world.visitor().get(me, { headers })).status, 200);
  const uma = { email: "uma@example.org", name: "Uma", password, code: invitation.code };
  const joined = await world.visitor().post("/api/auth/signup", uma);
  assert.equal(joined.status, 201);
});
