// People as an administrator keeps them: made, changed, disabled, removed, and
// what of that takes effect at once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const movie = await world.movieId(movies.front);

/** Somebody who exists, signed in. */
async function make(email: string, role: "user" | "admin" = "user"): Promise<Client> {
  await world.admin.send("/api/users", { email, password, role });
  return world.visitor().signIn(email, password);
}
const at = (person: Client): string => `/api/users/${person.user.id}`;

/** A listener and a stream key that somebody has open. */
async function open(person: Client): Promise<{ listener: Listener; stream: string }> {
  const play = await person.send("/api/play/start", { titleId: `movie-${movie}` });
  assert.equal((await world.visitor().get(play.url)).status, 200);
  return { listener: await Listener.open(person), stream: play.url };
}

/** All of it has ended with the request that has just been answered. */
async function assertEnded(
  person: Client,
  { listener, stream }: { listener: Listener; stream: string },
): Promise<void> {
  assert.equal((await person.get("/api/me")).status, 401);
  assert.equal((await world.visitor().get(stream)).status, 401);
  const refreshed = await person.post(
    "/api/auth/refresh",
    { refreshToken: person.refreshToken },
    { isBare: true },
  );
  assert.equal(refreshed.status, 401);
  await listener.hear("the end", (h) => h.event === "session");
  await listener.ended();
}

describe("an administrator", () => {
  test("lets somebody sign in, at either address", async () => {
    for (const where of ["/api/users", "/api/auth/users"]) {
      const name = where.split("/").slice(2).join("-");
      const made = await world.admin.post(where, {
        email: `${name}@example.org`,
        password,
        name,
        displayName: "Some Body",
      });
      assert.equal(made.status, 201);
      assert.equal(made.json.role, "user");
      assert.equal(made.json.disabled, false);
      assert.equal(world.lastEvent(), "user.created");
      assert.equal((await world.visitor().signIn(name, password)).user.displayName, "Some Body");
    }
  });

  test("is told what cannot be", async () => {
    await make("taken@example.org");
    const refused: [number, object][] = [
      [409, { email: "Taken@example.org", password }],
      [409, { email: "other@example.org", name: "taken", password }],
      [400, { email: "other@example.org", name: "with space", password }],
      [400, { email: "other@example.org", name: "a@b", password }],
      [400, { email: "other", password }],
      [400, { email: "other@example.org", password: "short" }],
      [400, { email: "other@example.org", password, role: "god" }],
      [400, { email: "other@example.org", password, id: "x" }],
    ];
    for (const [status, body] of refused)
      assert.equal((await world.admin.post("/api/users", body)).status, status);
    assert.equal((await world.admin.get("/api/users/x")).status, 400);
  });

  test("sees everybody, page by page", async () => {
    const all = await world.admin.read("/api/users?pageSize=100");
    assert.equal(all.total, all.users.length);
    const first = await world.admin.read("/api/users?pageSize=2&fields=email");
    const next = await world.admin.read(
      `/api/users?pageSize=2&fields=email&cursor=${first.cursor}`,
    );
    const seen = [...first.users, ...next.users].map((u) => u.email);
    const emails = all.users.map((u: { email: string }) => u.email);
    assert.deepEqual(seen, emails.slice(0, 4));
    assert.ok(!JSON.stringify(all).includes("argon2"));
  });

  test("changes names without ending anything", async () => {
    const person = await make("names@example.org");
    const changed = await world.admin.patch(at(person), {
      email: "other-names@example.org",
      name: "nomen",
      displayName: "Nomen",
    });
    assert.equal(changed.status, 200);
    assert.equal(changed.json.email, "other-names@example.org");
    assert.equal(world.lastEvent(), "user.changed");
    assert.equal((await person.read("/api/me")).displayName, "Nomen");
    assert.equal((await world.admin.patch(at(person), {})).status, 400);
    assert.equal((await world.admin.patch(at(person), { name: "a b" })).status, 400);
  });
});

