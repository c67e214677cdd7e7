// Whatever OpenSubtitles does wrong: one clear sentence, nothing kept of it, every
// other page as before, and it is used again without a new start.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { account, apiKey, OpenSubtitles } from "../upstreams/opensubtitles.ts";
import { failures } from "../upstreams/upstream.ts";
import { movies, showFilms } from "../world/films.ts";
import { Line } from "../world/socket.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const service = await new OpenSubtitles().start();
after(() => service.stop());
const config = async (name: string, value: string) => {
  const reply = await world.admin.put("/api/config", { settings: [{ name, value }] });
  assert.equal(reply.status, 200, JSON.stringify(reply.json));
};
await config("opensubtitles.url", service.base);
await config("opensubtitles.apiKey", apiKey);

const titleId = `movie-${await world.movieId(movies.front)}`;
const key: string = (await world.admin.send("/api/play/start", { titleId })).streamingKey;
// A key is all that is asked for; each test comes from an address of its own.
let person = world.visitor();
const search = () => person.get(`/api/subtitles/${key}/search?language=en`);
const fetch = (fileId = 7) => person.post(`/api/subtitles/${key}/fetch`, { fileId });
const bytes = Buffer.from("1\n00:00:01,000 --> 00:00:03,000\nHello\n");
const codes = ["upstream_down", "upstream_refused", "upstream_limit", "upstream_answer"];

beforeEach(async () => {
  person = world.visitor();
  service.failure = undefined;
  const name = movies.front.toLowerCase();
  service.offers = [{ fileId: 7, language: "en", release: "First.Light", name, bytes }];
  service.asked = [];
  // Set up anew, it is asked anew.
  await config("opensubtitles.url", service.base);
});

for (const failure of failures) {
  test(`${failure}: says so, keeps nothing, and is used again`, async () => {
    assert.equal((await search()).json.results.length, 1);
    service.failure = failure;
    const fetching = fetch();
    const { status, json } = await search();
    // Meanwhile all else goes on.
    assert.equal((await world.admin.get("/api/movies")).status, 200);
    assert.deepEqual((await world.visitor().read(`/api/subtitles/${key}`)).subtitles, []);
    assert.ok([502, 503].includes(status), `${status} ${JSON.stringify(json)}`);
    assert.ok(codes.includes(json.code), json.code);
    assert.match(json.message, /OpenSubtitles/);
    const fetched = await fetching;
    assert.ok(codes.includes(fetched.json.code), JSON.stringify(fetched.json));
    assert.match(fetched.json.message, /OpenSubtitles/);
    assert.deepEqual(readdirSync(path.join(world.state, "subtitles")), []);
    service.failure = undefined;
    await config("opensubtitles.url", service.base);
    assert.equal((await search()).json.results.length, 1);
  });
}

describe("a service that fails", () => {
  test("is left alone after five failures, which the state of all tells", async () => {
    service.failure = 500;
    for (let n = 0; n < 5; n++) await search();
    service.asked = [];
    const { json } = await search();
    assert.equal(json.code, "upstream_down");
    assert.equal(service.asked.length, 0);
    const { services } = await world.admin.read("/api/status");
    const told = services.find((s: { name: string }) => s.name === "OpenSubtitles");
    assert.deepEqual([told.status, told.breaker], ["down", "open"]);
  });

  test("is asked whether it takes the key", async () => {
    const line = await Line.open(path.join(world.state, "run/miaud.sock"));
    const asked = await line.call("subtitles.status", { test: true });
    assert.deepEqual(asked.result, { isOn: true, quota: null });
    service.failure = 403;
    const refused = await line.call("subtitles.status", { test: true });
    assert.equal(refused.error.data.code, "upstream_refused");
    line.close();
    const test = () => world.admin.post("/api/config/opensubtitles/test", {});
    assert.deepEqual((await test()).json.code, "upstream_refused");
    service.failure = "429 for long";
    const limited = await test();
    assert.deepEqual([limited.status, limited.json.code], [503, "upstream_limit"]);
    assert.equal(limited.headers["retry-after"], "3600");
    await config("opensubtitles.url", service.base);
    service.failure = undefined;
    assert.deepEqual((await test()).json, { isOn: true, quota: null });
    service.failure = 403;
    assert.match(world.ctl("subtitles", "status").stdout, /is set up/);
    // This very process cannot answer while it waits for miauctl.
    const { code, stderr } = world.ctl("subtitles", "test");
    assert.equal(code, 1);
    assert.match(stderr, /OpenSubtitles did not answer in time/);
  });

  test("with another key or a wrong one says that it refuses it", async () => {
    await config("opensubtitles.apiKey", "another-key");
    const { status, json } = await search();
    assert.deepEqual([status, json.code], [502, "upstream_refused"]);
    assert.match(json.message, /administrator/);
    await config("opensubtitles.apiKey", apiKey);
  });
});

describe("an account", () => {
  test("is signed in before the first file, and again when its token has ended", async () => {
    await config("opensubtitles.user", account.username);
    await config("opensubtitles.password", account.password);
    await search();
    assert.equal((await fetch()).status, 200);
    assert.equal(service.tokens.length, 1);
    service.tokens.push("another");
    service.offers.push({ ...service.offers[0], fileId: 8, bytes } as never);
    await search();
    assert.equal((await fetch(8)).status, 200);
    const paths = service.asked.map(({ url }) => url.replace(/.*\/|\?.*/g, ""));
    assert.deepEqual(paths.slice(-4), ["download", "login", "download", "8"]);
    // A link leads elsewhere: nothing of ours goes there.
    assert.equal(service.asked.at(-1)?.headers["api-key"], undefined);
    assert.equal(service.asked.at(-1)?.headers.authorization, undefined);
  });

  test("that is not one is told of", async () => {
    await config("opensubtitles.password", "wrong");
    service.offers.push({ ...service.offers[0], fileId: 9, bytes } as never);
    await search();
    const { json } = await fetch(9);
    assert.equal(json.code, "upstream_refused");
  });

  test("is in no log", () => {
    assert.doesNotMatch(world.log(), new RegExp(`${apiKey}|${account.password}|token-0`));
  });
});
