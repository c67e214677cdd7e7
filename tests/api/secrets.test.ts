// The state folder shows no secret to grep: tokens, keys, passwords. Neither
// does the log. Pictures and films are payload and left out.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { insteadOf } from "../world/fastcgi.ts";
import { filesOf, readIfThere } from "../world/files.ts";
import { movies, showFilms } from "../world/films.ts";
import { basic, keyHolder, makeKey } from "../world/keys.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({
  hasAdmin: false,
  hasTls: true,
  env: { MIAU_PUBLIC_URL: "https://films.example.org" },
});
const email = "admin@example.org";
const secrets = new Map<string, string>();

/** Makes the administrator with the one-time code, as from elsewhere. */
async function setUpFromElsewhere(): Promise<void> {
  const file = path.join(world.state, "run/setup.code");
  const code = await until("the code", () => readIfThere(file).toString().trim() || undefined);
  secrets.set("set-up code", code);
  const elsewhere = { headers: { "x-forwarded-for": "203.0.113.1" } };
  const person = { email, password, displayName: "Ada" };
  const visitor = world.visitor();
  assert.equal((await visitor.read("/api/auth/setup", elsewhere)).codeNeeded, true);
  await visitor.send("/api/auth/setup", { ...person, code }, elsewhere);
  // The address of the first visit.
  await visitor.get(`/setup?code=${code}`);
  world.admin = await world.visitor().signIn(email, password);
}

await setUpFromElsewhere();
await showFilms(world, { isShort: true });
secrets.set("password", password);
const browser = await world.visitor().signIn(email, password, "cookies");
for (const [name, cookie] of browser.cookies) secrets.set(name.slice(0, 20), cookie.value);
secrets.set("access token", world.admin.token as string);
secrets.set("refresh token", world.admin.refreshToken as string);
const id = await world.movieId(movies.front);
const { streamingKey } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
secrets.set("stream key", streamingKey);

/** Keys of programs: each opens something, and in vain. */
async function useKeys(): Promise<void> {
  const { secret } = await makeKey(world.admin, { scope: "full" });
  const app = await makeKey(world.admin, { kind: "password" });
  secrets.set("API key", secret);
  secrets.set("app password", app.secret);
  secrets.set("app password, as it is typed", app.secret.replaceAll("-", ""));
  const script = keyHolder(world, { secret });
  assert.equal((await script.get("/api/users")).status, 200);
  assert.equal((await script.post("/api/auth/keys", { name: "No" })).status, 403);
  const headers = basic(email, app.secret);
  secrets.set("header of an app password", headers.authorization.slice("Basic ".length));
  assert.equal((await world.visitor().get("/api/me", { headers })).status, 200);
  assert.equal((await world.visitor().get("/api/audit", { headers })).status, 200);
  const wrong = basic("nobody@example.org", app.secret);
  assert.equal((await world.visitor().get("/api/me", { headers: wrong })).status, 401);
  await world.visitor().signIn(email, app.secret);
  const revoked = await makeKey(world.admin);
  await world.admin.delete(`/api/auth/keys/${revoked.id}`);
  secrets.set("revoked API key", revoked.secret);
  assert.equal((await keyHolder(world, revoked).get("/api/me")).status, 401);
}

/** What is handed out to be typed, and what devices prove themselves by; each is
 * shown, tried, and tried in vain. */
async function handOut(): Promise<void> {
  const { admin } = world;
  const visitor = world.visitor();
  const noteCode = (name: string, code: string): void => {
    secrets.set(name, code);
    secrets.set(`${name}, as it is typed`, code.replaceAll("-", ""));
  };
  const pin = "94171358";
  secrets.set("PIN", pin);
  const profile = await admin.send("/api/me/profiles", { name: "Bo", pin });
  const enter = `/api/me/profiles/${profile.id}/use`;
  assert.equal((await admin.post(enter, { pin: "1111" })).status, 403);
  const first = (await admin.read("/api/me/profiles")).current;
  admin.token = (await admin.send(enter, { pin })).accessToken;
  const back = await admin.send(`/api/me/profiles/${first}/use`, { password });
  admin.token = back.accessToken;

  const reset = await admin.send(`/api/users/${admin.user.id}/reset`);
  noteCode("code for a new password", reset.code);
  const invitation = await admin.send("/api/auth/invitations", {});
  noteCode("invitation", invitation.code);
  for (const { link } of [reset, invitation]) {
    const { pathname, search } = new URL(link);
    await visitor.get(pathname + search, { isUnjudged: true });
  }
  // Refused, as the address is taken, so that the code stays good.
  const taken = { email, password, name: "Sam", code: invitation.code };
  assert.equal((await visitor.post("/api/auth/signup", taken)).status, 409);

  const shown = await visitor.send("/api/auth/device/code", {});
  secrets.set("device code", shown.deviceCode);
  noteCode("what is typed for a device", shown.userCode);
  await visitor.post("/api/auth/device/token", { deviceCode: shown.deviceCode });
  const approve = "/api/auth/device/approve";
  await admin.send(approve, { userCode: shown.userCode, approve: true });

  await useKeys();

  const origin = "https://films.example.org";
  const asked = await admin.post("/api/auth/passkeys/options", undefined, { headers: { origin } });
  assert.equal(asked.status, 200, asked.text);
  secrets.set("challenge", asked.json.challenge);
}
await handOut();

