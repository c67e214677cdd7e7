// Another version is put in place while films play, and `miauctl restart` makes it
// the one that answers, under each web server: who asks from then on is answered by
// new programs, what is being sent is finished by the old ones, byte for byte.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, readlinkSync, renameSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { placeBig } from "../world/media.ts";
import { build, noApache, until } from "../world/place.ts";
import { pausedAt } from "../world/player.ts";
import { isAlive } from "../world/processes.ts";
import { linkPrograms } from "../world/programs.ts";
import { Swarm, watch } from "../world/swarm.ts";
import { makeWorld, type World } from "../world/world.ts";

const size = 3_000_001;
const libraryFile = "Wide River (2018).mp4";

/** Another version: the same programs as files of their own. */
function replacePrograms(lib: string): void {
  for (const name of ["bin/miaud", ...readdirSync(path.join(lib, "cgi")).map((n) => `cgi/${n}`)]) {
    copyFileSync(path.join(build, name), path.join(lib, "half"));
    renameSync(path.join(lib, "half"), path.join(lib, name));
  }
}

const exe = (pid: number) => readlinkSync(`/proc/${pid}/exe`);
const threads = (pid: number) => readdirSync(`/proc/${pid}/task`).length;

async function sumOf(answer: IncomingMessage): Promise<string> {
  const sum = createHash("sha1");
  for await (const part of answer) sum.update(part as Buffer);
  assert.ok(answer.complete);
  return sum.digest("hex");
}

for (const server of ["lighttpd", "nginx", "apache"])
  describe(`an upgrade behind ${server}`, { skip: server === "apache" && noApache }, () => {
    let world: World;
    let lib: string;

    before(async () => {
      world = await makeWorld({ isStopped: true, env: { MIAU_WEBSERVER: server } });
      lib = path.join(world.hold, "lib");
      linkPrograms(lib);
      world.env.MIAU_LIB_DIR = lib;
      await world.start();
      await world.setUp();
    });
    after(() => world.tearDown());

    test("new requests reach new programs, what plays is finished by the old", async () => {
      const swarm = await Swarm.for(world);
      const film = swarm.film("Upgraded", size);
      const peer = await swarm.peer(film, { lacks: (piece) => piece >= 6 });
      const play = await swarm.play(film);
      const whole = path.join(world.films, libraryFile);
      await placeBig(whole, 48 << 20);
      await world.addFolder(world.films);
      const titleId = `movie-${await world.movieId("Wide River")}`;
      const { url } = await world.admin.send("/api/play/start", { titleId });
      const sent = await pausedAt(world.origin + url, world.admin.address, world.admin.ca);
      const old = world.process("miaud").pid;

      const upgrade = async (): Promise<void> => {
        const handler = world.process("stream.fcgi").pid;
        assert.equal(exe(handler), path.join(build, "cgi/stream.fcgi"));
        replacePrograms(lib);
        const told = world.ctl("restart");
        assert.equal(told.code, 0, told.stderr);
        assert.notEqual(world.process("miaud").pid, old);
        assert.equal(exe(world.process("miaud").pid), path.join(lib, "bin/miaud"));
        await until("the old one to accept nothing", () => threads(handler) === 2);
        // Whoever it is that answers now, it is not the old one.
        process.kill(handler, "SIGSTOP");
        for (let i = 0; i < 4; i++) assert.equal((await world.admin.head(url)).status, 200);
        await world.admin.read("/api/lists");
        await world.admin.read("/api/me");
        process.kill(handler, "SIGCONT");
        for (const { pid, program } of world.processes())
          if (program.endsWith(".fcgi") && pid !== handler)
            await until("the new program", () => !isAlive(pid) || exe(pid).startsWith(lib));
        assert.ok(isAlive(handler), "it has something to finish");
        peer.gain();
        oldHandler = handler;
      };
      let oldHandler = 0;
      let begun: Promise<void> | undefined;
      const at = (bytes: number) => {
        if (bytes > size / 4) begun ??= upgrade();
        return begun;
      };
      const got = await watch(world.visitor(), play.url, film, { at });
      assert.deepEqual([got.status, got.bytes, got.isComplete], [206, size, true]);
      const right = createHash("sha1").update(readFileSync(whole)).digest("hex");
      assert.equal(await sumOf(sent.resume()), right);
      await until("the old one to leave", () => oldHandler > 0 && !isAlive(oldHandler));
    });

    test("an old one that breaks before it has finished is told", async () => {
      await world.admin.read("/api/lists");
      const { pid, program } = world.process("lists.fcgi");
      process.kill(pid, "SIGSTOP");
      assert.equal(world.ctl("restart").code, 0);
      process.kill(pid, "SIGSEGV");
      process.kill(pid, "SIGCONT");
      const told = `${program.replace(".fcgi", "")} was ended by signal 11`;
      await until("its end to be told", () => world.log().includes(told));
    });
  });
