// Thousands of clients that send one byte a second do not stop others, under each
// web server: there is room for them, and a request that is not complete, be it
// its head or its body, occupies nobody behind the web server.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Crowd } from "../world/crowd.ts";
import { openByFront } from "../world/front.ts";
import { many, noApache, until } from "../world/place.ts";
import { makeWorld, password, type World } from "../world/world.ts";

const limits = readFileSync("/proc/self/limits", "utf8");
const files = Number(/^Max open files +\d+ +(\d+)/m.exec(limits)?.[1] ?? 65_536);
const size = Math.min(many(1000, 10_000), Math.trunc(files * 0.9));

/** lighttpd takes as many connections as half of the files that it is told it may
 * have open. Where that is too few for the crowd, though the files would do, it is
 * told what miauctl tells it where there are more. It asks no questions unless it
 * runs as root. */
function roomy(): Record<string, string> {
  if (files > 2.2 * size) return {};
  const folder = mkdtempSync("/tmp/miau-roomy-");
  after(() => rmSync(folder, { recursive: true }));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? "unshare --user --map-user=65534 --map-group=65534 " : "";
  const told = "s/^server.max-fds = .*/server.max-fds = 32768/;";
  const room = "s/^server.max-connections = .*/server.max-connections = 16384/";
  writeFileSync(
    path.join(folder, "lighttpd"),
    `#!/bin/sh
sed '${told}${room}' "$3" >"$3.roomy" || exit 1
PATH="\${PATH#*:}:/usr/sbin"
exec ${as}lighttpd "$1" -f "$3.roomy"
`,
    { mode: 0o755 },
  );
  return { PATH: `${folder}:${process.env.PATH}` };
}

/** Somebody new opens the app, signs in and looks at something. */
async function visit(world: World): Promise<void> {
  const visitor = world.visitor();
  const timeoutMs = 20_000;
  try {
    const page = await visitor.get("/", { timeoutMs });
    assert.match(page.text, /<html/);
    const body = { email: "admin@example.org", password, tokens: "body" };
    const signedIn = await visitor.post("/api/auth/login", body, { timeoutMs });
    assert.equal(signedIn.status, 200, signedIn.text);
    visitor.token = signedIn.json.accessToken;
    const lists = await visitor.get("/api/lists", { timeoutMs });
    assert.equal(lists.status, 200, lists.text);
  } finally {
    visitor.close();
  }
}

for (const server of ["lighttpd", "nginx", "apache"])
  test(`${size} slow clients at once, ${server}`, {
    skip: server === "apache" && noApache,
  }, async () => {
    const more = server === "lighttpd" ? roomy() : {};
    const world = await makeWorld({ env: { MIAU_WEBSERVER: server, ...more } });
    const crowd = new Crowd(world, size);
    try {
      // Who waits to be let in is connected, too, but no file of the web server's.
      const isThere = () => Math.min(crowd.open, openByFront(world)) > 0.99 * size;
      const why = () => `${crowd.open} are connected, ${openByFront(world)} let in`;
      await until("the crowd to be there", isThere, { why });
      let how = "";
      const isServed = async () => {
        const before = crowd.ended;
        try {
          await visit(world);
        } catch (e) {
          how = String(e);
          return false;
        }
        const gone = crowd.ended - before;
        how = `served when ${gone} had gone`;
        // Beside them, and not when they had gone.
        return crowd.open > 0.9 * size && gone < 0.1 * size;
      };
      for (let i = 0; i < 3; i++)
        await until("somebody to be served beside them", isServed, { why: () => how });
    } catch (e) {
      world.hasFailed = true;
      throw e;
    } finally {
      crowd.leave();
      await world.tearDown();
    }
  });
