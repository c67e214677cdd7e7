// How people come in and come back in without e-mail: their own password, codes
// for a new one, invitations, accounts that they make themselves.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { Listener } from "../world/listener.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const fresh = "another good password";

/** Whether somebody gets in with this password. */
async function enters(email: string, word: string): Promise<boolean> {
  const reply = await world.visitor().post("/api/auth/login", { email, password: word });
  return reply.status === 200;
}

async function put(name: string, value: string | number): Promise<void> {
  const reply = await world.admin.put("/api/config", { settings: [{ name, value }] });
  assert.equal(reply.status, 200);
}

const mode = async (): Promise<string> => (await world.visitor().read("/api/auth/setup")).signup;

/** Handlers read settings anew after a while. */
async function open(how: "closed" | "invite" | "open"): Promise<void> {
  await put("auth.signup", how);
  await until("the setting to be read", async () => (await mode()) === how);
}

describe("the own password", () => {
  test("is changed by who knows it; other sessions end, this one stays", async () => {
    const email = "own@example.org";
    const here = await world.person(email);
    const there = await world.visitor().signIn(email, password);
    const listener = await Listener.open(there);
    const change = (current: string, next: string) =>
      here.post("/api/auth/password", { current, password: next });
    const wrong = await change("not it, surely", fresh);
    assert.equal(wrong.status, 403);
    assert.equal(wrong.json.code, "password_wrong");
    assert.equal((await change(password, "short")).status, 400);
    assert.equal((await change(password, fresh)).status, 204);
    assert.equal(world.lastEvent(), "user.password");
    assert.equal((await here.get("/api/me")).status, 200);
    assert.equal((await there.get("/api/me")).status, 401);
    await listener.hear("the end", (h) => h.event === "session");
    assert.equal(await enters(email, password), false);
    assert.equal(await enters(email, fresh), true);
  });

  test("cannot be guessed by who has found a page open", async () => {
    const here = await world.person("guessed@example.org");
    let last = 403;
    for (let tries = 0; last === 403 && tries < 200; tries++) {
      const body = { current: `guess ${tries}`, password: fresh };
      last = (await here.post("/api/auth/password", body)).status;
    }
    assert.equal(last, 429);
  });
});

