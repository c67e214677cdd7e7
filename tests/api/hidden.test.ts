// What is fetched shows by its info-hash. It stands nowhere in clear but where
// peers and trackers are told: not in the database, not in what is kept to go on,
// not in a log at its most talkative, not in what ordinary people are answered.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { filesOf, readIfThere } from "../world/files.ts";
import { Listener } from "../world/listener.ts";
import { until } from "../world/place.ts";
import { Swarm, watch } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld({ env: { MIAU_LOG_LEVEL: "debug" } });
const swarm = await Swarm.for(world);
const size = 2_000_001;
const film = swarm.film("Hidden", size);
const shown = swarm.film("Shown", size);
/** Nobody has it, so nothing but its magnet is known. */
const lonely = randomBytes(20).toString("hex");
/** What ordinary people were told while they did what they may. */
const told: [string, Buffer][] = [];

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join("");
}

/** Every spelling of an info-hash; half of it tells as much. */
function spellings(whole: string): Map<string, Buffer> {
  const raw = Buffer.from(whole, "hex").subarray(0, 10);
  const hex = raw.toString("hex");
  const url = (text: string) => text.replace(/../g, "%$&");
  const digest = createHash("sha256").update(Buffer.from(whole, "hex")).digest();
  const texts = {
    hex,
    "upper hex": hex.toUpperCase(),
    base32: base32(raw),
    "lower base32": base32(raw).toLowerCase(),
    "url-encoded": url(hex),
    "upper url-encoded": url(hex.toUpperCase()),
    // The last letter holds bits of the next byte as well.
    base64: raw.toString("base64").slice(0, 13),
    base64url: raw.toString("base64url").slice(0, 13),
    "hex digest": digest.toString("hex").slice(0, 20),
  };
  const all = Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const);
  return new Map<string, Buffer>([...all, ["bytes", raw], ["digest", digest.subarray(0, 10)]]);
}

/** What is in a .torrent tells which it is as well as its hash. */
const firstPiece = createHash("sha1").update(film.bytes.subarray(0, film.pieceSize)).digest();

const forbidden = new Map<string, Buffer>([
  ["a magnet link", Buffer.from("magnet:?")],
  ["a name from outside", Buffer.from("Hidden (2001)")],
  ["the address of a tracker", Buffer.from(swarm.tracker.url)],
  ["a piece's hash", firstPiece],
]);
for (const hash of [film.hash, shown.hash, lonely])
  for (const [name, form] of spellings(hash)) forbidden.set(`${name} of ${hash}`, form);

function assertHidden(where: string, content: Buffer): void {
  for (const [name, form] of forbidden)
    assert.equal(content.includes(form), false, `${name} in ${where}`);
}

/** A person plays a film that comes meanwhile, and hears of it. */
async function playAsPerson(): Promise<void> {
  const person = await world.person("viewer@example.org");
  const listener = await Listener.open(person);
  const torrent = readFileSync(shown.torrent).toString("base64");
  const { id } = await world.admin.send("/api/downloads", { torrent });
  const titleId = await until("its title", async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  const ask = async (target: string, body: object) => {
    const reply = await person.post(target, body, { isUnjudged: true });
    assert.ok(reply.status < 300, `${target}: ${reply.text}`);
    told.push([target, reply.body], [target, Buffer.from(JSON.stringify(reply.headers))]);
    return reply;
  };
  const { url, streamingKey } = (await ask("/api/play/start", { titleId })).json;
  let hasBegun = false;
  const at = async (): Promise<void> => {
    if (hasBegun) return;
    hasBegun = true;
    await ask("/api/play/state", { streamingKey });
    await until("news of it", () => listener.heard.some((one) => one.event === "download"));
  };
  const watched = watch(person, url, shown, { at });
  await until("it to be waited for", async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).readers > 0;
  });
  await swarm.peer(shown, { bytesPerSecond: size });
  const got = await watched;
  assert.deepEqual([got.bytes, hasBegun], [size, true]);
  told.push(["a stream's head", Buffer.from(JSON.stringify(got.headers))]);
  await ask("/api/play/renew", { streamingKey });
  await ask("/api/play/heartbeat", { streamingKey, position: 1, duration: 6 });
  await ask("/api/ui/intent", { titleId, kind: "open" });
  told.push(["events", Buffer.from(JSON.stringify(listener.heard))]);
  listener.close();
}

before(async () => {
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
  const link = `magnet:?xt=urn:btih:${lonely}&tr=${swarm.tracker.url}`;
  await world.admin.send("/api/downloads", { magnet: link });
  await playAsPerson();
});

test("no file of the state folder names it", async () => {
  const kinds = () =>
    readdirSync(path.join(world.state, "resume")).map((name) => path.extname(name));
  await until("all kinds to be there", () => {
    return [".torrent", ".magnet", ".resume"].every((kind) => kinds().includes(kind));
  });
  const files = filesOf(world.state).filter((file) => !/\/torrents\/[0-9a-f]{32}\/\d+$/.test(file));
  const names = files.map((file) => path.relative(world.state, file));
  assert.ok(names.includes("miauflix.db") && names.includes("miauflix.db-wal"), String(names));
  for (const [i, file] of files.entries()) {
    assertHidden(names[i] as string, readIfThere(file));
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
  assert.ok(told.some(([where]) => where === "events"));
  for (const [where, content] of told) assertHidden(where, content);
});
