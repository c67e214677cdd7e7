// Whatever ends a session, the log tells which, why and who did it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const { admin } = world;

/** Ways in which a session ends by what is done to the person; null: the terminal. */
const ends: Record<
  string,
  (person: Client, other: Client, session: string) => Promise<string | null>
> = {
  password: async (person) => {
    await person.send("/api/auth/password", { current: password, password: "another good one" });
    return person.user.id;
  },
  role: async ({ user }) => {
    await admin.patch(`/api/users/${user.id}`, { role: "admin" });
    return admin.user.id;
  },
  disabled: async ({ user }) => {
    await admin.patch(`/api/users/${user.id}`, { disabled: true });
    return admin.user.id;
  },
  profile: async (person, other) => {
    const { id } = await person.send("/api/me/profiles", { name: "Mia" });
    await other.send(`/api/me/profiles/${id}/use`, {});
    await person.delete(`/api/me/profiles/${id}`, { json: {} });
    return person.user.id;
  },
  terminal: async (_, __, session) => {
    assert.equal(world.ctl("session", "end", session).code, 0);
    return null;
  },
};

describe("a session that is ended is told with the reason and who did it", () => {
  for (const [reason, end] of Object.entries(ends))
    test(reason, async () => {
      const person = await world.person(`${reason}@example.org`);
      const other = await world.visitor().signIn(person.user.email, password);
      const session = world.sql(
        `SELECT id FROM session WHERE user_id = '${person.user.id}' ORDER BY created_at DESC LIMIT 1`,
      );
      const by = await end(person, other, session);
      const where = `event = 'session.ended' AND target = '${session}'`;
      const told = world.sql(`SELECT actor, detail FROM audit_log WHERE ${where}`);
      assert.equal(told, `${by ?? ""}|{"reason":"${reason}"}`);
      assert.equal((await other.get("/api/me")).status, 401);
    });
});
