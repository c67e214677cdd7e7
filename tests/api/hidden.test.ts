// What is fetched shows by its info-hash. It stands nowhere in clear but where
// peers and trackers are told: not in the database, not in what is kept to go on,
// not in a log at its most talkative, not in what ordinary people are answered.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { type Film, Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_LOG_LEVEL: "debug" } });
const swarm = await Swarm.for(world);
let film: Film;

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join("");
}

/** Every spelling of an info-hash. */
function spellings(hash: string): Map<string, Buffer> {
  const raw = Buffer.from(hash, "hex");
  const url = (upper: boolean) => {
    const hex = upper ? hash.toUpperCase() : hash;
    return hex.replace(/../g, "%$&");
  };
  const texts = {
    hex: hash,
    "upper hex": hash.toUpperCase(),
    base32: base32(raw),
    "lower base32": base32(raw).toLowerCase(),
    "url-encoded": url(false),
    "upper url-encoded": url(true),
    base64: raw.toString("base64").replace(/=+$/, ""),
    base64url: raw.toString("base64url"),
  };
  const all = Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const);
  return new Map<string, Buffer>([...all, ["twenty bytes", raw]]);
}

function assertHidden(where: string, content: Buffer): void {
  for (const [name, form] of spellings(film.hash))
    assert.equal(content.includes(form), false, `${name} in ${where}`);
  assert.equal(content.includes("magnet:?"), false, `a magnet link in ${where}`);
}

before(async () => {
  film = swarm.film("Hidden", 2_000_001);
  await swarm.peer(film);
  const play = await swarm.play(film);
  const got = await watch(world.visitor(), play.url, film);
  assert.equal(got.bytes, film.bytes.length);
  await swarm.isHere(play, film);
  const magnet = `magnet:?xt=urn:btih:${film.hash}&tr=${swarm.tracker.url}`;
  // Once more, refused or not: what was sent must not be kept either.
  await world.admin.post("/api/downloads", { magnet });
  const [, hash] = /btih:([0-9a-f]{40})/.exec(magnet) ?? [];
  assert.equal(hash, film.hash);
  assert.equal((await world.admin.read(`/api/downloads/${play.id}`)).hash, film.hash);
});

test("no file of the state folder names it", () => {
  const files = readdirSync(world.state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/\/torrents\/[0-9a-f]{32}\/\d+$/.test(file));
  const names = files.map((file) => path.relative(world.state, file));
  assert.ok(names.includes("miauflix.db") && names.includes("miauflix.db-wal"), String(names));
  for (const [i, file] of files.entries()) {
    assertHidden(names[i] as string, readFileSync(file));
    assertHidden("a name", Buffer.from(file));
  }
});

test("the log does not name it", () => {
  const log = world.log();
  assert.match(log, /"level":"debug"/);
  assertHidden("the log", Buffer.from(log));
});

test("ordinary people are not told it", async () => {
  const person = await world.person("someone@example.org");
  const { id: movie } = (await person.read("/api/movies")).results[0];
  const text = readFileSync(path.resolve(import.meta.dirname, "../../docs/openapi.yaml"), "utf8");
  const routes = text.split(/^ {2}(?=\/)/m).slice(1);
  let asked = 0;
  for (const route of routes) {
    const address = route.slice(0, route.indexOf(":\n")).trim();
    if (!/^ {4}get:/m.test(route) || /events|stream/.test(address)) continue;
    const target = address.replace(/\{[^}]*\}/g, String(address.includes("movies") ? movie : 1));
    const url = target.startsWith("/api") || target === "/health" ? target : `/api${target}`;
    const got = await person.get(url, { isUnjudged: true });
    asked += 1;
    assertHidden(url, got.body);
    assertHidden(url, Buffer.from(JSON.stringify(got.headers)));
  }
  assert.ok(asked > 20, `${asked} routes`);
});
