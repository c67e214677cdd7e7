// Thousands of clients that send one byte a second do not stop others, under each
// web server: there is room for them, and a request that is not complete, be it
// its head or its body, occupies nobody behind the web server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Crowd } from "../world/crowd.ts";
import { many, until } from "../world/place.ts";
import { makeWorld, password, type World } from "../world/world.ts";

// A web server takes as many as half of the files that it may have open.
const files = Number(
  /^Max open files +\d+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1],
);
const size = Math.min(many(1000, 10_000), Math.trunc((files || 65_536) * 0.45));

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
  test(`${size} slow clients at once, ${server}`, async () => {
    const world = await makeWorld({ env: { MIAU_WEBSERVER: server } });
    const crowd = new Crowd(world, size);
    try {
      await until("the crowd to be there", () => crowd.open > 0.99 * size);
      let why = "";
      const isServed = async () => {
        const before = crowd.ended;
        try {
          await visit(world);
        } catch (e) {
          why = String(e);
          return false;
        }
        const gone = crowd.ended - before;
        why = `served when ${gone} had gone`;
        // Beside them, and not when they had gone.
        return crowd.open > 0.9 * size && gone < 0.1 * size;
      };
      for (let i = 0; i < 3; i++)
        await until("somebody to be served beside them", isServed, { why: () => why });
    } catch (e) {
      world.hasFailed = true;
      throw e;
    } finally {
      crowd.leave();
      await world.tearDown();
    }
  });
