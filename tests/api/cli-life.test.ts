// miauctl and the life of an installation: set up by options or on a terminal,
// brought up, looked at, taken down.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { layFilms, movies } from "../world/films.ts";
import { miauctl, until } from "../world/place.ts";
import { makeWorld, password } from "../world/world.ts";

test("from nothing by options alone: up -d, setup, status, down", async () => {
  const other = await makeWorld({ isStopped: true });
  try {
    await layFilms(other, { isShort: true });
    const up = other.ctl("up", "--detach");
    assert.equal(up.code, 0, up.stderr + up.stdout);
    const args = ["--email", "eve@example.org", "--name", "Eve", "--password-file", "-"];
    const set = other.ctlWith(
      { input: `${password}\n` },
      "setup",
      ...args,
      "--folder",
      other.films,
      "--consent",
    );
    assert.equal(set.code, 0, set.stderr + set.stdout);
    other.admin = await other.visitor().signIn("eve@example.org", password);
    await other.scanned();
    assert.ok((await other.movieId(movies.front)) > 0);
    assert.equal(other.ctl("config", "get", "net.consent").stdout.trim(), "true");
    const twice = other.ctlWith({ input: `${password}\n` }, "setup", ...args);
    assert.equal(twice.code, 1, "there is an administrator");
    assert.equal(other.ctl("status").code, 0);
    assert.ok(existsSync(path.join(other.state, "log/miauflix.log")));
    assert.ok(readFileSync(path.join(other.state, "log/miauflix.log"), "utf8").length > 0);
    assert.equal(other.ctl("down").code, 0);
    assert.deepEqual(await other.leftovers(), []);
    assert.equal(other.ctl("status").code, 3);
    assert.equal(other.ctl("down").code, 0, "nothing runs: no failure");
  } finally {
    other.ctl("down");
    await other.tearDown();
  }
});

test("set-up on a terminal asks what the browser asks, and says what is wrong", async () => {
  const other = await makeWorld({ isStopped: true });
  try {
    const terminal = spawn("script", ["-qfec", `${miauctl} setup`, "/dev/null"], {
      env: other.env,
      cwd: other.hold,
    });
    let said = "";
    for (const stream of [terminal.stdout, terminal.stderr]) {
      stream.on("data", (part) => (said += part));
    }
    const ended = new Promise<number | null>((done) => terminal.once("close", done));
    let seen = 0;
    for (const [question, answer] of [
      ["E-mail address: ", "cat"],
      ["That is no e-mail address; one looks like ada@example.org.", undefined],
      ["E-mail address: ", "ada@example.org"],
      ["Name that is shown [ada]: ", ""],
      ["Password: ", "short"],
      ["At least ", undefined],
      ["Password: ", password],
      ["The same again: ", password],
      ["2 of 3", undefined],
      ["May torrents be played and shared? (yes/no) [no]: ", "perhaps"],
      ["Please answer yes or no.", undefined],
      ["May torrents be played and shared? (yes/no) [no]: ", "yes"],
    ] as [string, string | undefined][]) {
      await until(
        question,
        () => {
          const at = said.indexOf(question, seen);
          if (at !== -1) seen = at + question.length;
          return at !== -1;
        },
        { why: () => said },
      );
      if (answer !== undefined) terminal.stdin.write(`${answer}\n`);
    }
    assert.equal(await ended, 0, said);
    assert.match(other.ctl("user", "list").stdout, /ada@example\.org/);
    assert.equal(other.ctl("config", "get", "net.consent").stdout.trim(), "true");
  } finally {
    await other.tearDown();
  }
});

test("up --log-file stays in front and says only its steps", async () => {
  const other = await makeWorld({ isStopped: true });
  const up = spawn(miauctl, ["up", "--log-file"], { env: other.env, cwd: other.hold });
  let said = "";
  for (const stream of [up.stdout, up.stderr]) stream.on("data", (part) => (said += part));
  const ended = new Promise<number | null>((done) => up.once("close", done));
  try {
    await until("it to say that it is ready", () => {
      assert.equal(up.exitCode, null, said);
      return said.includes("Ctrl-C ends it");
    });
    assert.ok(await other.isReady());
    up.kill("SIGINT");
    assert.equal(await ended, 0, said);
    assert.match(said, /miaud answers/);
    assert.doesNotMatch(said, /"level"|\binfo\b/);
    const log = readFileSync(path.join(other.state, "log/miauflix.log"), "utf8");
    assert.match(log, /"event":"up.ending"/);
    assert.match(log, /^miaud: \{/m);
    // This test asks from another address than miauctl does.
    const refused = /"status":503.*"address":"127\.0\.0\.1"/;
    assert.doesNotMatch(log, refused, "nothing is asked before it can answer");
  } finally {
    if (up.exitCode === null) up.kill("SIGKILL");
    await other.tearDown();
  }
});
