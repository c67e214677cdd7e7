// Behind a reverse proxy with https, below a path of its own: addresses,
// cookies and names are those of the proxy, and what it says of a client counts
// when it is one that is listed, and nobody else's word.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { until } from "../world/place.ts";
import { freePort } from "../world/port.ts";
import { startProxy } from "../world/proxy.ts";
import { newWorld, password } from "../world/world.ts";

const listed = "127.99.0.1";
const port = await freePort();
const world = await newWorld({
  base: "/films/",
  hasTls: false,
  env: {
    MIAU_PUBLIC_URL: `https://home.example.org:${port}`,
    MIAU_HTTP_TRUSTED_PROXIES: listed,
  },
});
await showFilms(world, { isShort: true });
await world.pictured();
const proxy = await startProxy(world, port, listed);
after(() => proxy.stop());
const email = "admin@example.org";
const signIn = (client: Client) => client.signIn(email, password, "cookies");

/** From whom a request came, as the log says. */
async function addressOf(id: string): Promise<string> {
  const isIt = (line: string) => line.includes(id) && line.includes('"event":"request"');
  const line = await until(`the line of ${id}`, () => world.log().split("\n").find(isIt));
  return JSON.parse(line.slice(line.indexOf("{"))).address;
}

async function logged(client: Client, headers: Record<string, string> = {}) {
  const reply = await client.get("/api/auth/setup", { headers });
  assert.equal(reply.status, 200);
  const id = String(reply.headers["x-request-id"]);
  return { id, address: await addressOf(id) };
}

/** Sends lines as they are, which no client of Node's would; gives the status. */
function raw(from: string, target: string, ...headers: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({ port: world.port, host: "127.0.0.1", localAddress: from });
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (part) => {
      text += part;
    });
    socket.once("error", fail);
    socket.once("close", () => done(text));
    const lines = [`GET ${target} HTTP/1.1`, `Host: localhost:${world.port}`, ...headers];
    socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`);
  });
}

describe("below a path", () => {
  const visitor = proxy.visitor();

  test("the page names it, and all it loads is there", async () => {
    for (const target of ["/films/", "/films/movie/7", "/films/index.html"]) {
      const page = await visitor.get(target);
      assert.equal(page.status, 200, target);
      assert.match(page.text, /<base href="\/films\/">/, target);
      const names = [...page.text.matchAll(/(?:src|href)="(?:\.\/)?([a-z][^":]+)"/g)];
      assert.ok(names.length >= 3, page.text);
      for (const [, name] of names) {
        const file = await visitor.get(`/films/${name}`);
        assert.equal(file.status, 200, name);
        assert.doesNotMatch(file.text, /^<!doctype/i, name);
        const packed = await visitor.get(`/films/${name}`, {
          headers: { "accept-encoding": "br" },
        });
        if (/\.(js|css)$/.test(name as string))
          assert.equal(packed.headers["content-encoding"], "br", name);
      }
    }
  });

  test("what is not there is 404, below and outside", async () => {
    const direct = world.visitor();
    for (const [target, client] of [
      ["/films/assets/none.js", visitor],
      ["/films/assets/a/b", visitor],
      ["/films/api/none", visitor],
      ["/films/api", visitor],
    ] as const)
      assert.equal((await client.get(target)).status, 404, target);
    direct.base = "/";
    for (const target of ["/", "/index.html", "/favicon.svg", "/api/health", "/assets/", "/filmsy"])
      assert.equal((await direct.get(target, { isUnjudged: true })).status, 404, target);
  });

  test("without its last slash it leads to itself, under whatever name", async () => {
    const direct = world.visitor();
    direct.base = "/";
    const reply = await direct.get("/films", { headers: { host: "home.example.org" } });
    assert.equal(reply.status, 308);
    assert.equal(reply.headers.location, "/films/");
  });

  test("greeting and API name the public address", async () => {
    const { addresses } = await world.admin.read("/api/status");
    assert.equal(addresses[0].url, `https://home.example.org:${port}/films/`);
    assert.ok(world.ctl("addresses").stdout.startsWith(addresses[0].url));
  });
});

