// On which devices somebody is signed in: how many there can be at once, what is
// told of them, and signing out of one, of the others, and from the terminal.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client, Reply } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { newWorld, password } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Json = any;

const MOST = 5;
const world = await newWorld({ env: { MIAU_AUTH_MAX_SESSIONS: `${MOST}` } });
await showFilms(world);

const live = (email: string): number =>
  Number(
    world.sql(
      `SELECT count(*) FROM session s JOIN user u ON u.id = s.user_id
       WHERE u.email = '${email}' AND s.revoked_at IS NULL`,
    ),
  );

/** Signs in; a machine that has no time for passwords now is asked again. */
async function enter(email: string): Promise<Reply> {
  const visitor = world.visitor();
  for (;;) {
    const reply = await visitor.post("/api/auth/login", { email, password, tokens: "body" });
    if (reply.status !== 503) return reply;
  }
}

const isIn = async (client: Client): Promise<boolean> =>
  (await client.get("/api/me")).status === 200;

describe("one device too many", () => {
  test("signs out the one that was used longest ago, and what it plays", async () => {
    const email = "uma@example.org";
    const oldest = await world.person(email);
    const titleId = `movie-${await world.movieId(movies.front)}`;
    const { streamingKey } = await oldest.send("/api/play/start", { titleId });
    const others: Client[] = [];
    for (let i = 1; i < MOST; i++) others.push(await world.visitor().signIn(email, password));
    const listener = await Listener.open(oldest);
    assert.equal((await world.visitor().get(`/api/stream/${streamingKey}`)).status, 200);
    const sixth = await world.visitor().signIn(email, password);
    const heard = await listener.hear("session", (h) => h.event === "session");
    assert.equal(heard.data.reason, "revoked");
    await listener.ended();
    assert.equal(await isIn(oldest), false);
    assert.equal((await world.visitor().get(`/api/stream/${streamingKey}`)).status, 401);
    for (const client of [...others, sixth]) assert.equal(await isIn(client), true);
    const audited = world.sql(
      `SELECT count(*) FROM audit_log WHERE event = 'session.ended' AND detail LIKE '%"limit"%'`,
    );
    assert.equal(audited, "1");
  });

  test("is not one of another person", async () => {
    const ned = await world.person("ned@example.org");
    for (let i = 0; i < MOST; i++) await world.visitor().signIn("uma@example.org", password);
    assert.equal(await isIn(ned), true);
    assert.equal(await isIn(world.admin), true);
  });

  test("never is there of twenty at the same moment", async () => {
    const email = "eva@example.org";
    world.addPerson(email);
    let isDone = false;
    const entering = Promise.all(Array.from({ length: 20 }, () => enter(email))).finally(() => {
      isDone = true;
    });
    const seen: number[] = [];
    while (!isDone) {
      seen.push(live(email));
      await new Promise((go) => setImmediate(go));
    }
    const replies = await entering;
    assert.deepEqual([...new Set(replies.map((r) => r.status))], [200]);
    assert.ok(Math.max(...seen) <= MOST, `${seen}`);
    assert.equal(live(email), MOST);
    let inside = 0;
    for (const { json } of replies) {
      const headers = { authorization: `Bearer ${json.accessToken}` };
      const { status } = await world.visitor().get("/api/me", { headers });
      assert.ok([200, 401].includes(status));
      if (status === 200) inside += 1;
    }
    assert.equal(inside, MOST);
  });
});

