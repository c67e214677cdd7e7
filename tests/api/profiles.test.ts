// The profiles of an account: made, changed and removed; the doors between them;
// guesses that are slowed down; what goes with a profile that is removed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client } from "../world/client.ts";
import { movies, showFilms } from "../world/films.ts";
import { until } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const movie = `movie-${await world.movieId(movies.front)}`;

let people = 0;
/** Somebody new, with the name of an account that further devices sign in to. */
async function account(): Promise<[Client, string]> {
  people += 1;
  const email = `person${people}@example.org`;
  return [await world.person(email), email];
}

const at = (id: string) => `/api/me/profiles/${id}`;
const enter = (client: Client, id: string, proof: object = {}) =>
  client.post(`${at(id)}/use`, proof);

/** What the claims of an access token say; nothing is checked. */
function claimsOf(token: string): { profile: string } {
  return JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString());
}

describe("profiles", () => {
  test("begin with one, and are made, changed and removed", async () => {
    const [ann] = await account();
    const first = await ann.read("/api/me/profiles");
    assert.equal(first.profiles.length, 1);
    assert.equal(first.current, first.profiles[0].id);
    assert.equal(first.profiles[0].maturityLimit, null);
    const looks = { name: "Bo", avatar: "owl", colour: "green", language: "de" };
    const made = await ann.send("/api/me/profiles", { ...looks, maturityLimit: 12, pin: "1234" });
    const { id, ...rest } = made;
    assert.deepEqual(rest, { ...looks, maturityLimit: 12, allowsUnrated: false, hasPin: true });
    const changed = await ann.patch(at(id), { name: "Bob", avatar: "fox" });
    assert.equal(changed.json.name, "Bob");
    assert.equal(changed.json.maturityLimit, 12);
    assert.equal((await ann.read("/api/me/profiles")).profiles[1].avatar, "fox");
    assert.equal((await ann.delete(at(id), { json: { pin: "1234" } })).status, 204);
    assert.equal((await ann.read("/api/me/profiles")).profiles.length, 1);
  });

  test("refuse what is no profile", async () => {
    const [ann] = await account();
    for (const json of [
      {},
      { name: "" },
      { name: "x".repeat(41) },
      { name: "x", avatar: "dragon" },
      { name: "x", colour: "#fff" },
      { name: "x", maturityLimit: 22 },
      { name: "x", maturityLimit: -1 },
      { name: "x", isLimited: true },
      { name: "x", isLimited: false, maturityLimit: 6 },
      { name: "x", pin: "123" },
      { name: "x", pin: "123456789" },
      { name: "x", pin: "12a4" },
    ])
      assert.equal((await ann.post("/api/me/profiles", json)).status, 400, JSON.stringify(json));
  });

  test("are at most ten", async () => {
    const [ann] = await account();
    for (let n = 2; n <= 10; n++) await ann.send("/api/me/profiles", { name: `Profile ${n}` });
    const eleventh = await ann.post("/api/me/profiles", { name: "One more" });
    assert.equal(eleventh.status, 409);
    assert.equal(eleventh.json.code, "profiles_full");
  });

  test("keep one without a limit, and the one in use", async () => {
    const [ann] = await account();
    const { current } = await ann.read("/api/me/profiles");
    const limited = await ann.patch(at(current), { maturityLimit: 6 });
    assert.equal(limited.json.code, "profile_last");
    const { id } = await ann.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
    assert.equal((await ann.patch(at(current), { maturityLimit: 6 })).json.code, "profile_last");
    assert.equal((await ann.delete(at(current), { json: {} })).status, 409);
    const other = await ann.send("/api/me/profiles", { name: "Bo" });
    await ann.send(`${at(other.id)}/use`, {});
    assert.equal((await ann.delete(at(current), { json: {} })).status, 204);
    assert.equal((await ann.patch(at(other.id), { maturityLimit: 6 })).json.code, "profile_last");
    assert.equal((await ann.delete(at(id), { json: {} })).status, 204);
  });

  test("have positions of their own, which go with them", async () => {
    const [ann, email] = await account();
    const { id } = await ann.send("/api/me/profiles", { name: "Bo" });
    const bo = await world.visitor().signIn(email, password);
    await bo.send(`${at(id)}/use`, {});
    await bo.send("/api/play/heartbeat", { titleId: movie, position: 2, duration: 6 });
    assert.equal((await bo.read("/api/progress")).total, 1);
    assert.equal((await ann.read("/api/progress")).total, 0);
    assert.equal((await ann.delete(at(id), { json: {} })).status, 204);
    assert.equal((await bo.get("/api/me")).status, 401);
    assert.equal((await ann.read("/api/progress")).total, 0);
  });
});

