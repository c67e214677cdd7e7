// The state folder shows no secret to grep: tokens, keys, passwords. Neither
// does the log. Pictures and films are payload and left out.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });

const secrets = new Map<string, string>([["password", password]]);
const browser = await world.visitor().signIn("admin@example.org", password, "cookies");
for (const [name, cookie] of browser.cookies) secrets.set(name.slice(0, 14), cookie.value);
secrets.set("access token", world.admin.token as string);
secrets.set("refresh token", world.admin.refreshToken as string);
const id = await world.movieId(movies.front);
const { streamingKey } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
secrets.set("stream key", streamingKey);
// Used, so that each had the chance to be written somewhere.
await world.visitor().get(`/api/stream/${streamingKey}`, { headers: { range: "bytes=0-99" } });
await world.visitor().get(`/api/subtitles/${streamingKey}`);
await world
  .visitor()
  .post("/api/auth/login", { email: "admin@example.org", password: `${password}!` });
await browser.post(`/api/auth/refresh/${browser.session}`);
for (const [name, cookie] of browser.cookies) secrets.set(`new ${name.slice(0, 14)}`, cookie.value);
const rotated = await world.admin.post("/api/auth/refresh", {
  refreshToken: world.admin.refreshToken,
});
secrets.set("successor", rotated.json.refreshToken);

/** What to look for: the text, its parts, what it decodes to, its hex. */
function forms(secret: string): Buffer[] {
  const parts = secret.split(".").filter((part) => part.length >= 20);
  // A session's id and a token's claims are no secrets.
  const texts = [secret, ...parts.slice(-1)];
  return texts.flatMap((text) => {
    const bytes = Buffer.from(text, "base64url");
    const raw = bytes.length >= 24 ? [bytes, Buffer.from(bytes.toString("hex"))] : [];
    return [Buffer.from(text), ...raw];
  });
}

/** What is in a file; nothing when it has gone meanwhile. */
function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (e) {
    if (["ENOENT", "ESRCH"].includes((e as NodeJS.ErrnoException).code ?? ""))
      return Buffer.alloc(0);
    throw e;
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/\/(images|library)\//.test(file));
}

test("no file of the state folder holds a secret", async () => {
  await until(
    "something to be written",
    () => statSync(path.join(world.state, "miauflix.db")).size > 0,
  );
  const files = filesOf(world.state);
  assert.ok(files.some((f) => f.endsWith("miauflix.db")));
  assert.ok(files.some((f) => f.includes("/keys/")));
  for (const file of files) {
    const content = read(file);
    for (const [name, secret] of secrets) {
      for (const form of forms(secret)) {
        assert.equal(
          content.includes(form),
          false,
          `${name} in ${path.relative(world.state, file)}`,
        );
      }
    }
  }
});

test("the master key is in keys/ alone, and nobody else may read it", () => {
  const keys = path.join(world.state, "keys");
  assert.equal(statSync(keys).mode & 0o077, 0);
  const inKeys = filesOf(keys);
  assert.ok(inKeys.length > 0);
  const others = filesOf(world.state).filter((file) => !file.startsWith(`${keys}/`));
  for (const file of inKeys) {
    assert.equal(statSync(file).mode & 0o077, 0, file);
    const key = readFileSync(file);
    if (key.length < 16) continue;
    for (const other of others) assert.ok(!read(other).includes(key), other);
  }
  assert.equal(statSync(path.join(world.state, "miauflix.db")).mode & 0o077, 0);
});

test("the log shows no secret", () => {
  const log = Buffer.from(world.log());
  assert.ok(log.length > 100);
  for (const [name, secret] of secrets) {
    for (const form of forms(secret)) assert.equal(log.includes(form), false, `${name} in the log`);
  }
});

test("no process shows one in its arguments or environment", () => {
  for (const { pid, program } of world.processes()) {
    for (const what of ["cmdline", "environ"]) {
      const content = read(`/proc/${pid}/${what}`);
      for (const [name, secret] of secrets) {
        assert.equal(content.includes(secret), false, `${name} in ${what} of ${program}`);
      }
    }
  }
});