// Used, so that each had the chance to be written somewhere.
await world.visitor().get(`/api/stream/${streamingKey}`, { headers: { range: "bytes=0-99" } });
await world.visitor().get(`/api/subtitles/${streamingKey}`);
await world.visitor().post("/api/auth/login", { email, password: `${password}!` });
await browser.post(`/api/auth/refresh/${browser.session}`);
for (const [name, cookie] of browser.cookies) secrets.set(`new ${name.slice(0, 20)}`, cookie.value);
const rotated = await world.admin.post("/api/auth/refresh", {
  refreshToken: world.admin.refreshToken,
});
secrets.set("successor", rotated.json.refreshToken);

/** Everything that holds a secret, where it makes a web server complain. */
async function askInVain(): Promise<void> {
  const odd = { isUnjudged: true };
  for (const target of [
    `/api/stream/${streamingKey}`,
    `/api/stream/${streamingKey}?quality=FHD`,
    `/api/subtitles/${streamingKey}`,
    `/api/subtitles/${streamingKey}/0`,
    `/api/v1/stream/${streamingKey}`,
  ])
    await browser.get(target, odd).catch(() => undefined);
  const body = { refreshToken: rotated.json.refreshToken };
  await browser.post("/api/auth/refresh", body, odd).catch(() => undefined);
}

for (const answer of [undefined, "no head", "Status: 200 OK\r\nX-Sendfile: /nowhere\r\n\r\n"])
  await insteadOf(
    world,
    "stream",
    () => answer,
    () =>
      insteadOf(
        world,
        "subtitles",
        () => answer,
        () =>
          insteadOf(
            world,
            "me",
            () => answer,
            () => insteadOf(world, "auth", () => answer, askInVain),
          ),
      ),
  );
// Nor is a request that is no request, or too large a one.
const wide = { headers: { cookie: `${browser.cookieHeader("/api/me")}; x=${"x".repeat(40_000)}` } };
await world
  .visitor()
  .get(`/api/stream/${streamingKey}`, { ...wide, isUnjudged: true })
  .catch(() => undefined);
assert.equal((await browser.get("/api/health")).status, 200);

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

test("no file of the state folder holds a secret", async () => {
  await until(
    "something to be written",
    () => statSync(path.join(world.state, "miauflix.db")).size > 0,
  );
  const files = filesOf(world.state).filter((file) => !/\/(images|library)\//.test(file));
  assert.ok(files.some((f) => f.endsWith("miauflix.db")));
  assert.ok(files.some((f) => f.includes("/keys/")));
  for (const file of files) {
    const content = readIfThere(file);
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

test("what people and devices prove themselves by is among it", () => {
  for (const name of ["API key", "app password", "revoked API key"])
    assert.ok((secrets.get(name) ?? "").length >= 20, name);
  for (const name of ["PIN", "invitation", "device code", "challenge", "code for a new password"])
    assert.ok((secrets.get(name) ?? "").length >= 8, name);
});

test("the master key is in keys/ alone, and nobody else may read it", () => {
  const keys = path.join(world.state, "keys");
  assert.equal(statSync(keys).mode & 0o077, 0);
  const inKeys = filesOf(keys);
  assert.ok(inKeys.length > 0);
  const others = filesOf(world.state).filter(
    (file) => !/\/(images|library)\//.test(file) && !file.startsWith(`${keys}/`),
  );
  for (const file of inKeys) {
    assert.equal(statSync(file).mode & 0o077, 0, file);
    const key = readFileSync(file);
    if (key.length < 16) continue;
    for (const other of others) assert.ok(!readIfThere(other).includes(key), other);
  }
  assert.equal(statSync(path.join(world.state, "miauflix.db")).mode & 0o077, 0);
});

test("the log shows no secret", () => {
  // The greeting is for who runs it, on the terminal.
  const lines = world.log().split("\n");
  const log = Buffer.from(lines.filter((l) => !l.startsWith("  first visit ")).join("\n"));
  assert.ok(log.length > 100);
  for (const [name, secret] of secrets) {
    for (const form of forms(secret)) assert.equal(log.includes(form), false, `${name} in the log`);
  }
});

test("no process shows one in its arguments or environment", () => {
  for (const { pid, program } of world.processes()) {
    for (const what of ["cmdline", "environ"]) {
      const content = readIfThere(`/proc/${pid}/${what}`);
      for (const [name, secret] of secrets) {
        assert.equal(content.includes(secret), false, `${name} in ${what} of ${program}`);
      }
    }
  }
});
