// Server-Sent Events: who hears what, going on after a break, the end of a
// session, many idle listeners.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { problems, schemaNamed } from "../world/contract.ts";
import { movies, showFilms } from "../world/films.ts";
import { Listener } from "../world/listener.ts";
import { place } from "../world/media.ts";
import { many } from "../world/place.ts";
import { pss } from "../world/processes.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
await showFilms(world, { isShort: true });
const uma = await world.person("uma@example.org");
const ned = await world.person("ned@example.org");
// Uma's television: what it plays is told to her other devices.
const television = await world.visitor().signIn("uma@example.org", password);
const movie = await world.movieId(movies.front);

const shapes: Record<string, string> = {
  library: "LibraryEvent",
  playback: "PlaybackEvent",
  session: "SessionEvent",
  task: "TaskEvent",
};
function assertShapes(listener: Listener): void {
  for (const { event, data } of listener.heard) {
    if (event === "reset") assert.deepEqual(data, {});
    else if (!(event in shapes)) assert.fail(`no schema for ${event} ${JSON.stringify(data)}`);
    else assert.deepEqual(problems(schemaNamed(shapes[event] as string), data), [], event);
  }
}

describe("library events", () => {
  test("tell everybody of titles, and only administrators of files", async () => {
    const [admin, person] = [await Listener.open(world.admin), await Listener.open(uma)];
    assert.equal(admin.status, 200);
    assert.match(admin.type, /^text\/event-stream/);
    await place("front.mp4", path.join(world.films, "Heard Of (2016).mp4"));
    await world.rescan();
    for (const listener of [admin, person]) {
      await listener.hear("title", (h) => h.event === "library" && h.data.kind === "title");
      await listener.hear("scan", (h) => h.data.kind === "scan" && h.data.scan.state === "idle");
      assertShapes(listener);
    }
    for (const { data } of person.heard) {
      assert.notEqual(data.kind, "folder");
      if (data.scan) assert.equal(data.scan.current, null);
    }
    admin.close();
    person.close();
  });
});

describe("playback events", () => {
  test("reach the same person's other devices only", async () => {
    const own = await Listener.open(uma);
    const others = [await Listener.open(ned), await Listener.open(world.admin)];
    await television.send("/api/play/heartbeat", {
      titleId: `movie-${movie}`,
      position: 2,
      duration: 6,
    });
    const heard = await own.hear("playback", (h) => h.event === "playback");
    assert.equal(heard.data.titleId, `movie-${movie}`);
    assert.equal(heard.data.progress.position, 2);
    // A later event proves that the earlier one was not merely slow.
    await ned.send("/api/play/heartbeat", { titleId: `movie-${movie}`, position: 1, duration: 6 });
    await world.rescan();
    for (const other of others) {
      await other.hear("scan", (h) => h.event === "library");
      const foreign = other.heard.filter((h) => h.data.progress?.position === 2);
      assert.deepEqual(foreign, []);
    }
    for (const listener of [own, ...others]) listener.close();
  });

  test("only the asked topics", async () => {
    const listener = await Listener.open(uma, "?topics=playback");
    const all = await Listener.open(uma);
    await world.rescan();
    await television.send("/api/play/heartbeat", {
      titleId: `movie-${movie}`,
      position: 3,
      duration: 6,
    });
    await all.hear("playback", (h) => h.event === "playback" && h.data.progress.position === 3);
    await listener.hear("playback", (h) => h.event === "playback");
    assert.ok(listener.heard.every((h) => h.event === "playback" || h.event === "reset"));
    assert.equal((await uma.get("/api/events?topics=Bad%20One")).status, 400);
    listener.close();
    all.close();
  });
});

describe("a break", () => {
  test("is bridged by the last id", async () => {
    const first = await Listener.open(uma);
    await world.rescan();
    const last = await first.hear("scan", (h) => h.event === "library");
    assert.match(last.id ?? "", /^.+-\d+$/);
    first.close();
    await television.send("/api/play/heartbeat", {
      titleId: `movie-${movie}`,
      position: 4,
      duration: 6,
    });
    const second = await Listener.open(uma, "", last.id);
    const missed = await second.hear("playback", (h) => h.event === "playback");
    assert.equal(missed.data.progress.position, 4);
    assert.ok(second.heard.every((h) => h.event !== "reset"));
    second.close();
    // A browser that opens a new connection cannot send the header.
    const third = await Listener.open(uma, `?lastEventId=${last.id}`, "other-boot-12");
    assert.equal((await third.hear("playback", (h) => h.event === "playback")).id, missed.id);
    assert.ok(third.heard.every((h) => h.event !== "reset"));
    third.close();
  });

  for (const id of ["x", "0-0", "other-boot-12", `${"9".repeat(60)}`]) {
    test(`the unknown id ${id.slice(0, 12)} is answered by reset`, async () => {
      const listener = await Listener.open(uma, "", id);
      await listener.hear("reset", (h) => h.event === "reset");
      listener.close();
    });
  }
});

describe("the end", () => {
  test("comes with sign-out, at once, with the reason", async () => {
    const phone = await world.visitor().signIn("uma@example.org", password);
    const listener = await Listener.open(phone);
    await phone.send("/api/auth/logout", { refreshToken: phone.refreshToken }, { isBare: true });
    const heard = await listener.hear("session", (h) => h.event === "session");
    assert.equal(heard.data.reason, "revoked");
    await listener.ended();
    assertShapes(listener);
  });

  test("comes also when miaud did not tell of it", async () => {
    const phone = await world.visitor().signIn("uma@example.org", password);
    const listener = await Listener.open(phone);
    const { pid } = world.process("miaud");
    process.kill(pid, "SIGSTOP");
    try {
      await phone.send("/api/auth/logout", { refreshToken: phone.refreshToken }, { isBare: true });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    const heard = await listener.hear("session", (h) => h.event === "session");
    assert.equal(heard.data.reason, "revoked");
    await listener.ended();
  });

  test("an element without headers listens by its cookie", async () => {
    const browser = await world.visitor().signIn("uma@example.org", password, "cookies");
    const listener = await Listener.open(browser, `?session=${browser.session}`);
    assert.equal(listener.status, 200);
    listener.close();
  });
});

test("many idle listeners cost little", async () => {
  const count = many(100, 1000);
  const listeners: Listener[] = [];
  for (let i = 0; i < count; i++) listeners.push(await Listener.open(uma));
  assert.ok(listeners.every((l) => l.status === 200));
  // A second process starts when connections had to wait.
  const all = world.processes("events.fcgi");
  assert.ok([1, 2].includes(all.length), `${all.length} processes`);
  const size = all.reduce((sum, { pid }) => sum + pss(pid), 0);
  assert.ok(size < 40 << 20, `${size} bytes`);
  await world.rescan();
  for (const listener of listeners) {
    await listener.hear("scan", (h) => h.event === "library");
    listener.close();
  }
});
