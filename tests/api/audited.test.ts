// Every row of every route table that changes something writes the event that it
// names, with who asked, from where and the request's id; and those that say they
// write nothing write nothing. A row without a request here fails.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Authenticator, addPasskey, enterByPasskey } from "../world/authenticator.ts";
import type { Client, Reply } from "../world/client.ts";
import { findOperation } from "../world/contract.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { type Row, rows } from "../world/rows.ts";
import { collectIds, sampleOf } from "../world/samples.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world);
const { admin } = world;
await admin.put("/api/config", { settings: [{ name: "net.consent", value: true }] });
const ids = await collectIds(world, admin);
const movie = await world.movieId(movies.front);

let people = 0;
async function somebody(): Promise<Client> {
  people += 1;
  return world.person(`person${people}@example.org`);
}
async function somebodysId(): Promise<string> {
  return (await somebody()).user.id;
}
/** Somebody with a second profile. */
async function withProfile(): Promise<[Client, string]> {
  const person = await somebody();
  return [person, (await person.send("/api/me/profiles", { name: "Mia" })).id];
}
async function download(): Promise<number> {
  const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}`;
  return (await admin.send("/api/downloads", { magnet })).id;
}
function folder(name: string): string {
  const made = path.join(world.hold, name);
  mkdirSync(made);
  return made;
}

interface Deed {
  reply: Reply;
  /** Who did it, where it was not the administrator. */
  by?: string | null;
}
const byAdmin = async (asked: Promise<Reply>): Promise<Deed> => ({ reply: await asked });

/** Of each row that names an event a request that is let in and does something. */
const deeds: Record<string, () => Promise<Deed>> = {
  create_session: async () => {
    const person = await somebody();
    const login = { email: person.user.email, password };
    return { reply: await world.visitor().post("/api/auth/login", login), by: person.user.id };
  },
  end_session: async () => {
    const person = await somebody();
    const browser = await world.visitor().signIn(person.user.email, password, "cookies");
    const reply = await browser.post(`/api/auth/logout/${browser.session}`);
    return { reply, by: person.user.id };
  },
  end_token_session: async () => {
    const person = await somebody();
    const { refreshToken } = person;
    return { reply: await person.post("/api/auth/logout", { refreshToken }), by: person.user.id };
  },
  delete_device: async () => {
    const person = await somebody();
    await world.visitor().signIn(person.user.email, password);
    const devices = await person.read("/api/auth/devices");
    const other = devices.find(({ current }: { current: boolean }) => !current);
    return { reply: await person.delete(`/api/auth/devices/${other.id}`), by: person.user.id };
  },
  end_other_devices: async () => {
    const person = await somebody();
    await world.visitor().signIn(person.user.email, password);
    return { reply: await person.post("/api/auth/devices/revoke-others"), by: person.user.id };
  },
  create_passkey: async () => {
    const person = await somebody();
    return { reply: await addPasskey(person, new Authenticator()), by: person.user.id };
  },
  create_session_by_passkey: async () => {
    const person = await somebody();
    const device = new Authenticator();
    await addPasskey(person, device);
    return { reply: await enterByPasskey(world.visitor(), device), by: person.user.id };
  },
  remove_passkey: async () => {
    const person = await somebody();
    const { id } = (await addPasskey(person, new Authenticator())).json;
    return { reply: await person.delete(`/api/auth/passkeys/${id}`), by: person.user.id };
  },
  create_key: async () => {
    const person = await somebody();
    return { reply: await person.post("/api/auth/keys", { name: "A script" }), by: person.user.id };
  },
  delete_key: async () => {
    const person = await somebody();
    const { id } = await person.send("/api/auth/keys", { name: "A script" });
    return { reply: await person.delete(`/api/auth/keys/${id}`), by: person.user.id };
  },
  delete_user_key: async () => {
    const person = await somebody();
    const { id } = await person.send("/api/auth/keys", { name: "A script" });
    return byAdmin(admin.delete(`/api/users/${person.user.id}/keys/${id}`));
  },
  create_device_session: async () => {
    const person = await somebody();
    const tv = world.visitor();
    const { deviceCode, userCode } = await tv.send("/api/auth/device/code", {});
    await person.send("/api/auth/device/approve", { userCode, approve: true });
    return { reply: await tv.post("/api/auth/device/token", { deviceCode }), by: person.user.id };
  },
  approve_device: async () => {
    const person = await somebody();
    const { userCode } = await world.visitor().send("/api/auth/device/code", {});
    const answer = { userCode, approve: true };
    return { reply: await person.post("/api/auth/device/approve", answer), by: person.user.id };
  },
  update_me: async () => {
    const person = await somebody();
    return { reply: await person.patch("/api/me", { displayName: "Another" }), by: person.user.id };
  },
  create_profile: async () => {
    const person = await somebody();
    return { reply: await person.post("/api/me/profiles", { name: "Mia" }), by: person.user.id };
  },
  update_profile: async () => {
    const [person, id] = await withProfile();
    const reply = await person.patch(`/api/me/profiles/${id}`, { name: "Another" });
    return { reply, by: person.user.id };
  },
  delete_profile: async () => {
    const [person, id] = await withProfile();
    const reply = await person.delete(`/api/me/profiles/${id}`, { json: {} });
    return { reply, by: person.user.id };
  },
  use_profile: async () => {
    const [person, id] = await withProfile();
    return { reply: await person.post(`/api/me/profiles/${id}/use`, {}), by: person.user.id };
  },
  replace_certification: () =>
    byAdmin(admin.put(`/api/titles/movie-${movie}/certification`, { minimumAge: 6 })),
  replace_segment: () =>
    byAdmin(admin.put(`/api/segments/movie-${movie}/intro`, { start: 1, end: 2 })),
  delete_segment: async () => {
    await admin.put(`/api/segments/movie-${movie}/recap`, { start: 1, end: 2 });
    return byAdmin(admin.delete(`/api/segments/movie-${movie}/recap`));
  },
  create_auth_user: () =>
    byAdmin(admin.post("/api/auth/users", { email: "one@example.org", password })),
  create_user: () => byAdmin(admin.post("/api/users", { email: "two@example.org", password })),
  update_user: async () =>
    byAdmin(admin.patch(`/api/users/${await somebodysId()}`, { displayName: "Another" })),
  delete_user: async () => byAdmin(admin.delete(`/api/users/${await somebodysId()}`)),
  change_password: async () => {
    const person = await somebody();
    const body = { current: password, password: "another good password" };
    return { reply: await person.post("/api/auth/password", body), by: person.user.id };
  },
  create_reset: async () => byAdmin(admin.post(`/api/users/${await somebodysId()}/reset`)),
  use_reset: async () => {
    const id = await somebodysId();
    const { code } = await admin.send(`/api/users/${id}/reset`);
    const reply = await world.visitor().post("/api/auth/password/reset", { code, password });
    return { reply, by: id };
  },
  create_invitation: () => byAdmin(admin.post("/api/auth/invitations", {})),
  delete_invitation: async () => {
    const { id } = await admin.send("/api/auth/invitations", {});
    return byAdmin(admin.delete(`/api/auth/invitations/${id}`));
  },
  sign_up: async () => {
    const { code } = await admin.send("/api/auth/invitations", {});
    const body = { name: "Joy", email: "joy@example.org", password, code };
    const reply = await world.visitor().post("/api/auth/signup", body);
    return { reply, by: reply.json.user.id };
  },
  replace_settings: () =>
    byAdmin(admin.put("/api/config", { settings: [{ name: "library.probes", value: 2 }] })),
  create_folder: () => byAdmin(admin.post("/api/library/folders", { path: folder("one") })),
  delete_folder: async () => {
    const { id } = await admin.send("/api/library/folders", { path: folder("two") });
    return byAdmin(admin.delete(`/api/library/folders/${id}`));
  },
  add_download: () => {
    const magnet = `magnet:?xt=urn:btih:${randomBytes(20).toString("hex")}`;
    return byAdmin(admin.post("/api/downloads", { magnet }));
  },
  add_film: () => byAdmin(admin.post("/api/downloads/films", { name: "sintel" })),
  share_file: () => byAdmin(admin.post("/api/downloads/share", { titleId: `movie-${movie}` })),
  change_download: async () =>
    byAdmin(admin.patch(`/api/downloads/${await download()}`, { paused: true })),
  remove_download: async () => byAdmin(admin.delete(`/api/downloads/${await download()}`)),
  evict_download: async () => byAdmin(admin.delete(`/api/storage/${await download()}`)),
};

/** Rows that cannot be asked here, and why. */
const excused: Record<string, string> = {
  delete_me: "what names who asked is blanked at once; tests/api/leaving.test.ts looks at it",
  create_administrator: "a world is set up once; its own set-up is looked at below",
};

const key = (reply: Reply) => String(reply.headers["x-request-id"]);
const written = (reply: Reply): string[] =>
  world
    .sql(`SELECT event FROM audit_log WHERE request_id = '${key(reply)}' ORDER BY id`)
    .split("\n")
    .filter((event) => event !== "");
const name = (row: Row) => `${row.method} ${row.path}`;
const changing = rows.filter((row) => row.method !== "GET");

describe("what a row names is written", () => {
  for (const row of changing.filter(({ audit }) => audit !== null)) {
    if (row.operationId in excused) continue;
    test(`${name(row)}: ${row.audit}`, async () => {
      const deed = deeds[row.operationId];
      assert.ok(deed, `tests/api/audited.test.ts has no request for ${row.operationId}`);
      const { reply, by } = await deed();
      assert.ok(reply.status < 300, `${reply.status} ${reply.text}`);
      await until(`${row.audit} to be written`, () =>
        Promise.resolve(written(reply).includes(row.audit as string)),
      );
      const where = `request_id = '${key(reply)}' AND event = '${row.audit}'`;
      const [actor, address] = world
        .sql(`SELECT actor, address FROM audit_log WHERE ${where} LIMIT 1`)
        .split("|");
      assert.equal(actor, by === undefined ? admin.user.id : (by ?? ""));
      assert.match(address as string, /^127\./);
    });
  }

  test("set-up", () => {
    const where = "id = (SELECT MIN(id) FROM audit_log WHERE event = 'user.created')";
    const row = world.sql(`SELECT actor, target FROM audit_log WHERE ${where}`);
    assert.equal(row, `|${admin.user.id}`);
  });

  test("and nothing is asked for here that is no row", () => {
    const known = new Set(changing.map(({ operationId }) => operationId));
    for (const id of [...Object.keys(deeds), ...Object.keys(excused)]) assert.ok(known.has(id), id);
  });
});

describe("what a row says it does not write is not written", () => {
  for (const row of changing.filter(({ audit }) => audit === null)) {
    test(`${name(row)}: ${row.auditWhy}`, async () => {
      assert.ok(row.auditWhy);
      const op = findOperation(row.method, row.path.replace(/\{\w+\}/g, "x"));
      assert.ok(op);
      const { target, json } = sampleOf(op, ids);
      const reply = await admin.ask(row.method, target, json === undefined ? {} : { json });
      assert.deepEqual(written(reply), []);
    });
  }
});

test("all of it is one chain", () => {
  assert.deepEqual(world.ctlJson("audit", "verify").faults, []);
});
