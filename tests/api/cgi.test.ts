// Plain CGI, from a checkout: Apache with mod_cgid starts a handler's program for
// each request, with the configuration that `miauctl webserver cgi` prints.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Client } from "../world/client.ts";
import { place } from "../world/media.ts";
import { build, noApache, root, until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { makeWorld, password } from "../world/world.ts";

const world = await makeWorld({ hasTls: false });
const port = await freePort();
const config = path.join(world.hold, "cgi.conf");
const log = path.join(world.hold, "cgi.log");
const visitor = new Client(`http://127.0.0.1:${port}`);
let apache: ChildProcess | undefined;

after(async () => {
  visitor.close();
  if (apache && apache.exitCode === null && apache.signalCode === null) {
    const ended = new Promise((done) => apache?.once("exit", done));
    apache.kill("SIGTERM");
    await ended;
  }
  await world.tearDown();
});

before(async () => {
  if (noApache) return;
  await place("vp9.webm", path.join(world.films, "Night Walk (2019).webm"), 30);
  await world.addFolder(world.films);
  await world.pictured();
  const env = { ...world.env, MIAU_PORT: String(port) };
  const printed = world.ctlWith({ env }, "webserver", "cgi");
  assert.equal(printed.code, 0, printed.stderr);
  writeFileSync(config, printed.stdout);
  // Apache does not serve as root: it gets another name for it.
  const who = process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=1000"] : ["env"];
  const [program, ...args] = [...who, "apache2", "-D", "FOREGROUND", "-f", config];
  const to = openSync(log, "a");
  apache = spawn(program as string, args, { env, stdio: ["ignore", to, to] });
  closeSync(to);
  await until("Apache to answer", async () => {
    if (apache?.exitCode !== null) throw new Error(readFileSync(log, "utf8"));
    return (await visitor.get("/api/ready").catch(() => undefined))?.status === 200;
  });
  // Nobody but the programs that Apache starts answers these.
  await visitor.signIn("admin@example.org", password);
});

test("settings reach the programs by name, never by value", { skip: noApache }, () => {
  const text = readFileSync(config, "utf8");
  assert.match(text, /^PassEnv MIAU_PORT$/m);
  assert.match(text, new RegExp(`^SetEnv MIAU_STATE_DIR "${world.state}"$`, "m"));
  assert.ok(text.includes(path.join(build, "cgi/movies.fcgi")));
  assert.doesNotMatch(text, /proxy:|unix:/);
});

describe("what works", { skip: noApache }, () => {
  test("signing in, who one is, changing it", async () => {
    const guest = new Client(visitor.origin);
    await guest.signIn("admin@example.org", password, "cookies");
    assert.equal((await guest.get("/api/me")).json.displayName, "Ada Admin");
    assert.equal((await guest.patch("/api/me", { displayName: "Ada" })).json.displayName, "Ada");
    assert.equal((await visitor.get("/api/me")).json.displayName, "Ada");
    const { refreshToken } = visitor;
    await visitor.send("/api/auth/refresh", { refreshToken }, { isBare: true });
    guest.close();
  });

  test("lists, a title, its picture", async () => {
    const { results } = await visitor.read("/api/lists/recently-added?pageSize=5");
    const film = results.find((t: { title: string }) => t.title === "Night Walk");
    assert.ok(film, JSON.stringify(results));
    const movie = await visitor.read(`/api/movies/${await world.movieId("Night Walk")}`);
    assert.equal(movie.title, "Night Walk");
    const poster = await visitor.get(film.poster);
    assert.equal(poster.status, 200);
    assert.match(String(poster.headers["content-type"]), /^image\//);
    assert.ok(poster.isComplete && poster.body.length > 100);
    const again = await visitor.get(film.poster, {
      headers: { "if-none-match": poster.headers.etag as string },
    });
    assert.equal(again.status, 304);
  });

  test("settings, which miaud is told", async () => {
    const change = { settings: [{ name: "library.probes", value: 1 }] };
    assert.equal((await visitor.put("/api/config", change)).status, 200);
    const { settings } = await world.admin.read("/api/config");
    const row = settings.find((s: { name: string }) => s.name === "library.probes");
    assert.equal(row.value, 1);
  });

  test("the app and its files", async () => {
    for (const page of ["/", "/movie/7"])
      assert.equal(
        (await visitor.get(page)).text,
        readFileSync(path.join(root, "www/dist/index.html"), "utf8"),
      );
    assert.equal((await visitor.get("/assets/none.js")).status, 404);
    assert.equal((await visitor.get("/health")).status, 200);
    assert.equal((await visitor.get("/api/openapi.json")).status, 200);
  });
});

describe("errors", { skip: noApache }, () => {
  for (const [what, status, code, ask] of [
    ["a stranger", 401, "unauthorized", () => new Client(visitor.origin).get("/api/me")],
    ["an address of nobody", 404, "route_not_found", () => visitor.get("/api/nothing")],
    ["one that begins like another", 404, "route_not_found", () => visitor.get("/api/moviestar")],
    ["what is not there", 404, "movie_not_found", () => visitor.get("/api/movies/99999999")],
    ["another method", 405, "method_not_allowed", () => visitor.delete("/api/status")],
    ["no JSON", 400, "invalid_json", () => send("{")],
    ["a large body, read whole", 400, "invalid_fields", () => send(named("x".repeat(900_000)))],
    ["a strange name of this server", 421, "wrong_host", () => as({ host: "evil.example" })],
    ["a slash in disguise", 400, "bad_request", () => visitor.get("/api/movies/a%2fb")],
  ] as const)
    test(what, async () => {
      const reply = await ask();
      assert.equal(reply.status, status, reply.text);
      assert.equal(reply.json.code, code);
    });
  const as = (headers: Record<string, string>) => visitor.get("/api/me", { headers });
  const named = (displayName: string) => JSON.stringify({ displayName });
  const send = (body: string) =>
    visitor.ask("PATCH", "/api/me", { body, headers: { "content-type": "application/json" } });
});

test("a body above the limit is refused", { skip: noApache }, async () => {
  const body = Buffer.alloc((1 << 20) + 1, 0x20);
  const reply = await visitor.ask("PATCH", "/api/me", { body, isUnjudged: true });
  assert.equal(reply.status, 413);
});

describe("what needs FastCGI says so", { skip: noApache }, () => {
  test("streams", async () => {
    const titleId = `movie-${await world.movieId("Night Walk")}`;
    const { url } = await visitor.send("/api/play/start", { titleId });
    for (const reply of [await visitor.get(url), await visitor.head(url)])
      assert.equal(reply.status, 503);
    assert.match((await visitor.get(url)).json.message, /need FastCGI.+miauctl webserver/);
  });

  test("events", async () => {
    const reply = await visitor.get("/api/events");
    assert.equal(reply.status, 503);
    assert.equal(reply.json.code, "needs_fastcgi");
  });
});