describe("devices", () => {
  const email = "lea@example.org";

  test("are told with name, address and time, the one that asks marked", async () => {
    world.addPerson(email);
    const phone = world.visitor();
    phone.userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1";
    await phone.signIn(email, password);
    const laptop = await world.visitor().signIn(email, password);
    const devices = await laptop.read("/api/auth/devices");
    assert.equal(devices.length, 2);
    const [own, other] = ["current", "other"].map((which) =>
      devices.find((d: { current: boolean }) => d.current === (which === "current")),
    );
    assert.equal(own.address, laptop.address);
    assert.equal(other.device, "Safari on iPhone");
    assert.equal(other.address, phone.address);
    assert.ok(Date.parse(other.lastUsedAt) >= Date.parse(other.createdAt));
    assert.deepEqual(await laptop.read("/api/auth/devices?fields=device,current"), [
      ...devices.map(({ device, current }: Json) => ({ device, current })),
    ]);
  });

  test("end one by one, and then have ended", async () => {
    const phone = await world.visitor().signIn(email, password);
    const laptop = await world.visitor().signIn(email, password);
    const id = phone.refreshToken?.split(".")[0];
    const listener = await Listener.open(phone);
    assert.equal((await laptop.delete(`/api/auth/devices/${id}`)).status, 204);
    await listener.hear("session", (h) => h.event === "session");
    assert.equal(await isIn(phone), false);
    assert.equal(await isIn(laptop), true);
    assert.equal((await laptop.delete(`/api/auth/devices/${id}`)).status, 404);
  });

  test("of others are not there", async () => {
    const uma = await world.visitor().signIn("uma@example.org", password);
    const lea = await world.visitor().signIn(email, password);
    const id = lea.refreshToken?.split(".")[0];
    for (const who of [uma, world.admin]) {
      const reply = await who.delete(`/api/auth/devices/${id}`);
      assert.equal(reply.status, 404);
      assert.equal(reply.json.code, "session_not_found");
      const ids = (await who.read("/api/auth/devices")).map((d: Json) => d.id);
      assert.ok(!ids.includes(id));
    }
    assert.equal(await isIn(lea), true);
  });

  test("but the one that asks end together", async () => {
    const others = [
      await world.visitor().signIn(email, password),
      await world.visitor().signIn(email, password),
    ];
    const own = await world.visitor().signIn(email, password);
    const { ended } = await own.send("/api/auth/devices/revoke-others");
    assert.ok(ended >= others.length);
    for (const other of others) assert.equal(await isIn(other), false);
    assert.equal((await own.read("/api/auth/devices")).length, 1);
    assert.equal(await isIn(world.admin), true, "of this person alone");
    assert.deepEqual(await own.send("/api/auth/devices/revoke-others"), { ended: 0 });
  });

  test("and so does a yes that no device has taken yet", async () => {
    const own = await world.visitor().signIn(email, password);
    const visitor = world.visitor();
    const { deviceCode, userCode } = await visitor.send("/api/auth/device/code", {});
    await own.send("/api/auth/device/approve", { userCode, approve: true });
    await own.send("/api/auth/devices/revoke-others");
    const late = await visitor.post("/api/auth/device/token", { deviceCode });
    assert.equal(late.status, 400);
    assert.equal(late.json.code, "expired_token");
  });

  test("the own one takes its cookies along", async () => {
    const browser = await world.visitor().signIn(email, password, "cookies");
    assert.equal(browser.cookies.size, 2);
    assert.equal((await browser.delete(`/api/auth/devices/${browser.session}`)).status, 204);
    assert.equal(browser.cookies.size, 0);
  });
});

describe("from the terminal", () => {
  const email = "tom@example.org";

  test("all people's are listed, or one person's", async () => {
    const tom = await world.person(email);
    const id = tom.refreshToken?.split(".")[0];
    const all = world.ctlJson("session", "list");
    assert.ok(new Set(all.map((s: Json) => s.user.email)).size > 1);
    const [own, ...more] = world.ctlJson("session", "list", "--user", "tom");
    assert.equal(more.length, 0);
    assert.equal(own.id, id);
    assert.equal(own.address, tom.address);
    assert.match(world.ctl("session", "list").stdout, new RegExp(`${id} .*${email}`));
    assert.equal(world.ctl("session", "list", "--user", "nobody").code, 1);
  });

  test("one ends, or all of a person, and listeners are told", async () => {
    const [one, two, three] = [
      await world.visitor().signIn(email, password),
      await world.visitor().signIn(email, password),
      await world.visitor().signIn(email, password),
    ];
    const listener = await Listener.open(one);
    const id = one.refreshToken?.split(".")[0] as string;
    assert.equal(world.ctl("session", "end", id).code, 0);
    await listener.hear("session", (h) => h.event === "session");
    assert.equal(await isIn(one), false);
    assert.equal(await isIn(two), true);
    assert.equal(world.ctl("session", "end", id).code, 1, "it has ended");
    assert.equal(world.ctl("session", "end").code, 1, "whose is not said");
    assert.equal(world.ctl("session", "end", "--user", email).code, 0);
    for (const client of [two, three]) assert.equal(await isIn(client), false);
    assert.equal(await isIn(world.admin), true);
    const audited = `SELECT count(*) FROM audit_log WHERE event = 'session.ended'
      AND target = '${id}' AND actor IS NULL`;
    assert.equal(world.sql(audited), "1");
  });
});
