// miauctl: every command explains itself, the explanations agree with each
// other, JSON is JSON, exit codes mean what the help says.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { miauctl, until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });

/** All commands, found by walking through --help. */
function walk(words: string[] = []): string[][] {
  const { stdout, code } = world.ctl(...words, "--help");
  assert.equal(code, 0, words.join(" "));
  const list = /^Commands\n((?: {2}.*\n)+)/m.exec(stdout)?.[1] ?? "";
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map((m) => m[1] as string);
  return names.flatMap((name) => [[...words, name], ...walk([...words, name])]);
}
const commands = walk();

describe("help", () => {
  test("covers many commands", () => assert.ok(commands.length > 35, String(commands.length)));

  for (const words of commands) {
    test(`miauctl ${words.join(" ")} explains itself`, () => {
      const { stdout } = world.ctl(...words, "--help");
      assert.match(stdout, new RegExp(`^usage: miauctl ${words.join(" ")}`));
      for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
      const { code, stderr } = world.ctl(...words, "--no-such-option");
      assert.equal(code, 2);
      assert.match(stderr, /no-such-option/);
    });
  }

  test("manual and completion know the same commands", () => {
    const manual = world.ctl("manual").stdout.replaceAll("\\-", "-");
    const completion = world.ctl("completion", "bash").stdout;
    for (const words of commands) {
      assert.ok(manual.includes(words.join(" ")), `${words.join(" ")} in the manual`);
      assert.ok(
        completion.includes(words.at(-1) as string),
        `${words.join(" ")} in the completion`,
      );
    }
    const bash = spawnSync("bash", ["-n"], { input: completion, encoding: "utf8" });
    assert.equal(bash.status, 0, bash.stderr);
  });
});

