// The browser's way: cookies, several people in one browser, other sites that
// would like to act in a person's name, wrong names for this server.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inTime } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const email = "admin@example.org";
world.addPerson("uma@example.org");

const signIn = (who = email) => world.visitor().signIn(who, password, "cookies");

describe("cookies", () => {
  test("prove a session that the header names", async () => {
    const browser = await signIn();
    assert.equal((await browser.read("/api/auth/session")).id, browser.session);
    const without = await browser.get("/api/me", {
      isBare: true,
      headers: { cookie: browser.cookieHeader("/api/me") },
    });
    assert.equal(without.status, 401, "no session was chosen");
  });

  test("keep several people apart in one browser", async () => {
    const browser = await signIn();
    const first = browser.session;
    await browser.signIn("uma@example.org", password, "cookies");
    const second = browser.session;
    assert.notEqual(first, second);
    const me = (session?: string) =>
      browser.read("/api/me", { headers: { "x-session-id": session ?? "" } });
    assert.equal((await me(first)).email, email);
    assert.equal((await me(second)).email, "uma@example.org");
    const reply = await browser.get("/api/auth/sessions", {
      headers: { cookie: browser.cookieHeader("/api/auth/sessions") },
    });
    assert.equal(reply.status, 200);
    const sessions: string[] = reply.json.map((s: { session: string }) => s.session);
    assert.deepEqual([...sessions].sort(), [first, second].sort());
  });

  test("of one session do not open another", async () => {
    const [one, other] = [await signIn(), await signIn("uma@example.org")];
    const value = one.cookies.get(`__miauflix_at_${one.session}`)?.value;
    const reply = await world.visitor().get("/api/me", {
      headers: {
        cookie: `__miauflix_at_${other.session}=${value}`,
        "x-session-id": other.session as string,
      },
    });
    assert.equal(reply.status, 401, "the token names its own session");
  });

  test("twice under one name: the first that is given does not decide alone", async () => {
    const browser = await signIn();
    const name = `__miauflix_at_${browser.session}`;
    const good = browser.cookies.get(name)?.value;
    const reply = await world.visitor().get("/api/me", {
      headers: {
        cookie: `${name}=tossed; ${name}=${good}`,
        "x-session-id": browser.session as string,
      },
    });
    assert.ok([200, 401].includes(reply.status));
    assert.notEqual(reply.status, 500);
  });

  test("no cookies, no sessions", async () => {
    assert.deepEqual(await world.visitor().read("/api/auth/sessions"), []);
  });

  test("are renewed by the refresh cookie", async () => {
    const browser = await signIn();
    const name = `__miauflix_rt_${browser.session}`;
    const before = browser.cookies.get(name)?.value;
    const dry = await browser.send(`/api/auth/refresh/${browser.session}?dry_run=true`);
    assert.deepEqual(dry, { valid: true });
    assert.equal(browser.cookies.get(name)?.value, before, "a dry run changes nothing");
    const reply = await browser.post(`/api/auth/refresh/${browser.session}`);
    assert.equal(reply.status, 200);
    assert.equal(reply.json.user.email, email);
    assert.notEqual(browser.cookies.get(name)?.value, before);
    assert.equal((await browser.get("/api/me")).status, 200);
  });

  test("two tabs that refresh at once both go on", async () => {
    // The second is let through for ten seconds.
    const { browser, tab, both } = await inTime(10_000, async (begins) => {
      const one = await signIn();
      const two = one.twin();
      const target = `/api/auth/refresh/${one.session}`;
      begins();
      const replies = await Promise.all([one.post(target), two.post(target)]);
      return { browser: one, tab: two, both: replies };
    });
    assert.deepEqual(
      both.map((r) => r.status),
      [200, 200],
    );
    const name = `__miauflix_rt_${browser.session}`;
    assert.equal(browser.cookies.get(name)?.value, tab.cookies.get(name)?.value);
  });

  test("dry run of a dead session says so", async () => {
    const browser = await signIn();
    const twin = browser.twin();
    await browser.send(`/api/auth/logout/${browser.session}`);
    const dry = await twin.post(`/api/auth/refresh/${twin.session}?dry_run=true`);
    if (dry.status === 200) assert.equal(dry.json.valid, false);
    else assert.equal(dry.status, 401);
    assert.equal((await twin.post(`/api/auth/refresh/${twin.session}`)).status, 401);
  });

  test("are cleared by sign-out, which ends the session", async () => {
    const browser = await signIn();
    const twin = browser.twin();
    const reply = await browser.post(`/api/auth/logout/${browser.session}`);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["set-cookie"]?.length, 2);
    assert.equal(browser.cookies.size, 0);
    assert.equal((await twin.get("/api/me")).status, 401);
    const again = await browser.post(`/api/auth/logout/${browser.session}`);
    assert.equal(again.status, 200, "signing out twice is no error");
  });

  test("the body way takes no cookie", async () => {
    const browser = await signIn();
    const reply = await browser.post("/api/auth/refresh");
    assert.ok([400, 401, 403].includes(reply.status));
    assert.equal((await browser.get("/api/me")).status, 200);
  });

  test("sign-out of a program ends its session", async () => {
    const program = await world.visitor().signIn(email, password);
    await program.send(
      "/api/auth/logout",
      { refreshToken: program.refreshToken },
      { isBare: true },
    );
    assert.equal((await program.get("/api/me")).status, 401);
    const bearer = await world.visitor().signIn(email, password);
    assert.equal((await bearer.post("/api/auth/logout")).status, 200);
    assert.equal((await bearer.get("/api/me")).status, 401);
  });

  test("a session may come in the query where an element loads, and only there", async () => {
    const browser = await signIn();
    const cookie = { cookie: browser.cookieHeader("/api/me") };
    const visitor = world.visitor(browser.address);
    const embed = `/api/images/poster/400/none.webp?session=${browser.session}`;
    assert.equal((await visitor.get(embed, { headers: cookie })).status, 404);
    assert.equal((await visitor.get(embed)).status, 401, "the session is no secret");
    const plain = await visitor.get(`/api/me?session=${browser.session}`, { headers: cookie });
    assert.ok([400, 401].includes(plain.status));
  });
});

