// What the web server may send is films and pictures: neither an address nor a
// header leads to anything else, nor a handler that has been taken over, nor a
// link in a folder of films.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import { insteadOf } from "../world/fastcgi.ts";
import { movieFile, movies, showFilms } from "../world/films.ts";
import { root } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ hasTls: false });
await showFilms(world, { isShort: true });
await world.pictured();
const isNginx = world.front === "nginx";
const film = readFileSync(movieFile(world, "front"));
const roots = path.join(world.state, "run/roots");
const [folder] = (await world.admin.read("/api/library/folders")).folders;

// Beside everything that may be sent: none of it may ever leave.
const mark = `kept inside ${Math.random()}`;
writeFileSync(path.join(world.state, "secret"), mark);
writeFileSync(path.join(world.hold, "secret"), mark);
mkdirSync(`${roots}x`);
writeFileSync(`${roots}x/secret`, mark);
const inner = [mark, "SQLite format 3", "root:x:0:0", '"devDependencies"', "fastcgi"];

function assertKept(text: string, what: string): void {
  for (const part of inner) assert.ok(!text.includes(part), `${what} gave ${part}`);
}

/** One request whose target no client of Node's would send as it is. */
function raw(target: string, ...headers: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({ port: world.port, host: "127.0.0.1", localAddress: "127.98.0.1" });
    const parts: Buffer[] = [];
    socket.on("data", (part) => parts.push(part));
    socket.once("error", fail);
    socket.once("close", () => done(Buffer.concat(parts).toString("latin1")));
    const lines = [`GET ${target} HTTP/1.1`, `Host: localhost:${world.port}`, ...headers];
    socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`, "latin1");
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);

describe("an address", () => {
  const ups = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", ".%2e/", "..;/", "..%00/"];
  const more = ["%252e%252e%252f", "%c0%ae%c0%ae/", "..%c0%af", "....//", "..%2F.%2f..%2f"];
  const places = ["/", "/assets/", "/api/stream/", "/api/images/poster/400/", "/.files/"];
  const wanted = ["package.json", "build/share/nginx.conf", `${world.state.slice(1)}/secret`];

  for (const place of places)
    test(`below ${place} leads to nothing else`, async () => {
      for (const up of [...ups, ...more])
        for (const name of wanted)
          for (const levels of [2, 12]) {
            const target = `${place}${up.repeat(levels)}${name}`;
            const answer = await raw(target);
            assertKept(answer, target);
            // The app's page stands for every other address.
            const isRefused = statusOf(answer) >= 400 && statusOf(answer) < 500;
            assert.ok(isRefused || answer.includes("<!doctype html>"), answer.slice(0, 200));
          }
    });

  test("that is nginx's alone is nobody's", async () => {
    for (const target of [
      `/.files/${folder.id}/First%20Light%20(2019).mp4`,
      `//.files/${folder.id}/First%20Light%20(2019).mp4`,
      `/%2efiles/${folder.id}/First%20Light%20(2019).mp4`,
      `/assets/../.files/${folder.id}/First%20Light%20(2019).mp4`,
      `/run/roots/${folder.id}/First%20Light%20(2019).mp4`,
    ]) {
      const answer = await raw(target);
      assert.ok(!answer.includes("ftypisom"), target);
      if (isNginx && !target.startsWith("/run") && !target.startsWith("//"))
        assert.equal(statusOf(answer), 404, target);
    }
  });
});

test("a header that a client sends moves nothing", async () => {
  const names = ["X-Sendfile", "X-Accel-Redirect", "X-LIGHTTPD-send-file", "X-Sendfile2"];
  const headers = names.map((name) => `${name}: ${path.join(world.state, "secret")}`);
  for (const target of ["/", "/api/health", "/assets/none"]) {
    const answer = await raw(target, ...headers);
    assertKept(answer, target);
    assert.equal(answer.split("\r\n")[0], (await raw(target)).split("\r\n")[0]);
  }
});

