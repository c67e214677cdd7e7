// Health, readiness, state, settings, the contract over HTTP, the app's pages.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { document } from "../world/contract.ts";
import { root, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const visitor = world.visitor();
const uma = await world.person("uma@example.org");

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract
type Json = any;

describe("health", () => {
  test("is the same under both addresses, to the byte", async () => {
    for (const target of ["/health", "/api/health"]) {
      const reply = await visitor.get(target);
      assert.equal(reply.status, 200);
      assert.equal(reply.text.trim(), '{"status":"ok"}');
    }
  });
  test("readiness names each part", async () => {
    // A busy miaud is told of as one that is not ready.
    const { checks } = await until("readiness", async () => {
      const reply = await visitor.get("/api/ready");
      return reply.status === 200 && reply.json;
    });
    for (const part of ["database", "miaud", "disk"]) assert.equal(checks[part].ok, true, part);
  });
  test("state tells of the parts and the version", async () => {
    const state = await uma.read("/api/status");
    const names = state.services.map((s: Json) => s.name);
    for (const part of ["database", "miaud", "disk", "library", "sandbox"]) {
      assert.ok(names.includes(part), `${part} in ${names}`);
    }
    assert.match(state.version, /^\d+\.\d+/);
    assert.equal(state.vpn.policy, "off");
  });
  test("the contract is served as it is in the tree", async () => {
    const reply = await visitor.get("/api/openapi.json");
    assert.deepEqual(reply.json, document);
  });
});

describe("settings", () => {
  const list = async (): Promise<Json[]> => (await world.admin.read("/api/config")).settings;
  const one = async (name: string) => (await list()).find((s) => s.name === name);
  const put = (...settings: [string, unknown][]) =>
    world.admin.put("/api/config", {
      settings: settings.map(([name, value]) => ({ name, value })),
    });

  test("say where each value comes from", async () => {
    const all = await list();
    assert.ok(all.length >= 15);
    assert.equal((await one("http.port")).source, "environment");
    assert.equal((await one("http.port")).value, world.port);
    assert.equal((await one("library.probes")).source, "default");
  });

  test("are changed all or none", async () => {
    const good = await put(["library.probes", 3], ["backup.keep", 5]);
    assert.equal(good.status, 200);
    assert.equal((await one("library.probes")).value, 3);
    assert.equal((await one("library.probes")).source, "database");
    const bad = await put(["library.probes", 4], ["backup.keep", 100_000]);
    assert.ok([400, 422].includes(bad.status), String(bad.status));
    assert.equal((await one("library.probes")).value, 3);
    assert.equal((await one("backup.keep")).value, 5);
    await put(["library.probes", null], ["backup.keep", null]);
    assert.equal((await one("library.probes")).source, "default");
  });

  for (const [what, status, settings] of [
    ["an unknown name", 404, [["no.such", 1]]],
    ["what the environment decides", 409, [["http.port", 9999]]],
    ["a text for a number", 422, [["library.probes", "many"]]],
    ["a number below the least", 422, [["library.probes", 0]]],
    ["a number for a choice", 422, [["auth.bodyTokens", 7]]],
    ["too long a text", 422, [["http.hosts", "h".repeat(5000)]]],
    ["a bad name", 404, [["../etc", 1]]],
  ] as [string, number, [string, unknown][]][]) {
    test(`refuse ${what}`, async () => {
      const reply = await put(...settings);
      assert.equal(reply.status, status, reply.text);
    });
  }

  test("set in the terminal are seen here, and here in the terminal", async () => {
    assert.equal(world.ctl("config", "set", "library.probes", "5").code, 0);
    await until("the setting", async () => (await one("library.probes")).value === 5);
    await put(["library.probes", 2]);
    assert.match(world.ctl("config", "get", "library.probes").stdout, /2/);
    assert.notEqual(world.ctl("config", "set", "library.probes", "99").code, 0);
    assert.notEqual(world.ctl("config", "set", "no.such", "1").code, 0);
  });

  test("further names of the server count soon after they are set", async () => {
    const ask = () => visitor.get("/api/ready", { headers: { host: "films.example.org" } });
    assert.equal((await ask()).status, 421);
    await put(["http.hosts", "films.example.org"]);
    await until("the name to be known", async () => (await ask()).status === 200);
  });

  test("body tokens can become the answer without asking", async () => {
    await put(["auth.bodyTokens", true]);
    await until(
      "tokens in the body",
      async () => {
        const reply = await world.visitor().post("/api/auth/login", {
          email: "uma@example.org",
          password: "correct horse battery staple",
        });
        return reply.json.refreshToken !== undefined;
      },
      { every: 500 },
    );
    await put(["auth.bodyTokens", null]);
  });
});

describe("a person", () => {
  test("reads and changes what is theirs", async () => {
    const me = await uma.read("/api/me");
    assert.equal(me.email, "uma@example.org");
    assert.equal(me.role, "user");
    const reply = await uma.patch("/api/me", {
      displayName: "Uma <b>&amp;</b> \u202e אב",
      language: "de-AT",
      preferences: { quality: "HD", subtitlesLanguage: "de", spoilers: false },
    });
    assert.equal(reply.status, 200);
    assert.equal(reply.json.language, "de-AT");
    assert.equal(reply.json.preferences.quality, "HD");
    assert.equal(reply.json.preferences.autoplay, me.preferences.autoplay, "the rest stays");
    assert.deepEqual(await uma.read("/api/me"), reply.json);
  });

  for (const [status, change] of [
    [400, {}],
    [400, { role: "admin" }],
    [400, { id: "x" }],
    [400, { email: "nonsense" }],
    [400, { displayName: "" }],
    [400, { displayName: "x".repeat(101) }],
    [400, { displayName: "two\nlines" }],
    [400, { language: "no language!" }],
    [400, { preferences: { quality: "best" } }],
    [400, { preferences: { secret: 1 } }],
    [400, { preferences: [] }],
    [409, { email: "ADMIN@example.org" }],
  ] as [number, object][]) {
    test(`${JSON.stringify(change).slice(0, 50)} is ${status}`, async () => {
      assert.equal((await uma.patch("/api/me", change)).status, status);
    });
  }
});

describe("the app", () => {
  test("was built", () => assert.ok(existsSync(path.join(root, "www/dist/index.html"))));

  test("answers every page of its own, and nothing else", async () => {
    for (const page of ["/", "/movie/603", "/list/all-movies", "/no/such/page"]) {
      const reply = await visitor.get(page);
      assert.equal(reply.status, 200, page);
      assert.match(String(reply.headers["content-type"]), /^text\/html/);
      const policy = String(reply.headers["content-security-policy"]);
      assert.match(policy, /default-src 'self'/);
      assert.doesNotMatch(policy, /unsafe/);
    }
    for (const missing of ["/assets/nothing.js", "/assets/"]) {
      assert.ok([403, 404].includes((await visitor.get(missing)).status), missing);
    }
  });

  test("keeps the rest of the disk to itself", async () => {
    for (const evil of [
      "/../../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/..%2fkeys/",
      "/.git/config",
    ]) {
      const reply = await visitor.get(evil);
      assert.ok(!reply.text.includes("root:"), evil);
      const type = String(reply.headers["content-type"]);
      assert.ok(reply.status >= 400 || type.startsWith("text/html"), evil);
    }
  });

  test("its files are compressed and kept for long", async () => {
    const html = (await visitor.get("/")).text;
    const script = /src="\.?\/?([^"]+\.js)"/.exec(html)?.[1] as string;
    const reply = await visitor.get(`/${script}`, { headers: { "accept-encoding": "gzip" } });
    assert.equal(reply.headers["content-encoding"], "gzip");
    assert.match(String(reply.headers["cache-control"]), /max-age=\d{7,}/);
  });
});
