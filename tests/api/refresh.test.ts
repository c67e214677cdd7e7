// Refresh tokens of programs: one chain, however many present the same token at
// the same moment; a token that comes back later ends the session.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCgi } from "../world/cgi.ts";
import type { Client } from "../world/client.ts";
import { inTime, many } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const email = "admin@example.org";

describe("refresh", () => {
  // For so long the token before the present one may come again.
  const graceMs = 10_000;
  const fresh = () => world.visitor().signIn(email, password);

  async function rotate(client: Client, token = client.refreshToken): Promise<number> {
    const reply = await client.post("/api/auth/refresh", { refreshToken: token }, { isBare: true });
    if (reply.status === 200) {
      client.token = reply.json.accessToken;
      client.refreshToken = reply.json.refreshToken;
    }
    return reply.status;
  }

  test("gives new tokens that work", async () => {
    const client = await fresh();
    const before = client.refreshToken;
    assert.equal(await rotate(client), 200);
    assert.notEqual(client.refreshToken, before);
    assert.equal((await client.get("/api/me")).status, 200);
  });

  test("of one token many times at once makes one chain", async () => {
    const count = many(50, 200);
    const { client, answers } = await inTime(graceMs, async (begins) => {
      const person = await fresh();
      const json = { refreshToken: person.refreshToken };
      const ask = () => person.twin().post("/api/auth/refresh", json, { isBare: true });
      begins();
      return { client: person, answers: await Promise.all(Array.from({ length: count }, ask)) };
    });
    const good = answers.filter((r) => r.status === 200);
    assert.equal(good.length, count, `statuses ${answers.map((r) => r.status)}`);
    const successors = new Set(good.map((r) => r.json.refreshToken));
    assert.equal(successors.size, 1, "one successor");
    client.refreshToken = [...successors][0];
    assert.equal(await rotate(client), 200, "the chain goes on");
    const id = client.refreshToken?.split(".")[0];
    assert.equal(world.sql(`SELECT refresh_counter FROM session WHERE id = '${id}'`), "2");
  });

  test("of one token by fifty processes at once makes one chain", async () => {
    const count = many(50, 200);
    const { client, answers } = await inTime(graceMs, async (begins) => {
      const person = await fresh();
      const json = { refreshToken: person.refreshToken };
      const headers = { HTTP_USER_AGENT: person.userAgent };
      // All wait for their bodies, which they get at once.
      let open: () => void = () => undefined;
      const gate = new Promise<void>((done) => (open = done));
      const ask = { method: "POST", json, headers, after: gate };
      const all = Array.from({ length: count }, () => runCgi(world, "/api/auth/refresh", ask));
      begins();
      open();
      return { client: person, answers: await Promise.all(all) };
    });
    const good = answers.filter((r) => r.status === 200);
    const statuses = answers.map((r) => r.status);
    // A process that cannot get the database in time says so and changes nothing.
    assert.ok(
      statuses.every((status) => status === 200 || status === 503),
      statuses.join(),
    );
    const successors = new Set(good.map((r) => JSON.parse(r.body.toString()).refreshToken));
    assert.equal(successors.size, 1, "one successor");
    const id = client.refreshToken?.split(".")[0];
    assert.equal(world.sql(`SELECT refresh_counter FROM session WHERE id = '${id}'`), "1");
    assert.equal(world.sql(`SELECT revoked_at IS NULL FROM session WHERE id = '${id}'`), "1");
  });

  test("of an old token after the grace revokes the session", async () => {
    const client = await fresh();
    const stolen = client.refreshToken;
    assert.equal(await rotate(client), 200);
    assert.equal(await rotate(client), 200);
    // Two rotations ago: no grace at all.
    assert.equal(await rotate(client.twin(), stolen), 401);
    assert.equal(await rotate(client), 401, "the whole chain is over");
    assert.equal((await client.get("/api/me")).status, 401);
    const id = stolen?.split(".")[0];
    assert.equal(world.sql(`SELECT revoked_reason FROM session WHERE id = '${id}'`), "reuse");
    assert.notEqual(world.sql("SELECT count(*) FROM audit_log WHERE event LIKE '%reuse%'"), "0");
  });

  test("by another client within the grace revokes too", async () => {
    const client = await fresh();
    const shared = client.refreshToken;
    assert.equal(await rotate(client), 200);
    const thief = world.visitor();
    thief.userAgent = "Thief/1.0";
    assert.equal(await rotate(thief, shared), 401);
    assert.equal(await rotate(client), 401);
  });

  test("refuses everything that is no refresh token", async () => {
    const client = await fresh();
    const token = client.refreshToken as string;
    const flipped = token.slice(0, -2) + (token.endsWith("AA") ? "BB" : "AA");
    for (const wrong of [flipped, "x", `${token}x`, token.split(".")[1], client.token, "a.b.c"]) {
      if (wrong === undefined) continue;
      const reply = await world.visitor().post("/api/auth/refresh", { refreshToken: wrong });
      assert.ok([400, 401].includes(reply.status), `${wrong} gave ${reply.status}`);
    }
    assert.equal(await rotate(client), 200, "guessing hurts nobody");
  });
});