describe("another site", () => {
  const change = { displayName: "Changed" };

  async function attempt(headers: Record<string, string>, method = "PATCH"): Promise<number> {
    const browser = await signIn();
    const reply = await world.visitor(browser.address).ask(method, "/api/me", {
      ...(method === "PATCH" ? { json: change } : {}),
      headers: {
        cookie: browser.cookieHeader("/api/me"),
        "x-session-id": browser.session as string,
        ...headers,
      },
    });
    if (reply.status === 403) assert.equal(reply.json.code, "csrf");
    return reply.status;
  }

  const cases: [string, number, Record<string, string>][] = [
    ["same origin by fetch metadata", 200, { "sec-fetch-site": "same-origin" }],
    ["same origin by Origin", 200, { origin: world.origin }],
    ["neither header", 403, {}],
    ["cross-site", 403, { "sec-fetch-site": "cross-site" }],
    ["same-site is another site", 403, { "sec-fetch-site": "same-site" }],
    ["typed by the user", 403, { "sec-fetch-site": "none" }],
    ["another origin", 403, { origin: "http://evil.example" }],
    ["another port", 403, { origin: `http://127.0.0.1:${world.port + 1}` }],
    ["a name that begins alike", 403, { origin: `${world.origin}.evil.example` }],
    ["null", 403, { origin: "null" }],
    [
      "its own Host as Origin",
      403,
      { origin: "http://evil.example", "x-forwarded-host": "evil.example" },
    ],
  ];
  for (const [name, status, headers] of cases) {
    test(`${name}: ${status}`, async () => assert.equal(await attempt(headers), status));
  }

  test("a program with a bearer token needs no origin", async () => {
    const program = await world.visitor().signIn(email, password);
    assert.equal((await program.patch("/api/me", change)).status, 200);
  });

  test("reads get no permission for other origins", async () => {
    const reply = await world.admin.get("/api/me", { headers: { origin: "http://evil.example" } });
    assert.equal(reply.headers["access-control-allow-origin"], undefined);
    assert.equal(reply.headers["access-control-allow-credentials"], undefined);
  });
});

describe("the name of this server", () => {
  const ask = (host: string, target = "/api/health") =>
    world.visitor().get(target, { headers: { host } });

  for (const host of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]) {
    test(`${host} is ours`, async () => {
      assert.equal((await ask(`${host}:${world.port}`)).status, 200);
    });
  }
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"]) {
    test(`${host} is not`, async () => {
      const reply = await ask(host);
      assert.equal(reply.status, 421);
      assert.equal(reply.json.code, "wrong_host");
      assert.equal((await ask(host, "/api/auth/setup")).status, 421);
    });
  }
});