describe("at once", () => {
  test("another role ends what was open", async () => {
    const person = await make("riser@example.org");
    const before = await open(person);
    const risen = await world.admin.patch(at(person), { role: "admin" });
    assert.equal(risen.json.role, "admin");
    await assertEnded(person, before);
    assert.equal(world.lastEvent(), "user.role_changed");
    const again = await world.visitor().signIn("riser@example.org", password);
    assert.equal((await again.get("/api/users")).status, 200);
    await world.admin.patch(at(person), { role: "user" });
    assert.equal((await again.get("/api/users")).status, 401, "not even until the token ends");
  });

  test("the same role again ends nothing", async () => {
    const person = await make("same@example.org");
    await world.admin.patch(at(person), { role: "user", disabled: false });
    assert.equal((await person.get("/api/me")).status, 200);
  });

  test("being disabled ends it, and nobody comes back in", async () => {
    const person = await make("sleeper@example.org");
    const before = await open(person);
    assert.equal((await world.admin.patch(at(person), { disabled: true })).status, 200);
    await assertEnded(person, before);
    const login = { email: "sleeper@example.org", password };
    assert.equal((await world.visitor().post("/api/auth/login", login)).status, 401);
    await world.admin.patch(at(person), { disabled: false });
    assert.equal(world.lastEvent(), "user.enabled");
    assert.equal((await world.visitor().post("/api/auth/login", login)).status, 200);
  });

  test("removal ends it and leaves nothing, in the audit log neither", async () => {
    const person = await make("leaver@example.org", "admin");
    const setting = { settings: [{ name: "library.probes", value: 3 }] };
    assert.equal((await person.put("/api/config", setting)).status, 200);
    await person.send("/api/play/heartbeat", { titleId: `movie-${movie}`, position: 3 });
    const before = await open(person);
    const profile = world.sql(`SELECT id FROM profile WHERE user_id = '${person.user.id}'`);
    assert.equal((await world.admin.delete(at(person))).status, 204);
    await assertEnded(person, before);
    assert.equal(world.lastEvent(), "audit.erased");
    assert.notEqual(world.sql("SELECT id FROM audit_log WHERE event = 'user.removed'"), "");
    assert.equal((await world.admin.delete(at(person))).status, 404);
    const tables = world.sql("SELECT name FROM sqlite_master WHERE type = 'table'").split("\n");
    const holds = (table: string, value: string): boolean => {
      const columns = world.sql(`SELECT name FROM pragma_table_info('${table}')`).split("\n");
      const where = columns.map((c) => `instr(CAST(${c} AS TEXT), '${value}')`).join(" OR ");
      return world.sql(`SELECT count(*) FROM ${table} WHERE ${where}`) !== "0";
    };
    for (const value of [person.user.id, profile, "leaver"]) {
      const left = tables.filter((table) => holds(table, value));
      assert.deepEqual(left, [], value);
    }
  });
});

describe("the last administrator", () => {
  test("can be neither removed nor disabled nor demoted", async () => {
    const id = world.admin.user.id;
    for (const refused of [
      await world.admin.patch(`/api/users/${id}`, { role: "user" }),
      await world.admin.patch(`/api/users/${id}`, { disabled: true }),
      await world.admin.delete(`/api/users/${id}`),
    ]) {
      assert.equal(refused.status, 409);
      assert.equal(refused.json.code, "last_admin");
    }
    assert.equal((await world.admin.get("/api/me")).status, 200);
  });

  test("stays, of two who demote each other at the same moment", async () => {
    for (let round = 0; round < 5; round++) {
      const email = `rival${round}@example.org`;
      const rival = await make(email, "admin");
      const both = [
        world.admin.patch(at(rival), { role: "user" }),
        rival.patch(at(world.admin), { role: "user" }),
      ];
      const statuses = (await Promise.all(both)).map((reply) => reply.status);
      // The second finds its session ended, or is refused as the last one.
      assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join());
      assert.equal(world.sql("SELECT count(*) FROM user WHERE role = 'admin'"), "1");
      if (statuses[0] === 200) continue;
      const promoted = await world.visitor().signIn(email, password);
      await promoted.patch(at(world.admin), { role: "admin" });
      await promoted.patch(at(rival), { role: "user" });
      await world.admin.signIn("admin@example.org", password);
    }
  });
});