describe("the doors between profiles", () => {
  test("an access token names the profile in use, and the row decides", async () => {
    const [ann, email] = await account();
    const { id } = await ann.send("/api/me/profiles", { name: "Bo" });
    const used = await ann.send(`${at(id)}/use`, {});
    assert.equal(claimsOf(used.accessToken).profile, id);
    assert.equal((await ann.read("/api/me/profiles")).current, id);
    const refreshed = await ann.send("/api/auth/refresh", { refreshToken: ann.refreshToken });
    assert.equal(claimsOf(refreshed.accessToken).profile, id);
    const browser = await world.visitor().signIn(email, password, "cookies");
    const answer = await browser.post(`${at(id)}/use`, {});
    assert.equal(answer.json.accessToken, null);
    const cookie = browser.cookies.get(`__miauflix_at_${browser.session}`);
    assert.equal(claimsOf(cookie?.value as string).profile, id);
  });

  test("a limited profile leaves to one that sees more with the password or its PIN", async () => {
    const [ann] = await account();
    const { current } = await ann.read("/api/me/profiles");
    const { id } = await ann.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
    const teen = await ann.send("/api/me/profiles", { name: "Ida", maturityLimit: 12 });
    const small = await ann.send("/api/me/profiles", { name: "Leo", maturityLimit: 0 });
    const open = { maturityLimit: 6, allowsUnrated: true };
    const loose = await ann.send("/api/me/profiles", { name: "Kim", ...open });
    assert.equal((await enter(ann, id)).status, 200);
    for (const wider of [current, teen.id, loose.id]) {
      assert.equal((await enter(ann, wider)).json.code, "profile_locked");
      assert.equal((await enter(ann, wider, { pin: "0000" })).json.code, "pin_wrong");
    }
    assert.equal((await enter(ann, small.id)).status, 200);
    assert.equal((await enter(ann, id)).json.code, "profile_locked");
    assert.equal((await enter(ann, current, { password: "not the password" })).status, 403);
    assert.equal((await enter(ann, current, { password })).status, 200);
    await ann.patch(at(current), { pin: "246810" });
    assert.equal((await enter(ann, id)).status, 200);
    assert.equal((await enter(ann, current, { pin: "246811" })).json.code, "pin_wrong");
    assert.equal((await enter(ann, current, { pin: "246810" })).status, 200);
  });

  test("a PIN is asked for whoever comes, and guards itself, the limit and the end", async () => {
    const [ann] = await account();
    const { id } = await ann.send("/api/me/profiles", { name: "Bo", pin: "1357" });
    assert.equal((await enter(ann, id)).json.code, "profile_locked");
    for (const json of [{ pin: "" }, { pin: "9999" }, { maturityLimit: 3 }, { isLimited: false }])
      assert.equal((await ann.patch(at(id), json)).json.code, "profile_locked");
    assert.equal((await ann.delete(at(id), { json: {} })).json.code, "profile_locked");
    assert.equal((await ann.patch(at(id), { pin: "", currentPin: "1357" })).json.hasPin, false);
    assert.equal((await enter(ann, id)).status, 200);
  });

  test("a PIN that is given has to be right, for the profile in use too", async () => {
    const [ann] = await account();
    const { current } = await ann.read("/api/me/profiles");
    await ann.patch(at(current), { pin: "1357" });
    assert.equal((await enter(ann, current, { pin: "1358" })).json.code, "pin_wrong");
    assert.equal((await enter(ann, current, { pin: "1357" })).status, 200);
    assert.equal((await ann.read("/api/me")).profiles, 1);
  });

  test("an open profile takes nothing away of a locked one without the password", async () => {
    const [ann] = await account();
    await ann.send("/api/me/profiles", { name: "Bo", pin: "1357" });
    assert.equal((await ann.get("/api/me/export")).status, 405);
    assert.equal((await ann.post("/api/me/export", {})).status, 400);
    const refused = await ann.post("/api/me/export", { password: "1357" });
    assert.deepEqual([refused.status, refused.json.code], [403, "password_wrong"]);
    assert.equal((await ann.post("/api/me/export", { password })).status, 200);
    const slowed = await until("guesses to be slowed down", async () => {
      const reply = await ann.post("/api/me/export", { password: "guess" });
      return reply.status === 429 && reply;
    });
    assert.ok(Number(slowed.headers["retry-after"]) > 0);
  });

  test("guesses are slowed down for one profile from one address", async () => {
    const [ann, email] = await account();
    const { id } = await ann.send("/api/me/profiles", { name: "Bo", pin: "1357" });
    const other = await ann.send("/api/me/profiles", { name: "Mia", pin: "1357" });
    // The pause doubles: one of them is longer than computing a PIN takes here.
    const codes: string[] = [];
    const slowed = await until("a guess to be slowed down", async () => {
      const reply = await enter(ann, id, { pin: `90${10 + codes.length}` });
      codes.push(reply.json.code);
      return reply.status === 429 && reply;
    });
    assert.deepEqual([...new Set(codes)], ["pin_wrong", "rate_limited"]);
    assert.ok(codes.length > 4, codes.join());
    assert.ok(Number(slowed.headers["retry-after"]) > 0);
    assert.equal((await enter(ann, other.id, { pin: "1357" })).status, 200);
    const elsewhere = await world.visitor().signIn(email, password);
    assert.equal((await enter(elsewhere, id, { pin: "1357" })).status, 200);
  });
});

