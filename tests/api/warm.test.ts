// What somebody may play next is made ready: of a film that is not here its head,
// its tail and the place where this person stopped, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../world/place.ts";
import type { Seeder } from "../world/seeder.ts";
import { Swarm } from "../world/swarm.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const swarm = await Swarm.for(world);

const mib = 1024 * 1024;
const size = 40 * mib;

interface New {
  titleId: string;
  id: number;
  bytes: Buffer;
  seeder: Seeder;
}

/** A film that nobody has asked for yet. */
async function newFilm(name: string): Promise<New> {
  const film = swarm.film(name, size);
  const seeder = await swarm.aria2(film);
  const { id } = world.ctlJson("add", film.torrent, "--when-watched");
  const titleId = await until(`a title of download ${id}`, async () => {
    return (await world.admin.read(`/api/downloads/${id}`)).titleId ?? undefined;
  });
  return { titleId, id, bytes: film.bytes, seeder };
}

/** Which MiB of it are here, as a picture: "#" here, "." not at all. */
async function here(id: number): Promise<string> {
  const { pieces } = await world.admin.read(`/api/downloads/${id}`);
  const bits = Buffer.from(pieces.published, "base64");
  const perMib = mib / pieces.size;
  let picture = "";
  for (let at = 0; at < size / mib; at++) {
    let n = 0;
    for (let p = at * perMib; p < (at + 1) * perMib; p++)
      if ((bits[p >> 3] ?? 0) & (0x80 >> (p & 7))) n++;
    picture += n === perMib ? "#" : n === 0 ? "." : "+";
  }
  return picture;
}

const head = "##";
const tail = "#";
const dots = (n: number) => ".".repeat(n);

type Kind = "hover" | "open" | "continue";

/** Somebody shows interest, again as it lasts a minute only, until just that is
 * here; and it stays so. */
async function warmed(film: New, kind: Kind, picture: string, who = world.admin): Promise<void> {
  const { id, titleId } = film;
  await until(`download ${id} to be ${picture}`, async () => {
    await who.send("/api/ui/intent", { titleId, kind });
    return (await here(id)) === picture;
  });
  const shown = await world.admin.read(`/api/downloads/${id}`);
  assert.equal(shown.admitted, shown.done, "nothing else was asked for");
}

test("a film under the pointer: its head and its tail come", async () => {
  const film = await newFilm("Hovered");
  assert.equal(await here(film.id), dots(40));
  await warmed(film, "hover", head + dots(37) + tail);
});

test("a film that was begun: also the place where it stopped", async () => {
  const film = await newFilm("Begun");
  const { titleId, bytes, seeder } = film;
  await world.admin.send("/api/progress", {
    type: "movie",
    movieId: Number(titleId.split("-")[1]),
    progress: 0.5,
    status: "watching",
  });
  // Two MiB before the middle, six after it.
  await warmed(film, "continue", `${head}${dots(16)}${"#".repeat(8)}${dots(13)}${tail}`);
  // What is warm is played as it is, although nobody shares it any more.
  await seeder.stop();
  const { url } = await world.admin.send("/api/play/start", { titleId });
  const range = `bytes=${20 * mib}-${26 * mib - 1}`;
  const got = await world.visitor().get(url, { headers: { Range: range } });
  assert.equal(got.status, 206);
  assert.ok(got.body.equals(bytes.subarray(20 * mib, 26 * mib)));
});

test("another person has another place", async () => {
  const film = await newFilm("Shared");
  await world.admin.send("/api/progress", {
    type: "movie",
    movieId: Number(film.titleId.split("-")[1]),
    progress: 0.5,
    status: "watching",
  });
  const other = await world.person("other@example.org");
  await warmed(film, "open", head + dots(37) + tail, other);
});

test("what was paused stays so", async () => {
  const { titleId, id } = await newFilm("Paused");
  assert.equal(world.ctl("downloads", "pause", `${id}`).code, 0);
  await world.admin.send("/api/ui/intent", { titleId, kind: "hover" });
  const next = await newFilm("Next");
  await warmed(next, "hover", head + dots(37) + tail);
  assert.equal(await here(id), dots(40));
  const { admitted } = await world.admin.read(`/api/downloads/${id}`);
  assert.equal(admitted, 0, "no room is kept for what does not come");
});

test("what is added after a film was removed", async () => {
  const gone = await newFilm("Gone");
  await warmed(gone, "hover", head + dots(37) + tail);
  assert.equal(world.ctl("downloads", "remove", `${gone.id}`, "--erase").code, 0);
  const next = await newFilm("Instead");
  assert.ok(next.id > gone.id, "its number is not given again");
  const other = await newFilm("Other");
  await warmed(other, "hover", head + dots(37) + tail);
  assert.equal(await here(next.id), dots(40), "nobody is interested in this one");
  await warmed(next, "hover", head + dots(37) + tail);
});
