// How large a request may be: cookies of 12 kB are served everywhere, and what is
// too much is refused at once, by the web server or in the API's own words.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld({ hasTls: false });
await showFilms(world, { isShort: true });
const browser = await world.visitor().signIn("admin@example.org", password, "cookies");
const id = await world.movieId(movies.front);
const { url } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });

/** The status of what is answered to these bytes; undefined when the connection
 * was reset before that was read. */
function once(head: string[], body: Buffer[]): Promise<number | undefined> {
  return new Promise((done) => {
    const socket = connect({ port: world.port, host: "127.0.0.1", localAddress: "127.97.0.1" });
    let text = "";
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      const status = /^HTTP\/1\.[01] (\d+)/.exec(text)?.[1];
      done(status ? Number(status) : undefined);
    });
    const lines = [...head, `Host: localhost:${world.port}`, "Connection: close"];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    for (const part of body) socket.write(part);
  });
}

/** Whoever still sends may miss what he is told (RFC 9112 §9.6), but not always. */
const raw = (head: string[], body: Buffer[] = []): Promise<number> =>
  until("an answer", () => once(head, body));

describe("12 kB of cookies", () => {
  const own = browser.cookieHeader("/api/me");
  const rest = 12_000 - own.length - 2;
  const cookies: [string, string][] = [
    ["in one", `x=${"v".repeat(rest - 2)}; ${own}`],
    [
      "in a hundred",
      `${Array.from({ length: 100 }, (_, i) => `c${i}=${"v".repeat(rest / 100 - 8)}`).join("; ")}; ${own}`,
    ],
  ];
  for (const [what, cookie] of cookies)
    test(`${what} reach page, file, API and stream`, async () => {
      assert.ok(cookie.length > 11_000);
      const headers = { cookie, "x-session-id": browser.session as string };
      for (const target of ["/", "/favicon.svg", "/api/me", "/api/health", url]) {
        const reply = await world.visitor(browser.address).get(target, { headers });
        assert.equal(reply.status, 200, `${target}: ${reply.text.slice(0, 200)}`);
      }
      const me = await world.visitor(browser.address).get("/api/me", { headers });
      assert.equal(me.json.email, "admin@example.org");
    });
});

describe("too much", () => {
  const wide = "v".repeat(20_000);
  const head: [string, string[], number[]][] = [
    ["a cookie of 20 kB", ["GET /api/me HTTP/1.1", `Cookie: x=${wide}`], [400, 431]],
    ["a header of 20 kB", ["GET / HTTP/1.1", `X-Wide: ${wide}`], [400, 431]],
    [
      "five thousand headers",
      [
        "GET /api/me HTTP/1.1",
        ...Array.from({ length: 5000 }, (_, i) => `X-H${i}: ${"v".repeat(20)}`),
      ],
      [400, 431],
    ],
    ["an address of 20 kB", [`GET /${wide} HTTP/1.1`], [400, 414, 431]],
    ["an address of 20 kB below /api", [`GET /api/movies?q=${wide} HTTP/1.1`], [400, 414, 431]],
  ];
  for (const [what, lines, statuses] of head)
    test(what, async () => {
      const status = await raw(lines);
      assert.ok(statuses.includes(status), `${status}`);
    });

  test("an address of 10 kB, in the API's words", async () => {
    const reply = await browser.get(`/api/movies?q=${"v".repeat(10_000)}`);
    assert.ok([400, 414, 422].includes(reply.status), reply.text.slice(0, 200));
    assert.equal(typeof reply.json.code, "string");
  });

  const part = Buffer.alloc(64 << 10, " ");
  const many = Array.from({ length: 32 }, () => part);
  const chunks = [
    ...many.map((p) => Buffer.concat([Buffer.from("10000\r\n"), p, Buffer.from("\r\n")])),
    Buffer.from("0\r\n\r\n"),
  ];
  const post = ["POST /api/auth/login HTTP/1.1", "Content-Type: application/json"];
  const bodies: [string, string[], Buffer[], number[]][] = [
    ["a body of 2 MiB", [...post, `Content-Length: ${2 << 20}`], many, [413]],
    ["one that only says so", [...post, `Content-Length: ${2 << 20}`], [], [413]],
    ["one of 2^63 bytes", [...post, "Content-Length: 9223372036854775808"], [], [400, 413]],
    ["2 MiB in parts", [...post, "Transfer-Encoding: chunked"], chunks, [400, 411, 413]],
    ["no number", [...post, "Content-Length: many"], [], [400, 413]],
    ["less than nothing", [...post, "Content-Length: -1"], [], [400, 413]],
  ];
  for (const [what, lines, body, statuses] of bodies)
    test(what, async () => {
      const status = await raw(lines, body);
      assert.ok(statuses.includes(status), `${status}`);
    });

  test("the others are served", async () => {
    assert.equal((await browser.get("/api/me")).status, 200);
  });
});