describe("miauctl", () => {
  test("limits a profile, the only one of a person too, and takes a PIN away", async () => {
    const [ann, email] = await account();
    const { current } = await ann.read("/api/me/profiles");
    await ann.patch(at(current), { pin: "1357" });
    const listed = world.ctlJson("profile", "list");
    const mine = listed.find((p: { email: string }) => p.email === email);
    assert.equal(mine.id, current);
    assert.equal(mine.hasPin, true);
    const limited = world.ctlJson("profile", "limit", current, "--age", "12", "--unrated");
    assert.equal(limited.maturityLimit, 12);
    assert.equal(limited.allowsUnrated, true);
    assert.equal((await ann.post("/api/me/profiles", { name: "Free" })).status, 403);
    assert.equal(world.ctlJson("profile", "unlock", current).hasPin, false);
    assert.equal(world.ctlJson("profile", "limit", current).maturityLimit, null);
    assert.equal((await ann.post("/api/me/profiles", { name: "Free" })).status, 201);
    assert.equal(world.ctl("profile", "limit", "nobody").code, 1);
    assert.equal(world.ctl("profile", "limit", current, "--unrated").code, 1);
    assert.equal(world.ctl("profile", "limit", current, "--age", "22").code, 2);
  });

  test("rates a title, and what it does not say is taken away", async () => {
    const [ann, email] = await account();
    const { id } = await ann.send("/api/me/profiles", { name: "Mia", maturityLimit: 6 });
    const mia = await world.visitor().signIn(email, password);
    await mia.send(`${at(id)}/use`, {});
    const target = `/api/titles/${movie}`;
    assert.equal((await mia.get(target)).status, 404);
    const rated = world.ctl("title", "rate", movie, "--age", "6", "--certification", "FSK 6");
    assert.equal(rated.code, 0, rated.stderr);
    const { certification, minimumAge } = await mia.read(target);
    assert.deepEqual([certification, minimumAge], ["FSK 6", 6]);
    assert.equal(world.ctlJson("title", "rate", movie).minimumAge, null);
    assert.equal((await mia.get(target)).status, 404);
  });
});
