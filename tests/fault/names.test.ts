// A library folder as hostile as file systems allow: names that are no UTF-8,
// not normal, written from right to left, with newlines and quotes; links that
// lead out; files that grow; a folder that vanishes; very many files.
import assert from "node:assert/strict";
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { clip, place, placeBroken } from "../world/media.ts";
import { hangMs, many, until } from "../world/place.ts";
import { newWorld } from "../world/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by the contract
type Json = any;

const world = await newWorld();
const film = await clip("front.mp4");
const folder = world.films;

/** A second name for a film, of any bytes. */
function put(name: Buffer | string): void {
  const bytes = typeof name === "string" ? Buffer.from(name) : name;
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), bytes]), readFileSync(film));
}

const nfd = "Cafe\u0301 Creme (2010).mp4";
const names: (Buffer | string)[] = [
  Buffer.from("Latin \xe9t\xe9 (2001).mp4", "latin1"),
  Buffer.from([0xff, 0xfe, 0x2e, 0x6d, 0x70, 0x34]),
  nfd,
  "שלום עולם (2002).mp4",
  "Reversed \u202e4pm.exe (2003).mp4",
  "Two\nLines (2004).mp4",
  "Tab\tand\rReturn (2005).mp4",
  "Quote \"'`$(reboot);| (2006).mp4",
  "Bell\x07\x1b[31mRed (2007).mp4",
  "<img src=x onerror=alert(1)> (2008).mp4",
  "%2e%2e%2f%00 (2009).mp4",
  "-rf (2011).mp4",
  "..mp4",
  " leading and trailing (2012) .mp4",
  "Ünï©ode 🎬 (2013).mp4",
  `${"L".repeat(240)} (2014).mp4`,
  "concat:a|b (2015).mp4",
  "file:%2F%2F (2016).mp4",
  "Title (99999999999999999999).mp4",
  "Show S999999E999999.mp4",
  "CON.mp4",
];
for (const name of names) put(name);

describe("a hostile folder", () => {
  test("is scanned to its end", async () => {
    await placeBroken(path.join(folder, "broken"));
    await world.addFolder(folder);
    assert.ok(world.processes("miaud").length === 1);
    const { items } = await world.admin.read("/api/library/files?pageSize=100");
    const hidden = 1; // "..mp4" begins with a dot
    assert.equal(items.length, names.length - hidden + 4);
    const refused = items.filter((f: Json) => f.state === "refused");
    for (const file of refused) assert.ok(file.reason?.message, file.path);
    const ready = items.filter((f: Json) => f.state === "ready");
    assert.ok(ready.length >= names.length - 3, refused.map((f: Json) => f.path).join());
  });

  test("every ready film plays, whatever its name", async () => {
    const { results } = await world.admin.read("/api/movies?pageSize=100");
    const bytes = readFileSync(film);
    for (const movie of results.filter((m: Json) => m.playable)) {
      const play = await world.admin.send("/api/play/start", { titleId: `movie-${movie.id}` });
      const reply = await world.visitor().get(play.url);
      assert.equal(reply.status, 200, movie.title);
      assert.ok(reply.body.equals(bytes), movie.title);
      assert.equal(reply.rawHeaders.join("\n").split("\n").length, reply.rawHeaders.length);
    }
  });

  test("names are text for the screen, without controls", async () => {
    const { results } = await world.admin.read("/api/movies?pageSize=100");
    for (const { title } of results) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
      assert.doesNotMatch(title, /[\x00-\x1f\x7f]/);
    }
    const cafe = results.find((m: Json) => m.title === "Café Creme".normalize("NFC"));
    assert.ok(cafe, results.map((m: Json) => m.title).join());
    const log = world.log();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
    assert.doesNotMatch(log, /[\x00-\x08\x0b-\x1a\x1c-\x1f]/, "no control character in the log");
  });

  test("links that lead outside are not followed", async () => {
    const outside = path.join(world.hold, "outside");
    await place("front.mp4", path.join(outside, "Secret Film (2017).mp4"));
    symlinkSync(outside, path.join(folder, "way out"));
    symlinkSync(
      path.join(outside, "Secret Film (2017).mp4"),
      path.join(folder, "Linked (2018).mp4"),
    );
    symlinkSync("/etc/passwd", path.join(folder, "Passwords (2019).mp4"));
    symlinkSync("../../../../../../etc/passwd", path.join(folder, "Dots (2020).mkv"));
    symlinkSync(folder, path.join(folder, "loop"));
    symlinkSync("nowhere", path.join(folder, "Dangling (2021).mp4"));
    linkSync(path.join(folder, "CON.mp4"), path.join(folder, "Hard Link (2022).mp4"));
    await world.rescan();
    const { items } = await world.admin.read("/api/library/files?state=ready&pageSize=100");
    const paths = items.map((f: Json) => f.path);
    for (const wrong of ["Secret", "Linked", "Passwords", "Dots", "loop/", "Dangling"]) {
      assert.ok(!paths.some((p: string) => p.includes(wrong)), wrong);
    }
    assert.ok(paths.includes("Hard Link (2022).mp4"));
  });

  test("a file replaced by a link after the scan is not followed either", async () => {
    const at = path.join(folder, "Swapped (2023).mp4");
    await place("front.mp4", at);
    await world.rescan();
    const id = await world.movieId("Swapped");
    const { url } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
    rmSync(at);
    symlinkSync("/etc/passwd", at);
    const reply = await world.visitor().get(url);
    assert.notEqual(reply.status, 200);
    assert.ok(!reply.text.includes("root:"));
  });

  test("a pipe, a socket's name and a folder named like a film are no films", async () => {
    mkdirSync(path.join(folder, "Folder (2024).mp4"));
    const { spawnSync } = await import("node:child_process");
    spawnSync("mkfifo", [path.join(folder, "Pipe (2024).mp4")]);
    await world.rescan();
    const { items } = await world.admin.read("/api/library/files?state=ready&pageSize=100");
    assert.ok(!items.some((f: Json) => /Pipe|Folder/.test(f.path)));
  });

  test("a file that grows is taken when it is whole", async () => {
    const at = path.join(folder, "Growing (2025).mp4");
    const bytes = readFileSync(film);
    writeFileSync(at, bytes.subarray(0, 50_000));
    for (let from = 50_000; from < bytes.length; from += 50_000) {
      appendFileSync(at, bytes.subarray(from, from + 50_000));
      await new Promise((done) => setTimeout(done, 120));
    }
    await until(
      "the grown film",
      async () => {
        const { results } = await world.admin.read("/api/movies?pageSize=100");
        return results.find((m: Json) => m.title === "Growing")?.playable;
      },
      { every: 200 },
    );
    const id = await world.movieId("Growing");
    const { url } = await world.admin.send("/api/play/start", { titleId: `movie-${id}` });
    assert.ok((await world.visitor().get(url)).body.equals(bytes));
  });
});