describe("through the proxy", () => {
  test("cookies are for the path and for https alone", async () => {
    const browser = await signIn(proxy.visitor());
    assert.ok(browser.cookies.size > 0);
    for (const [name, { path, attributes }] of browser.cookies) {
      assert.match(name, /^__Secure-/);
      assert.ok(path.startsWith("/films/"), path);
      assert.ok(attributes.secure && attributes.httponly);
    }
    assert.equal((await browser.get("/api/me")).status, 200);
    assert.equal((await browser.post(`/api/auth/refresh/${browser.session}`)).status, 200);
  });

  test("over http, straight to Miauflix, they are not", async () => {
    const browser = await signIn(world.visitor());
    for (const [name, { attributes }] of browser.cookies) {
      assert.doesNotMatch(name, /^__Secure-/);
      assert.equal(attributes.secure, undefined);
    }
  });

  test("a film, a picture and events come", async () => {
    const browser = await signIn(proxy.visitor());
    const id = await world.movieId(movies.front);
    const { url } = await browser.send("/api/play/start", { titleId: `movie-${id}` });
    assert.match(url, /^\/films\/api\/stream\//);
    const part = await proxy.visitor().get(url, { headers: { range: "bytes=10-19" } });
    assert.equal(part.status, 206);
    assert.equal(part.body.length, 10);
    const { poster } = await browser.read(`/api/movies/${id}`);
    assert.match(poster, /^\/films\/api\/images\//);
    assert.equal((await browser.get(poster)).status, 200);
    const listener = await Listener.open(browser, `?session=${browser.session}`);
    assert.equal(listener.status, 200);
    await world.rescan();
    await listener.hear("a scan", ({ event }) => event.startsWith("library"));
    listener.close();
  });

  test("known names alone, and its own pages alone may change anything", async () => {
    const ask = (host: string) => proxy.visitor().get("/api/health", { headers: { host } });
    assert.equal((await ask("home.example.org")).status, 200);
    assert.equal((await ask("evil.example")).status, 421);
    const browser = await signIn(proxy.visitor());
    const change = (origin: string) =>
      browser.patch(
        "/api/me",
        { displayName: "Ada" },
        {
          isBare: true,
          headers: {
            cookie: browser.cookieHeader("/api/me"),
            "x-session-id": browser.session as string,
            host: "home.example.org",
            origin,
          },
        },
      );
    assert.equal((await change(`https://home.example.org:${port}`)).status, 200);
    for (const origin of ["https://home.example.org", `http://home.example.org:${port}`])
      assert.equal((await change(origin)).status, 403, origin);
  });

  test("a client's address is its own, in the log and in what is counted", async () => {
    const visitor = proxy.visitor();
    assert.equal((await logged(visitor)).address, visitor.address);
    // What a client says of itself stands before what the proxy says of it.
    const lie = { "x-forwarded-for": "203.0.113.7" };
    assert.equal((await logged(visitor, lie)).address, visitor.address);
    const guess = (client: Client) => client.get(`/api/stream/${"C".repeat(43)}`);
    let last = 401;
    for (let i = 0; i < 500 && last === 401; i++) last = (await guess(visitor)).status;
    assert.equal(last, 429);
    assert.equal((await guess(proxy.visitor())).status, 401, "another client is not held up");
  });
});

describe("who is not listed", () => {
  const said = {
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "home.example.org",
    "x-request-id": "made-by-a-stranger",
  };

  test("says nothing about address, scheme, name or id", async () => {
    const visitor = world.visitor();
    const { id, address } = await logged(visitor, said);
    assert.equal(address, visitor.address);
    assert.notEqual(id, said["x-request-id"]);
    const evil = { ...said, host: "evil.example" };
    assert.equal((await visitor.get("/api/health", { headers: evil })).status, 421);
    const body = { email, password, tokens: "cookies" };
    const reply = await visitor.post("/api/auth/login", body, { headers: said });
    assert.equal(reply.status, 200);
    for (const line of reply.headers["set-cookie"] ?? []) assert.doesNotMatch(line, /Secure/);
    assert.equal(reply.headers["strict-transport-security"], undefined);
  });

  test("is counted as itself, whatever it says", async () => {
    const visitor = world.visitor();
    let last = 401;
    for (let i = 0; i < 500 && last === 401; i++) {
      const headers = { "x-forwarded-for": `203.0.113.${i % 250}` };
      last = (await visitor.get(`/api/stream/${"C".repeat(43)}`, { headers })).status;
    }
    assert.equal(last, 429);
  });
});

describe("a listed proxy's word", () => {
  const ask = async (from: string, ...headers: string[]) => {
    const answer = await raw(from, "/films/api/auth/setup", ...headers);
    assert.match(answer, /^HTTP\/1.1 200 /, answer);
    const id = /^x-request-id: (\S+)/im.exec(answer)?.[1] as string;
    return addressOf(id);
  };

  test("counts, when it stands there in two lines too", async () => {
    assert.equal(await ask(listed, "X-Forwarded-For: 203.0.113.7"), "203.0.113.7");
    const lines = ["X-Forwarded-For: 203.0.113.8", "X-Forwarded-For: 203.0.113.9"];
    assert.equal(await ask(listed, ...lines), "203.0.113.9");
  });

  test("is not replaced by another spelling that it lets through", async () => {
    const lines = ["X_Forwarded_For: 203.0.113.8", "X-Forwarded-For: 203.0.113.9"];
    for (const two of [lines, lines.toReversed()])
      assert.notEqual(await ask(listed, ...two), "203.0.113.8");
  });
});
