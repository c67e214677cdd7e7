// The master key is gone, or another one lies in its place: one clear sentence from
// whoever is asked, nothing is written, and all is as it was when it is back.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import { until } from "../world/place.ts";
import { makeWorld, password } from "../world/world.ts";

const world = await makeWorld();
after(() => world.tearDown());
const email = "admin@example.org";
const file = path.join(world.state, "keys/master.key");
const key = readFileSync(file);

/** `miauctl up` ends by itself; its code, and what was said. */
async function refused(
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const before = world.log().length;
  const up = world.launch(env);
  await until("miauctl up to end", () => up.exitCode !== null || up.signalCode !== null, {
    why: () => world.log().slice(before),
  });
  return { code: up.exitCode, said: world.log().slice(before) };
}

/** All that is in the database, as text. */
const content = () => world.sql(".dump");

const wrong = randomBytes(32);
const cases: [string, RegExp, () => void, Record<string, string>][] = [
  ["is missing", /master key is missing/, () => rmSync(file), {}],
  ["is another one", /not the one/, () => writeFileSync(file, wrong, { mode: 0o600 }), {}],
  [
    "of the environment is another one",
    /not the one/,
    () => {},
    { MIAU_MASTER_KEY: wrong.toString("hex") },
  ],
];

for (const [what, sentence, harm, env] of cases)
  test(`the master key ${what}: all refuse, nothing is written`, async () => {
    assert.equal(await world.stop(), 0);
    const before = content();
    harm();
    const lay = existsSync(file) ? readFileSync(file) : null;
    const up = await refused(env);
    assert.ok(up.code !== 0, "miauctl up");
    assert.match(up.said, sentence);
    for (const [name, value] of Object.entries(env)) world.env[name] = value;
    const ctl = world.ctl("user", "add", "new@example.org", "--password-file", file);
    const asked = await runCgi(world, "/api/auth/login", {
      method: "POST",
      json: { email, password },
    });
    for (const name of Object.keys(env)) delete world.env[name];
    assert.equal(ctl.code, 1);
    assert.match(ctl.stderr, sentence);
    assert.equal(asked.status, 500);
    assert.match(asked.body.toString(), sentence);
    assert.equal(content(), before);
    assert.deepEqual(existsSync(file) ? readFileSync(file) : null, lay, "no key was made");
    writeFileSync(file, key, { mode: 0o600 });
    await world.start();
    assert.equal((await world.admin.get("/api/me")).status, 200, "tokens of before are good");
    assert.equal(world.ctl("audit", "verify").code, 0);
  });