describe("a code for a new password", () => {
  const email = "forgot@example.org";
  const use = (code: string, word = fresh) =>
    world.visitor().post("/api/auth/password/reset", { code, password: word });

  test("works once, as it is or as it is typed", async () => {
    const person = await world.person(email);
    const made = await world.admin.post(`/api/users/${person.user.id}/reset`);
    assert.equal(made.status, 201);
    const { code, link, expiresAt } = made.json;
    assert.equal(new URL(link).hash, `#${code}`);
    assert.match(new URL(link).pathname, /\/reset$/);
    assert.ok(Date.parse(expiresAt) > Date.now());
    assert.match(String(made.headers["cache-control"]), /no-store/);
    assert.equal((await person.get("/api/me")).status, 200, "nothing ends before");
    assert.equal((await use(code.toLowerCase().replaceAll("-", " "))).status, 204);
    assert.equal(world.lastEvent(), "reset.used");
    assert.equal((await person.get("/api/me")).status, 401);
    assert.equal(await enters(email, fresh), true);
    const again = await use(code, "a third password");
    assert.equal(again.status, 403);
    assert.equal(again.json.code, "code_invalid");
  });

  test("ends by a newer one, by its time, and by a password set meanwhile", async () => {
    const { id } = (await world.visitor().signIn(email, fresh)).user;
    const make = async () => (await world.admin.send(`/api/users/${id}/reset`)).code;
    const first = await make();
    const second = await make();
    assert.equal((await use(first)).status, 403);
    world.sql("UPDATE password_reset SET expires_at = 1");
    assert.equal((await use(second)).status, 403);
    const third = await make();
    const set = world.ctlWith(
      { input: `${fresh}\n` },
      "user",
      "passwd",
      email,
      "--password-file",
      "-",
    );
    assert.equal(set.code, 0, set.stderr);
    assert.equal((await use(third)).status, 403);
  });

  test("is nowhere to be read afterwards", async () => {
    const person = await world.visitor().signIn(email, fresh);
    const { code } = await world.admin.send(`/api/users/${person.user.id}/reset`);
    const plain = code.replaceAll("-", "");
    assert.equal((await use(code, password)).status, 204);
    for (const text of [world.sql(".dump"), world.log()])
      for (const secret of [code, plain]) assert.ok(!text.includes(secret));
  });

  test("cannot be guessed", async () => {
    const guesser = world.visitor();
    let last = 403;
    for (let tries = 0; last === 403 && tries < 200; tries++) {
      const code = `K7QXM-2M9FT-00000-${String(tries).padStart(5, "0")}`;
      last = (await guesser.post("/api/auth/password/reset", { code, password: fresh })).status;
    }
    assert.equal(last, 429);
  });

  test("is made at the terminal as well", async () => {
    const made = world.ctl("user", "reset", email, "--json");
    assert.equal(made.code, 0, made.stderr);
    assert.equal((await use(JSON.parse(made.stdout).code)).status, 204);
    assert.match(world.ctl("user", "reset", email).stdout, /reset#[0-9A-Z]{5}-/);
  });
});

describe("an invitation", () => {
  const join = (code: string | undefined, email: string, more = {}): Promise<Client["user"]> =>
    world.visitor().post("/api/auth/signup", { name: "Joy New", email, password, code, ...more });

  test("makes one account, signed in, with the role it is for", async () => {
    const made = await world.admin.post("/api/auth/invitations", { role: "admin" });
    assert.equal(made.status, 201);
    assert.equal(new URL(made.json.link).hash, `#${made.json.code}`);
    assert.match(new URL(made.json.link).pathname, /\/join$/);
    const joined = await join(made.json.code, "joy@example.org", { tokens: "body" });
    assert.equal(joined.status, 201);
    assert.equal(joined.json.user.role, "admin");
    assert.equal(joined.json.user.displayName, "Joy New");
    assert.equal(joined.json.user.name, "joy");
    const joy = world.visitor();
    joy.token = joined.json.accessToken;
    assert.equal((await joy.get("/api/users")).status, 200);
    assert.equal((await join(made.json.code, "other@example.org")).status, 403);
    const events = world.sql("SELECT event FROM audit_log ORDER BY id").split("\n");
    for (const event of ["invitation.created", "user.created"]) assert.ok(events.includes(event));
  });

  test("sets cookies for a browser", async () => {
    const { code } = await world.admin.send("/api/auth/invitations", {});
    const joined = await join(code, "browser@example.org");
    assert.equal(joined.json.user.role, "user");
    assert.equal(joined.headers["set-cookie"]?.length, 2);
  });

  test("of one code, many at once make one account", async () => {
    const { code } = await world.admin.send("/api/auth/invitations", {});
    const all = await Promise.all([1, 2, 3, 4].map((n) => join(code, `many${n}@example.org`)));
    assert.equal(all.filter((r) => r.status === 201).length, 1);
    assert.equal(world.sql("SELECT count(*) FROM user WHERE email LIKE 'many%'"), "1");
  });

  test("stays good when the address is taken", async () => {
    const { code } = await world.admin.send("/api/auth/invitations", {});
    assert.equal((await join(code, "admin@example.org")).status, 409);
    assert.equal((await join(code, "later@example.org")).status, 201);
  });

  test("is listed without its code, and taken back", async () => {
    const { id, code } = await world.admin.send("/api/auth/invitations", {});
    const { invitations } = await world.admin.read("/api/auth/invitations");
    assert.ok(invitations.some((one: { id: string }) => one.id === id));
    assert.ok(!JSON.stringify(invitations).includes(code));
    assert.equal((await world.admin.delete(`/api/auth/invitations/${id}`)).status, 204);
    assert.equal((await world.admin.delete(`/api/auth/invitations/${id}`)).status, 404);
    assert.equal((await join(code, "late@example.org")).status, 403);
  });

  test("ends with its time", async () => {
    await put("auth.inviteTtl", 600);
    const { code } = await until("the setting to be read", async () => {
      const made = await world.admin.send("/api/auth/invitations", {});
      return Date.parse(made.expiresAt) < Date.now() + 3_600_000 ? made : undefined;
    });
    world.sql("UPDATE invitation SET expires_at = 1");
    assert.equal((await join(code, "late@example.org")).status, 403);
  });

  test("is made, listed and taken back at the terminal", async () => {
    const made = JSON.parse(world.ctl("user", "invite", "--admin", "--json").stdout);
    assert.match(world.ctl("user", "invitations").stdout, new RegExp(made.id));
    const joined = await join(made.code, "terminal@example.org");
    assert.equal(joined.json.user.role, "admin");
    const second = JSON.parse(world.ctl("user", "invite", "--json").stdout);
    assert.equal(world.ctl("user", "uninvite", second.id).code, 0);
    assert.equal(world.ctl("user", "uninvite", second.id).code, 1);
    assert.equal((await join(second.code, "gone@example.org")).status, 403);
  });

  test("is needed, not needed, or of no use, as auth.signup says", async () => {
    const { code } = await world.admin.send("/api/auth/invitations", {});
    assert.equal(await mode(), "invite");
    const refused = await join(undefined, "open@example.org");
    assert.equal(refused.json.code, "signup_closed");
    await open("open");
    const joined = await join(undefined, "open@example.org");
    assert.equal(joined.status, 201);
    assert.equal(joined.json.user.role, "user");
    await open("closed");
    assert.equal((await join(code, "closed@example.org")).json.code, "signup_closed");
    const none = await world.admin.post("/api/auth/invitations", {});
    assert.equal(none.json.code, "signup_closed");
  });
});

describe("people of another program", () => {
  // Of the password "U*U".
  const bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  const hash = (email: string) =>
    world.sql(`SELECT password_hash FROM user WHERE email = '${email}'`);
  const importing = (list: unknown) => {
    const file = path.join(world.state, "people.json");
    writeFileSync(file, JSON.stringify(list));
    return world.ctl("user", "import", file);
  };

  test("come with their passwords, and have hashes of ours once they have signed in", async () => {
    const done = importing([
      { email: "una@example.org", name: "una", displayName: "Una", passwordHash: bcrypt },
      { email: "root@example.org", role: "admin", passwordHash: bcrypt },
    ]);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^2 people/);
    assert.equal(hash("una@example.org"), bcrypt);
    assert.equal(await enters("una", "not U*U"), false);
    assert.equal(await enters("una", "U*U"), true);
    assert.match(hash("una@example.org"), /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    assert.equal(await enters("una@example.org", "U*U"), true);
    const admin = await world.visitor().signIn("root@example.org", "U*U");
    assert.equal((await admin.get("/api/users")).status, 200);
    const told = "SELECT count(*) FROM audit_log WHERE event = 'user.created' AND detail LIKE ";
    assert.equal(world.sql(`${told}'%"how":"import"%'`), "2");
  });

  test("come all or not at all, and it is said of each why not", () => {
    const before = world.sql("SELECT count(*) FROM user");
    const done = importing([
      { email: "vic@example.org", passwordHash: bcrypt },
      { email: "UNA@example.org", passwordHash: bcrypt },
      { email: "wim@example.org", passwordHash: bcrypt.replace("$05$", "$31$") },
      {
        email: "xen@example.org",
        passwordHash: `$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
      },
    ]);
    assert.equal(done.code, 1);
    assert.match(done.stderr, /^2 UNA@example.org: email is somebody's already\.$/m);
    assert.match(
      done.stderr,
      /^3 wim@example.org: passwordHash has a cost that is not 4 to 14\.$/m,
    );
    assert.match(done.stderr, /^4 xen@example.org: passwordHash has a memory/m);
    assert.match(done.stderr, /3 of 4/);
    assert.equal(world.sql("SELECT count(*) FROM user"), before);
  });
});
