// Players that take nothing for a while, under each web server: of what they asked
// for only a window is on its way, in memory and nowhere else, be the film whole or
// still coming; all of it comes when they go on.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fronts, type Held, heldByFront, writtenBy } from "../world/front.ts";
import { placeBig } from "../world/media.ts";
import { until } from "../world/place.ts";
import { pausedAt } from "../world/player.ts";
import { Swarm } from "../world/swarm.ts";
import { makeWorld, type World } from "../world/world.ts";

const size = 48 << 20;
const players = 4;
/** Of one answer: what the kernel, the web server and the player hold of it. */
const windowSize = 16 << 20;
const memoryMax = players * (2 << 20) + (8 << 20);
const filesMax = players * (1 << 20);

/** Little more than before is held, and nothing of a film went to a disk. */
function isWindow(had: Held, has: Held): boolean {
  const files = Math.max(has.files - had.files, has.disk - had.disk);
  return files < filesMax && has.memory - had.memory < memoryMax;
}

/** Nothing is written any more. */
async function rests(pid: number): Promise<void> {
  let before = -1;
  let looks = 0;
  await until("it to rest", () => {
    const now = writtenBy(pid);
    looks = now === before ? looks + 1 : 0;
    before = now;
    return looks >= 10;
  });
}

async function drain(answer: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const part of answer.resume()) bytes += (part as Buffer).length;
  return bytes;
}

for (const server of fronts)
  describe(`players that pause, behind ${server}`, () => {
    let world: World;

    before(async () => {
      world = await makeWorld({ env: { MIAU_WEBSERVER: server } });
    });
    after(() => world.tearDown());

    async function pauseAll(url: string): Promise<IncomingMessage[]> {
      const { address, ca } = world.admin;
      const ask = () => pausedAt(world.origin + url, address, ca);
      return Promise.all(Array.from({ length: players }, ask));
    }

    test("a film that comes", async () => {
      const swarm = await Swarm.for(world);
      const film = swarm.film("Window", size);
      // Never whole: the web server would send it by itself.
      const peer = await swarm.peer(film, { lacks: (piece) => piece === film.pieces - 6 });
      const play = await swarm.play(film);
      await swarm.isHere(play, film, size - film.pieceSize);
      assert.equal((await world.admin.head(play.url)).status, 200);
      const handler = world.process("stream.fcgi").pid;
      const [had, wrote] = [heldByFront(world), writtenBy(handler)];
      const answers = await pauseAll(play.url);
      await rests(handler);
      const [has, taken] = [heldByFront(world), writtenBy(handler) - wrote];
      const told = `${taken} bytes, ${JSON.stringify(had)}, ${JSON.stringify(has)}`;
      assert.ok(taken > players * 100_000 && taken < players * windowSize, told);
      assert.ok(isWindow(had, has), told);
      peer.gain();
      for (const bytes of await Promise.all(answers.map(drain))) assert.equal(bytes, size);
    });

    test("a whole film", async () => {
      await placeBig(path.join(world.films, "Wide River (2018).mp4"), size);
      await world.addFolder(world.films);
      const titleId = `movie-${await world.movieId("Wide River")}`;
      const { url } = await world.admin.send("/api/play/start", { titleId });
      const had = heldByFront(world);
      const answers = await pauseAll(url);
      const has = heldByFront(world);
      const told = `${JSON.stringify(had)}, ${JSON.stringify(has)}`;
      assert.ok(isWindow(had, has), told);
      for (const bytes of await Promise.all(answers.map(drain))) assert.equal(bytes, size);
    });
  });
