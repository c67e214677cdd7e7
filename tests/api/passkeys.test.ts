// Passkeys over HTTP: made, used, named, taken away; and whoever tries to sign
// in with one that is not theirs. What is signed is judged by unit tests.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Authenticator, addPasskey, byName, enterByPasskey } from "../world/authenticator.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
world.addPerson("uma@example.org");
const { port } = new URL(world.origin);
const from = { headers: { origin: byName(world.origin) } };
const base = "/api/auth/passkeys";
const add = addPasskey;
const enter = (device: Authenticator, extra = {}) => enterByPasskey(world.visitor(), device, extra);

const signIn = (who: string) => world.visitor().signIn(who, password);

describe("a passkey", () => {
  test("is made, and signs in without a name", async () => {
    const person = await signIn("uma@example.org");
    const device = new Authenticator();
    const made = await add(person, device, "Uma's phone");
    assert.equal(made.status, 201, made.text);
    assert.equal(made.json.host, "localhost");
    assert.equal(made.json.lastUsedAt, null);
    const entered = await enter(device, { tokens: "body", device: "A laptop" });
    assert.equal(entered.status, 200, entered.text);
    assert.equal(entered.json.user.email, "uma@example.org");
    const token = { headers: { authorization: `Bearer ${entered.json.accessToken}` } };
    const session = await world.visitor().read("/api/auth/session", token);
    assert.equal(session.device, "A laptop");
    const [kept] = await person.read(base);
    assert.equal(kept.name, "Uma's phone");
    assert.notEqual(kept.lastUsedAt, null);
  });

  test("sets cookies for a browser", async () => {
    const person = await signIn("uma@example.org");
    const device = new Authenticator();
    await add(person, device);
    const entered = await enter(device);
    const cookies = entered.headers["set-cookie"] ?? [];
    assert.ok(cookies.some((one) => one.includes(`__miauflix_rt_${entered.json.session}=`)));
  });

  test("is renamed and taken away by its person alone", async () => {
    const person = await signIn("uma@example.org");
    const device = new Authenticator();
    const { id } = (await add(person, device)).json;
    const at = `${base}/${id}`;
    assert.equal((await world.admin.patch(at, { name: "Mine" })).status, 404);
    assert.equal((await world.admin.delete(at)).status, 404);
    assert.equal((await person.patch(at, { name: "Kitchen" })).status, 204);
    const names = (await person.read(base)).map((one: { name: string }) => one.name);
    assert.ok(names.includes("Kitchen"));
    assert.equal((await person.delete(at)).status, 204);
    assert.equal((await person.delete(at)).status, 404);
    assert.equal((await enter(device)).json.code, "invalid_credentials");
  });

  test("of another page or an address is refused", async () => {
    const person = await signIn("uma@example.org");
    const device = new Authenticator();
    await add(person, device);
    const elsewhere = `http://films.example:${port}`;
    for (const where of [elsewhere, world.origin, "null", undefined]) {
      const headers = { headers: where === undefined ? {} : { origin: where } };
      const reply = await world
        .visitor()
        .post(`${base}/login/options`, undefined, { ...headers, isBare: true });
      assert.equal(reply.json.code, "passkey_refused", where);
    }
    const reply = await enterByPasskey(world.visitor(), device, {}, elsewhere);
    assert.equal(reply.json.code, "passkey_refused");
  });

  test("signs one thing once, and a copy of it is noticed", async () => {
    const person = await signIn("uma@example.org");
    const device = new Authenticator();
    await add(person, device);
    const visitor = world.visitor();
    const asked = await visitor.post(`${base}/login/options`, undefined, from);
    const credential = device.get(asked.json, byName(world.origin));
    assert.equal((await visitor.post(`${base}/login`, { credential }, from)).status, 200);
    const again = await visitor.post(`${base}/login`, { credential }, from);
    assert.equal(again.json.code, "passkey_refused");
    device.count -= 1;
    assert.equal((await enter(device)).json.code, "passkey_refused");
    const copied = "SELECT COUNT(*) FROM audit_log WHERE event = 'passkey.copied'";
    assert.equal(world.sql(copied), "1");
  });

  test("of a disabled person signs nobody in", async () => {
    world.addPerson("dan@example.org");
    const device = new Authenticator();
    await add(await signIn("dan@example.org"), device);
    world.sql("UPDATE user SET state = 'disabled' WHERE email = 'dan@example.org'");
    assert.equal((await enter(device)).json.code, "invalid_credentials");
  });
});

test("what is no passkey at all", async () => {
  const person = await signIn("uma@example.org");
  const hostile = [
    {},
    { type: "public-key" },
    { type: "public-key", rawId: 5, response: [] },
    { type: "public-key", rawId: "AA", response: { clientDataJSON: "e30", signature: "AA" } },
    { type: "public-key", rawId: "A".repeat(9000), response: { clientDataJSON: "!" } },
  ];
  for (const credential of hostile) {
    const visitor = world.visitor();
    for (const [who, where] of [
      [visitor, "/login"],
      [person, ""],
    ] as const) {
      const reply = await who.post(base + where, { credential }, from);
      assert.equal(reply.json.code, "passkey_refused", JSON.stringify(credential).slice(0, 80));
    }
  }
});