describe("answers", () => {
  const reads = [
    ["status"],
    ["doctor"],
    ["profile", "list"],
    ["library", "list"],
    ["library", "files"],
    ["title", "list"],
    ["user", "list"],
    ["key", "list"],
    ["user", "show", "admin@example.org"],
    ["config", "list"],
    ["config", "get", "library.probes"],
    ["tasks", "list"],
    ["db", "status"],
    ["db", "check"],
    ["version"],
    ["call", "status"],
  ];
  for (const words of reads) {
    test(`miauctl ${words.join(" ")} in JSON and for people`, () => {
      const json = world.ctl(...words, "--json");
      assert.equal(json.code, 0, json.stderr);
      const value = JSON.parse(json.stdout);
      assert.ok(value !== null && typeof value === "object", json.stdout);
      const text = world.ctl(...words);
      assert.equal(text.code, 0);
      assert.ok(text.stdout.length > 0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come
      assert.doesNotMatch(text.stdout, /\x1b/, "no colours outside a terminal");
    });
  }

  test("usage is 2, failure is 1, a missing miaud is 3, a second up is 4", () => {
    assert.equal(world.ctl("nonsense").code, 2);
    assert.equal(world.ctl().code, 2);
    assert.equal(world.ctl("config", "get").code, 2);
    assert.equal(world.ctl("config", "get", "no.such").code, 1);
    assert.equal(world.ctl("call", "no.such").code, 1);
    const empty = path.join(world.hold, "empty");
    mkdirSync(empty);
    const away = world.ctlWith({ env: { MIAU_STATE_DIR: empty } }, "call", "status");
    assert.equal(away.code, 3, away.stderr);
    assert.equal(world.ctl("up").code, 4);
  });

  test("help COMMAND is COMMAND --help", () => {
    assert.equal(world.ctl("help").stdout, world.ctl("--help").stdout);
    const words = ["library", "add"];
    assert.equal(world.ctl("help", ...words).stdout, world.ctl(...words, "--help").stdout);
    const unknown = world.ctl("help", "nonsense");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /There is no command nonsense/);
  });

  test("why: what is known answers, what is not is not there", async () => {
    const id = await world.movieId(movies.front);
    const told = world.ctl("why", `movie-${id}`);
    assert.equal(told.code, 0, told.stderr);
    const file = /^(file:\d+) .*First Light/m.exec(told.stdout)?.[1] as string;
    assert.match(told.stdout, new RegExp(`Matched by .* to movie-${id}\\.`));
    assert.match(world.ctl("why", file).stdout, /Matched by/);
    const [reason] = world.ctlJson("why", `movie-${id}`);
    assert.equal(reason.subject, file);
    const { stdout, code } = world.ctl("why", "folder:1");
    assert.equal(code, 0);
    assert.match(stdout, /Nothing had to be decided about folder:1/);
    for (const thing of ["banana", "movie-1", "file:999", "folder:x", "torrent:1", "tt0000001"]) {
      const unknown = world.ctl("why", thing);
      assert.equal(unknown.code, 1, thing);
      assert.match(unknown.stderr, new RegExp(`There is no ${thing};`));
    }
  });

  test("a negative number is a value, and refused as one", () => {
    const { code, stderr } = world.ctl("config", "set", "storage.limit", "-1");
    assert.equal(code, 1);
    assert.match(stderr, /storage\.limit must be/);
  });

  test("where it serves is what runs, not what the caller's environment says", () => {
    const elsewhere = { env: { MIAU_PORT: "1234" } };
    const status = JSON.parse(world.ctlWith(elsewhere, "status", "--json").stdout);
    assert.equal(status.address, `${world.origin}/`);
    assert.match(
      world.ctlWith(elsewhere, "doctor").stdout,
      new RegExp(`ok +port +this installation serves ${world.origin}/`),
    );
  });

  test("what is not running says how to start it, and invents no numbers", () => {
    const none = { env: { MIAU_STATE_DIR: path.join(world.hold, "none") } };
    const { stdout, code } = world.ctlWith(none, "status");
    assert.equal(code, 3);
    assert.match(stdout, /`miauctl up` begins one/);
    assert.match(stdout, /not made yet/);
    assert.doesNotMatch(stdout, /0 B free/);
    const json = JSON.parse(world.ctlWith(none, "status", "--json").stdout);
    assert.equal(json.freeBytes, null);
  });

  test("names from the disk cannot drive the terminal", () => {
    writeFileSync(path.join(world.films, "Red\x1b[31m\x07 (2001).mp4"), "x");
    world.ctl("library", "scan");
    const { stdout } = world.ctl("library", "files");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/);
  });

  test("people are added, listed and given a new password", async () => {
    world.addPerson("uma@example.org");
    const again = world.ctlWith(
      { input: `${password}\n` },
      "user",
      "add",
      "uma@example.org",
      "--password-file",
      "-",
    );
    assert.equal(again.code, 1);
    assert.match(world.ctl("user", "list").stdout, /uma@example\.org/);
    const uma = await world.visitor().signIn("uma@example.org", password);
    const fresh = "another good password";
    const set = world.ctlWith(
      { input: `${fresh}\n` },
      "user",
      "passwd",
      "uma@example.org",
      "--password-file",
      "-",
    );
    assert.equal(set.code, 0, set.stderr);
    assert.equal((await uma.get("/api/me")).status, 401, "old sessions end");
    await world.visitor().signIn("uma@example.org", fresh);
    const short = world.ctlWith(
      { input: "short\n" },
      "user",
      "passwd",
      "uma@example.org",
      "--password-file",
      "-",
    );
    assert.equal(short.code, 1);
  });

  test("people get another role, are disabled and removed, and know it at once", async () => {
    const ask = (...words: string[]) => world.ctl("user", ...words);
    world.addPerson("kim@example.org");
    const enter = () => world.visitor().signIn("kim@example.org", password);
    for (const words of [
      ["role", "KIM", "admin"],
      ["disable", "kim"],
      ["remove", "kim@example.org"],
    ]) {
      const kim = await enter();
      const listener = await Listener.open(kim);
      const done = ask(...words);
      assert.equal(done.code, 0, done.stderr);
      assert.equal((await kim.get("/api/me")).status, 401, words.join(" "));
      await listener.hear("the end", (h) => h.event === "session");
      if (words[0] === "disable") {
        assert.equal(JSON.parse(ask("show", "kim", "--json").stdout).disabled, true);
        const login = { email: "kim", password };
        assert.equal((await world.visitor().post("/api/auth/login", login)).status, 401);
        assert.equal(ask("enable", "kim").code, 0);
      }
    }
    assert.match(ask("show", "kim").stderr, /nobody called kim/);
    for (const words of [["remove"], ["disable"], ["role"]]) {
      const email = "admin@example.org";
      const refused = ask(...words, email, ...(words[0] === "role" ? ["user"] : []));
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /last administrator/);
    }
    assert.match(ask("role", "admin@example.org", "god").stderr, /user or admin/);
  });

  test("events are printed as they happen", async () => {
    const follow = spawn(miauctl, ["events", "-f", "--json"], { env: world.env });
    let heard = "";
    follow.stdout.on("data", (part) => (heard += part));
    // The first may come before somebody listens.
    const scan = () => {
      world.ctl("library", "scan");
      return heard.includes('"library"');
    };
    await until("an event", scan, { every: 500, why: () => heard });
    for (const line of heard.trim().split("\n").slice(0, -1)) JSON.parse(line);
    follow.kill("SIGINT");
    await new Promise((done) => follow.once("exit", done));
  });

  test("a title is shown by its public id", async () => {
    const id = await world.movieId(movies.front);
    assert.match(world.ctl("title", "show", `movie-${id}`).stdout, new RegExp(movies.front));
    assert.equal(world.ctl("title", "show", "movie-1").code, 1);
  });

  test("the configuration of each web server is one that it takes", () => {
    for (const [name, program, ...args] of [
      ["lighttpd", "lighttpd", "-tt", "-f"],
      ["nginx", "nginx", "-t", "-q", "-e", "stderr", "-c"],
      ["apache", "apache2", "-t", "-f"],
      ["cgi", "apache2", "-t", "-f"],
    ] as const) {
      const { stdout, code } = world.ctl("webserver", name);
      assert.equal(code, 0);
      const file = path.join(world.hold, "printed.conf");
      writeFileSync(file, stdout);
      const check = spawnSync(program, [...args, file], { encoding: "utf8" });
      assert.equal(check.status, 0, check.stderr);
    }
    assert.equal(
      world.ctl("webserver").stdout,
      world.ctl("webserver", String(world.env.MIAU_WEBSERVER)).stdout,
    );
    const none = world.ctl("webserver", "caddy");
    assert.notEqual(none.code, 0);
    assert.match(none.stderr, /lighttpd, nginx, apache, or cgi/);
  });

  test("settings are shown with their units, and taken without", () => {
    const row = (name: string) =>
      world
        .ctl("config", "list")
        .stdout.split("\n")
        .find((line) => line.startsWith(`${name} `));
    assert.match(row("handler.idle") ?? "", / {2}1 min {2}/);
    assert.match(row("net.uploadLimit") ?? "", / {2}1 MiB\/s {2}/);
    assert.match(row("storage.limit") ?? "", / {2}chosen by the free space {2}/);
    assert.equal(world.ctl("config", "get", "net.uploadLimit").stdout, "1048576\n");
    const set = world.ctl("config", "set", "net.uploadLimit", "2097152");
    assert.equal(set.stdout, "net.uploadLimit = 2 MiB/s\n");
    const wrong = world.ctl("config", "set", "handler.idle", "2 min");
    assert.match(wrong.stderr, /whole number of seconds from 1 to 86400/);
    assert.equal(world.ctl("config", "unset", "net.uploadLimit").code, 0);
  });

  test("the commented configuration file names every setting", async () => {
    const text = world.ctl("config", "template").stdout;
    const { settings } = await world.admin.read("/api/config");
    for (const { environment } of settings) assert.ok(text.includes(environment), environment);
  });
});