describe("a folder that vanishes", () => {
  test("is shown as missing; back again, its films are the same titles", async () => {
    const before = await world.movieId("Ünï©ode 🎬");
    const away = path.join(world.hold, "away");
    renameSync(folder, away);
    await world.admin.send("/api/library/scan");
    await until("the folder to be missed", async () => {
      const { folders } = await world.admin.read("/api/library/folders");
      return folders[0].state === "missing" && folders[0].reason;
    });
    renameSync(away, folder);
    await world.rescan();
    assert.equal(await world.movieId("Ünï©ode 🎬"), before);
    const { folders } = await world.admin.read("/api/library/folders");
    assert.equal(folders[0].state, "ok");
  });
});

test("very many files do not stop anything else", async () => {
  const count = many(5000, 200_000);
  const crowd = path.join(world.hold, "crowd");
  for (let i = 0; i < count; i++) {
    if (i % 1000 === 0) mkdirSync(path.join(crowd, `d${i / 1000}`), { recursive: true });
    writeFileSync(path.join(crowd, `d${Math.floor(i / 1000)}`, `Film ${i} (2000).mp4`), "");
  }
  const begin = performance.now();
  await world.admin.send("/api/library/folders", { path: crowd });
  let slowest = 0;
  await until(
    "the scan",
    async () => {
      const from = performance.now();
      const answer = await world.admin.read("/api/library/folders");
      slowest = Math.max(slowest, performance.now() - from);
      const found = answer.folders.find((f: Json) => f.path === crowd);
      return answer.scan.state === "idle" && found?.scannedAt && found.refused >= count;
    },
    { within: many(hangMs, 40 * 60_000), every: 200 },
  );
  process.stdout.write(
    `# ${count} files in ${Math.round(performance.now() - begin)} ms, slowest page ${Math.round(slowest)} ms\n`,
  );
  // Folders that are watched are looked through again when many files have come.
  await until("all of them to be told", async () => {
    const { total } = await world.admin.read("/api/library/files?state=refused&pageSize=1");
    return total >= count;
  });
});
