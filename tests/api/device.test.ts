// Signing in on a device by another one (RFC 8628): a television shows a code, a
// phone on which somebody is signed in says yes or no to it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

const world = await newWorld();
const phone = await world.person("uma@example.org");

const begin = (tv: Client): Promise<Json> => tv.send("/api/auth/device/code", { device: "TV" });
const ask = (tv: Client, { deviceCode }: Json, more = {}): Promise<Reply> =>
  tv.post("/api/auth/device/token", { deviceCode, ...more });
const answer = (who: Client, { userCode }: Json, approve: boolean): Promise<Reply> =>
  who.post("/api/auth/device/approve", { userCode, approve });

/** Asks as often as it may: the time that would go by is taken from the row. */
async function askLater(tv: Client, code: Json): Promise<Reply> {
  world.sql("UPDATE device_code SET polled_at = polled_at - 60000");
  return ask(tv, code);
}

describe("a television", () => {
  test("waits, and is signed in once somebody has said yes, like any sign-in", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    const pending = await ask(tv, code);
    assert.equal(pending.status, 400);
    assert.equal(pending.json.code, "authorization_pending");
    const shown = await phone.read(`/api/auth/device/${code.userCode}`);
    assert.equal(shown.device, "TV");
    assert.equal(shown.address, tv.address);
    assert.equal((await answer(phone, code, true)).status, 204);
    const reply = await askLater(tv, code);
    assert.equal(reply.status, 200);
    assert.deepEqual(Object.keys(reply.json).sort(), ["expiresIn", "session", "user"]);
    assert.equal(reply.json.user.email, "uma@example.org");
    assert.equal(tv.cookies.size, 2);
    tv.session = reply.json.session;
    assert.equal((await tv.read("/api/me")).email, "uma@example.org");
    const again = await ask(world.visitor(), code);
    assert.equal(again.status, 400);
    assert.equal(again.json.code, "expired_token");
    assert.equal((await answer(phone, code, true)).status, 404, "and the code is used");
  });

  test("that is a program gets its tokens in the answer", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    await answer(phone, code, true);
    const reply = await ask(tv, code, { tokens: "body" });
    assert.equal(reply.status, 200);
    assert.equal(tv.cookies.size, 0);
    tv.token = reply.json.accessToken;
    assert.equal((await tv.get("/api/me")).status, 200);
  });

  test("is told no", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    assert.equal((await answer(phone, code, false)).status, 204);
    assert.equal((await ask(tv, code)).json.code, "access_denied");
    assert.equal((await answer(phone, code, true)).status, 404, "no is no");
  });

  test("that asks too often is to wait longer", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    const interval = () =>
      Number(world.sql("SELECT interval_s FROM device_code ORDER BY created_at DESC LIMIT 1"));
    assert.equal(interval(), code.interval);
    // However slow this machine is: the last question was just now.
    const askNow = () => {
      world.sql(`UPDATE device_code SET polled_at = ${Date.now() + 60_000}`);
      return ask(tv, code);
    };
    assert.equal((await askNow()).json.code, "slow_down");
    assert.equal((await askNow()).json.code, "slow_down");
    assert.equal(interval(), code.interval + 10);
    assert.equal((await askLater(tv, code)).json.code, "authorization_pending");
  });

  test("comes too late", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    await answer(phone, code, true);
    world.sql("UPDATE device_code SET expires_at = created_at");
    assert.equal((await ask(tv, code)).json.code, "expired_token");
    assert.equal((await phone.get(`/api/auth/device/${code.userCode}`)).status, 404);
  });

  test("that asks twice at the same moment has one session", async () => {
    const tv = world.visitor();
    const code = await begin(tv);
    await answer(phone, code, true);
    const sessions = () => Number(world.sql("SELECT count(*) FROM session"));
    const before = sessions();
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask(world.visitor(), code)));
    const good = replies.filter((r) => r.status === 200);
    assert.equal(good.length, 1, replies.map((r) => r.status).join());
    for (const reply of replies)
      if (reply.status !== 200) assert.equal(reply.json.code, "expired_token");
    assert.equal(sessions(), before + 1);
  });
});

describe("codes", () => {
  test("are drawn for a camera, with an address that a phone can open", async () => {
    const code = await begin(world.visitor());
    assert.equal(code.verificationUri, `${world.origin}/link`);
    assert.equal(code.verificationUriComplete, `${world.origin}/link?code=${code.userCode}`);
    assert.match(code.qr, /^<svg xmlns[^>]*>.*<path d="M\d+ \d+h\d+v1h-\d+z/);
    assert.ok(code.qr.includes(`aria-label="${code.verificationUriComplete}"`));
  });

  test("name the server as the device called it, or by its public address", async () => {
    const other = await newWorld({ env: { MIAU_PUBLIC_URL: "https://films.example.org/" } });
    const code = await begin(other.visitor());
    assert.equal(code.verificationUri, "https://films.example.org/link");
  });

  test("are in no log and no table", async () => {
    const code = await begin(world.visitor());
    const { headers } = await phone.get(`/api/auth/device/${code.userCode}`);
    const id = headers["x-request-id"] as string;
    await until("the line of the request", () => world.log().includes(id));
    const rows = world.sql(
      "SELECT hex(hash), hex(user_code_hash), device, address FROM device_code",
    );
    const hex = (text: string) => Buffer.from(text).toString("hex").toUpperCase();
    for (const secret of [code.deviceCode, code.userCode, code.userCode.replace("-", "")]) {
      assert.ok(!rows.includes(secret) && !rows.includes(hex(secret)));
      assert.ok(!world.log().includes(secret), "the log");
    }
  });

  test("cannot be tried out", async () => {
    const guesser = await world.person("gus@example.org");
    const twin = guesser.twin();
    let refused: Reply | undefined;
    for (let i = 0; i < 200 && refused === undefined; i++) {
      const who = i % 2 === 0 ? guesser : twin;
      const reply =
        i % 4 < 2
          ? await who.get("/api/auth/device/BCDF-GHJK")
          : await who.post("/api/auth/device/approve", { userCode: "BCDF-GHJK", approve: true });
      if (reply.status === 429) refused = reply;
      else assert.equal(reply.status, 404);
    }
    assert.ok(refused !== undefined, "after 200 codes nobody has slowed the guesser");
    assert.ok(Number(refused.headers["retry-after"]) > 0);
    const code = await begin(world.visitor());
    assert.equal((await answer(phone, code, true)).status, 204, "others are not slowed");
  });

  test("of people who may are needed: nobody approves a device unsigned", async () => {
    const code = await begin(world.visitor());
    assert.equal((await world.visitor().get(`/api/auth/device/${code.userCode}`)).status, 401);
    assert.equal((await answer(world.visitor(), code, true)).status, 401);
  });
});