describe("a handler that was taken over", () => {
  const head = "Status: 200 OK\r\nContent-Type: video/mp4\r\n";
  const good = `${folder.id}/First%20Light%20(2019).mp4`;
  const named = isNginx
    ? `X-Accel-Redirect: /.files/${good}`
    : `X-Sendfile: ${roots}/${world.front === "apache2" ? decodeURIComponent(good) : good}`;
  const paths = [
    "/etc/passwd",
    `${world.state}/miauflix.db`,
    `${world.state}/secret`,
    `${roots}/../../secret`,
    `${roots}/torrents/../secret`,
    `${roots}/torrents/../../../secret`,
    `${roots}/${folder.id}/../secret`,
    `${roots}/${folder.id}/../../../secret`,
    `${roots}/%2e%2e/%2e%2e/secret`,
    `${roots}/torrents/%2e%2e/secret`,
    `${roots}/torrents/..%2fsecret`,
    `${roots}/..%2f..%2fsecret`,
    `${roots}/..\\..\\secret`,
    `${roots}/./../../secret`,
    `${roots}//../../secret`,
    `${roots}x/secret`,
    `${roots}/../rootsx/secret`,
    `${roots}/images%00/../../secret`,
    `../secret`,
    `secret`,
    `file://${world.state}/secret`,
  ];
  const inners = paths.map((p) => (p.startsWith(`${roots}/`) ? p.slice(roots.length) : p));
  const heads = [
    ...paths.flatMap((p) => ["X-Sendfile", "X-LIGHTTPD-send-file"].map((n) => `${n}: ${p}`)),
    ...paths.map((p) => `X-Sendfile2: ${p.replace(/[, ]/g, "%20")} 0-20`),
    ...inners.map((p) => `X-Accel-Redirect: /.files${p.startsWith("/") ? "" : "/"}${p}`),
    ...inners.map((p) => `X-Accel-Redirect: ${p}`),
  ];

  test("has films sent, and nothing that is none", async () => {
    let said = named;
    const answer = () => `${head}${said}\r\n\r\nits own`;
    await insteadOf(world, "stream", answer, async () => {
      const sent = await world.visitor().get("/api/stream/x", { isUnjudged: true });
      assert.ok(sent.body.equals(film), "the way is open");
      for (const header of heads) {
        said = header;
        assertKept(await raw("/api/stream/x"), header);
      }
    });
  });

  test("has nothing sent where no films are", async () => {
    await insteadOf(
      world,
      "movies",
      () => `${head}${named}\r\n\r\nits own`,
      async () => {
        const sent = await world.visitor().get("/api/movies", { isUnjudged: true });
        assert.ok(!sent.body.includes(film.subarray(0, 64)));
      },
    );
  });
});

describe("a link in a folder of films", async () => {
  const file = movieFile(world, "front");
  const secret = path.join(root, "package.json");
  const id = await world.movieId(movies.front);
  const play = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });

  // Before it is seen, which takes the film out of the library.
  const { pid } = world.process("miaud");
  before(() => process.kill(pid, "SIGSTOP"));
  after(() => process.kill(pid, "SIGCONT"));

  for (const [what, put] of [
    ["in the place of a film", () => symlinkSync(secret, file)],
    [
      "to a link",
      () => {
        symlinkSync(secret, `${file}.2`);
        symlinkSync(`${file}.2`, file);
      },
    ],
    ["to the folder above", () => symlinkSync("../secret", file)],
  ] as const)
    test(`${what} is not followed`, async () => {
      renameSync(file, `${world.hold}/kept.mp4`);
      put();
      try {
        for (const range of [undefined, "bytes=0-99", "bytes=0-9,20-29"]) {
          const headers = range ? { range } : {};
          const reply = await world.visitor().get(play.url, { headers });
          assert.equal(reply.status, 404, reply.text);
          assertKept(reply.text, what);
        }
        for (const server of ["lighttpd", "nginx", "apache"]) {
          const alone = await runCgi(world, play.url, { headers: { MIAU_SENDFILE: server } });
          assert.equal(alone.status, 404);
          assert.equal(alone.headers.get("x-sendfile"), undefined);
          assert.equal(alone.headers.get("x-accel-redirect"), undefined);
        }
      } finally {
        rmSync(file);
        rmSync(`${file}.2`, { force: true });
        renameSync(`${world.hold}/kept.mp4`, file);
      }
      assert.equal((await world.visitor().get(play.url)).status, 200);
    });
});
