// Players over HTTP/2, many answers on one connection, behind each web server: each
// gets its bytes while they come, and who gives one answer up, or hangs up, is
// noticed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { after, before, describe, test } from "node:test";
import { fronts } from "../world/front.ts";
import { until } from "../world/place.ts";
import { type Film, type Play, Swarm } from "../world/swarm.ts";
import { makeWorld, type World } from "../world/world.ts";

/** On one connection lighttpd begins 8 at a time, Apache 6 until it trusts it. */
const count = 6;
const length = 500_000;
const size = 6_000_001;

async function open(world: World): Promise<ClientHttp2Session> {
  const session = connect(world.origin, { ca: world.authority });
  session.on("error", () => undefined);
  await once(session, "connect");
  assert.equal(session.alpnProtocol, "h2");
  return session;
}

function ask(session: ClientHttp2Session, url: string, range: string): ClientHttp2Stream {
  const stream = session.request({ ":path": url, range });
  stream.on("error", () => undefined);
  return stream;
}

/** Reads one answer, compares every byte, and tells how many there were. */
function read(stream: ClientHttp2Stream, film: Film, from: number): Promise<number> {
  return new Promise((done, fail) => {
    let bytes = 0;
    let status = 0;
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.on("data", (part: Buffer) => {
      const right = film.bytes.subarray(from + bytes, from + bytes + part.length);
      bytes += part.length;
      if (right.equals(part)) return;
      fail(new Error(`${status}: ${part.length} bytes up to ${from + bytes}`));
      stream.close();
    });
    // node tells bytes before their status when both came in one packet.
    stream.once("close", () => (status === 206 ? done(bytes) : fail(new Error(`${status}`))));
  });
}

for (const server of fronts)
  describe(`HTTP/2 behind ${server}`, () => {
    // Apache looks at its client when there is something to send.
    const looks = server !== "apache";
    let world: World;
    /** Of the test that runs. */
    let swarm: Swarm;
    const reads = (play: Play, n: number) =>
      until(`${n} readers`, async () => (await swarm.readers(play)) === n);
    const begin = async () => {
      swarm = await Swarm.for(world);
      swarm.set("stream.stallLimit", "300");
      swarm.set("stream.midStallLimit", "300");
    };

    before(async () => {
      world = await makeWorld({ hasTls: true, env: { MIAU_WEBSERVER: server } });
    });
    after(() => world.tearDown());

    test("many answers on one connection, while the film comes", async () => {
      await begin();
      const film = swarm.film("Many", size);
      const peer = await swarm.peer(film, { lacks: () => true });
      const play = await swarm.play(film);
      const session = await open(world);
      const all = Array.from({ length: count }, (_, i) => {
        const from = Math.trunc(((size - length) * i) / count);
        return read(ask(session, play.url, `bytes=${from}-${from + length - 1}`), film, from);
      });
      await reads(play, count);
      peer.gain();
      for (const bytes of await Promise.all(all)) assert.equal(bytes, length);
      await reads(play, 0);
      session.close();
    });

    test("who gives one answer up while nothing comes is noticed, others stay", async () => {
      await begin();
      const film = swarm.film("Cancelled", size);
      const play = await swarm.play(film);
      const session = await open(world);
      const [one, other] = [
        ask(session, play.url, "bytes=0-99"),
        ask(session, play.url, "bytes=200-299"),
      ];
      await reads(play, 2);
      one.close(constants.NGHTTP2_CANCEL);
      if (looks) await reads(play, 1);
      const rest = read(other, film, 200);
      const peer = await swarm.peer(film, { lacks: (piece) => piece > 3 && piece < 12 });
      assert.equal(await rest, 100);
      const late = ask(session, play.url, "bytes=0-");
      let got = 0;
      late.on("data", (part: Buffer) => {
        got += part.length;
      });
      await until("bytes", () => got >= 4 * film.pieceSize);
      await reads(play, 1);
      late.close(constants.NGHTTP2_CANCEL);
      if (looks) await reads(play, 0);
      peer.gain();
      await reads(play, 0);
      session.close();
    });

    test("who hangs up takes all answers along", async () => {
      await begin();
      const film = swarm.film("Gone", size);
      const play = await swarm.play(film);
      const session = await open(world);
      for (let i = 0; i < 4; i++) ask(session, play.url, `bytes=${i * 100}-`).resume();
      await reads(play, 4);
      session.destroy();
      await reads(play, 0);
    });
  });
