// Who gets in: set-up and sign-in.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heldBack } from "../world/guesses.ts";
import { inTime, until } from "../world/place.ts";
import { cpuSeconds } from "../world/processes.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasAdmin: false });
const email = "admin@example.org";

describe("set-up", () => {
  test("is needed at first, without a code on this machine", async () => {
    const answer = await world.visitor("127.0.0.1").read("/api/auth/setup");
    assert.deepEqual(answer, { needed: true, open: false, codeNeeded: false, signup: "invite" });
  });

  test("refuses what is no e-mail address and what is too short", async () => {
    const wrong = [
      { email: "admin", password },
      { email: "a@", password },
      { email: "a b@example.org", password },
      { email: "a@example.org\r\nX: y", password },
      { email, password: "1234567" },
      { email },
      { password },
      { email, password, role: "admin" },
      { email: 7, password },
      { email: [email], password },
    ];
    for (const [i, body] of wrong.entries()) {
      const reply = await world.visitor(`127.1.${i}.1`).post("/api/auth/setup", body);
      assert.equal(reply.status, 400, JSON.stringify(body));
      assert.ok(reply.json.fields.length > 0);
    }
    assert.equal(world.sql("SELECT count(*) FROM user"), "0");
  });

  test("two at the same moment make one administrator", async () => {
    const both = await Promise.all(
      [1, 2].map((n) =>
        world
          .visitor(`127.2.${n}.1`)
          .post("/api/auth/setup", { email: `a${n}@example.org`, password, displayName: "A" }),
      ),
    );
    assert.deepEqual(both.map((r) => r.status).sort(), [201, 404]);
    assert.equal(both.find((r) => r.status === 404)?.json.code, "setup_done");
    const made = both.find((r) => r.status === 201)?.json;
    assert.equal(made.role, "admin");
    assert.equal(world.sql("SELECT count(*) FROM user"), "1");
    assert.equal(world.sql("SELECT count(*) FROM profile"), "1");
    world.sql(`UPDATE user SET email = '${email}', email_key = '${email}'`);
  });

  test("is over from then on, however one asks", async () => {
    const reply = await world
      .visitor("127.3.0.1")
      .post("/api/auth/setup", { email: "b@example.org", password });
    assert.equal(reply.status, 404);
    const answer = await world.visitor().read("/api/auth/setup");
    assert.deepEqual(answer, { needed: false, open: false, codeNeeded: false, signup: "invite" });
  });

  test("with further steps stays open until these are ended", async () => {
    const other = await newWorld({ hasAdmin: false });
    const asked = async () => (await other.visitor().read("/api/auth/setup")).open;
    const body = { email, password, steps: true };
    assert.equal((await other.visitor("127.0.0.1").post("/api/auth/setup", body)).status, 201);
    assert.equal(await asked(), true);
    const admin = await other.visitor().signIn(email, password);
    assert.equal(await asked(), true);
    const change = (value: boolean | null) =>
      admin.put("/api/config", { settings: [{ name: "setup.open", value }] });
    assert.equal((await change(false)).status, 200);
    assert.equal(await asked(), false);
    // What is cleared has gone from the database, and may be wished for again.
    assert.equal((await change(true)).status, 200);
    assert.equal(await asked(), true);
    assert.equal((await change(null)).status, 200);
    assert.equal(await asked(), false);
  });

  test("cannot be hammered", async () => {
    const body = { email: "b@example.org", password };
    const [first, second] = await inTime(5000, async () => {
      const visitor = world.visitor();
      const before = await visitor.post("/api/auth/setup", body);
      return [before, await visitor.post("/api/auth/setup", body)] as const;
    });
    assert.equal(first.status, 404);
    assert.equal(second.status, 429);
    assert.ok(Number(second.headers["retry-after"]) >= 1);
    assert.ok(second.headers["ratelimit-limit"] ?? second.headers.ratelimit);
  });
});

