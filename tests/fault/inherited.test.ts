// A handler that a service manager starts with an inherited socket copies whole
// films, or leaves them to the web server that it is told of, each in its own way.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { askFastCgi } from "../world/fastcgi.ts";
import { movieFile, movies, showFilms } from "../world/films.ts";
import { onSocket } from "../world/installed.ts";
import { handlers, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const film = movieFile(world, "front");
const titleId = `movie-${await world.movieId(movies.front)}`;
const { url } = await world.admin.send("/api/play/start", { titleId });
const roots = path.join(world.state, "run/roots");

const named: [server: string, header: string, place: (value: string) => string][] = [
  ["lighttpd", "X-Sendfile", (value) => decodeURIComponent(value)],
  ["nginx", "X-Accel-Redirect", (value) => decodeURIComponent(value).replace("/.files", roots)],
  ["apache", "X-Sendfile", (value) => value],
];

/** The answer to the whole film of a handler that is started for it. */
async function answer(name: string, env: Record<string, string>): Promise<[string, string]> {
  const socket = path.join(world.hold, `${name}.sock`);
  const ids = [`${process.getuid?.()}`, `${process.getgid?.()}`];
  const program = path.join(handlers, "stream.fcgi");
  const handler = spawn("perl", ["-e", onSocket, socket, ...ids, program], {
    env: { ...world.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise((done) => handler.once("exit", done));
  try {
    const ask = () => askFastCgi(world, url, socket).catch(() => undefined);
    const { out, hasEnded } = await until("its answer", ask);
    ok(hasEnded);
    const text = out.toString("latin1");
    match(text, /^Status: 200 /m);
    const end = text.indexOf("\r\n\r\n");
    return [text.slice(0, end), text.slice(end + 4)];
  } finally {
    handler.kill("SIGTERM");
    equal(await ended, 0);
  }
}

const sending = (head: string) =>
  head.split("\r\n").filter((line) => /^X-(Sendfile|Accel)/i.test(line));

test("behind nobody it knows", async () => {
  const [head, body] = await answer("none", {});
  deepEqual(sending(head), []);
  ok(Buffer.from(body, "latin1").equals(readFileSync(film)));
});

for (const [server, header, place] of named)
  test(`behind ${server}`, async () => {
    const [head, body] = await answer(server, { MIAU_SENDFILE: server });
    equal(body, "", "the film is not copied");
    const lines = sending(head);
    deepEqual(
      lines.map((line) => line.split(": ")[0]),
      [header],
    );
    const value = Buffer.from(lines[0]?.slice(header.length + 2) as string, "latin1");
    equal(realpathSync(place(value.toString("utf8"))), realpathSync(film));
  });