describe("sign-in", () => {
  test("with body tokens sets no cookie", async () => {
    const reply = await world
      .visitor()
      .post("/api/auth/login", { email, password, tokens: "body" });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["set-cookie"], undefined);
    const { accessToken, jwt, refreshToken, expiresIn, user } = reply.json;
    assert.equal(accessToken, jwt);
    assert.ok(refreshToken.length >= 43 && expiresIn > 0);
    assert.equal(user.email, email);
    assert.match(String(reply.headers["cache-control"]), /no-store/);
  });

  test("with cookies gives no token in the body", async () => {
    const reply = await world.visitor().post("/api/auth/login", { email, password });
    assert.deepEqual(Object.keys(reply.json).sort(), ["expiresIn", "session", "user"]);
    const lines = reply.headers["set-cookie"] ?? [];
    assert.equal(lines.length, 2);
    const session = reply.json.session;
    const isSecure = world.origin.startsWith("https:");
    const secure = isSecure ? "__Secure-" : "";
    for (const [name, where] of [
      [`${secure}__miauflix_at_${session}`, "/"],
      [`${secure}__miauflix_rt_${session}`, "/api/auth/"],
    ]) {
      const line = lines.find((l) => l.startsWith(`${name}=`));
      assert.ok(line, `${name} among ${lines.map((l) => l.split("=")[0])}`);
      assert.match(line, /; *HttpOnly/i);
      assert.match(line, /; *SameSite=Strict/i);
      assert.match(line, new RegExp(`; *Path=${where}(;|$)`, "i"));
      assert.match(line, /; *Max-Age=\d+/i);
      assert.equal(/; *Secure(;|$)/i.test(line), isSecure, "only over https");
      assert.doesNotMatch(line, /; *Domain/i);
    }
  });

  test("takes the user name and any case of the address", async () => {
    const name = world.sql("SELECT name FROM user");
    for (const login of [name, email.toUpperCase(), `Admin@Example.org`]) {
      const reply = await world.visitor().post("/api/auth/login", { email: login, password });
      assert.equal(reply.status, 200, login);
    }
  });

  test("tells a wrong password and an unknown person apart in nothing", async () => {
    const attempt = (login: string) =>
      world.visitor().post("/api/auth/login", { email: login, password: "not the password" });
    const spent = () => {
      const all = world.processes("auth.fcgi").map((p) => p.pid);
      return { pids: all.join(), seconds: all.reduce((sum, pid) => sum + cpuSeconds(pid), 0) };
    };
    // Processor time of ten: a busy machine changes it little. Undefined when a
    // process has come or gone meanwhile.
    const cost = async (login: string): Promise<number | undefined> => {
      const before = spent();
      for (let i = 0; i < 10; i++) assert.equal((await attempt(login)).status, 401);
      const after = spent();
      return before.pids === after.pids ? after.seconds - before.seconds : undefined;
    };
    const replies = [await attempt(email), await attempt("nobody@example.org")] as const;
    for (const reply of replies) {
      assert.equal(reply.status, 401);
      assert.equal(reply.json.code, "invalid_credentials");
      assert.equal(reply.json.error, "Invalid credentials");
    }
    assert.equal(replies[0].json.message, replies[1].json.message);
    // Both pay for argon2id (tens of milliseconds); one that does not is a tell.
    const wrong = await until("a cost", () => cost(email));
    const unknown = await until("a cost", () => cost("nobody@example.org"));
    assert.ok(wrong > 0.05, `${wrong}`);
    assert.ok(unknown > wrong / 4 && wrong > unknown / 4, `${wrong} ${unknown}`);
  });

  test("slows an address that guesses, and nobody else", async () => {
    const guesser = world.visitor();
    const begin = performance.now();
    const enter = (word: string) => guesser.post("/api/auth/login", { email, password: word });
    let tries = 0;
    let least = 0;
    const guess = async () => {
      tries += 1;
      const reply = await enter(`guess ${tries}`);
      if (reply.status === 429 && least === 0) least = tries;
      return reply;
    };
    const right = await heldBack(guess, () => enter(password));
    assert.ok(least > 2, "a person may mistype");
    // Ten, and one more every six seconds that this has taken.
    const most = 11 + (performance.now() - begin) / 6000;
    assert.ok(least <= most, `${least} tries instead of ${most}`);
    assert.ok(Number(right.headers["retry-after"]) > 0);
    assert.equal((await world.visitor().post("/api/auth/login", { email, password })).status, 200);
  });

  test("refuses hostile bodies", async () => {
    const cases: [number, string | Buffer, string][] = [
      [400, "{", "application/json"],
      [400, "[]", "application/json"],
      [400, '"text"', "application/json"],
      [400, "", "application/json"],
      [400, '{"email":"a@b.c","password":"x","extra":1}', "application/json"],
      [400, `{"email":"${"a".repeat(300)}","password":"x"}`, "application/json"],
      [400, `{"email":"a@b.c","password":"${"x".repeat(1025)}"}`, "application/json"],
      [400, '{"email":"a\\u0000b@c.d","password":"x"}', "application/json"],
      [400, Buffer.from('{"email":"\xff\xfe@b.c","password":"x"}', "latin1"), "application/json"],
      [400, `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`, "application/json"],
      [415, "email=a&password=b", "application/x-www-form-urlencoded"],
      [415, "<a/>", "text/xml"],
      [415, '{"email":"a@b.c","password":"x"}', "text/plain"],
    ];
    for (const [status, body, type] of cases) {
      const reply = await world
        .visitor()
        .post("/api/auth/login", undefined, { body, headers: { "content-type": type } });
      assert.equal(reply.status, status, `${type} ${String(body).slice(0, 60)}`);
    }
    const large = Buffer.alloc((1 << 20) + 1, 0x20);
    const reply = await world.visitor().post("/api/auth/login", undefined, {
      body: large,
      isUnjudged: true,
      headers: { "content-type": "application/json" },
    });
    assert.equal(reply.status, 413);
  });
});
