// What a browser has to load of the app, compressed as it is sent: before
// anything shows, and for one more screen.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { limits, type Piece, piecesOf, tooLarge } from "../../www/budget.ts";
import { root } from "../world/place.ts";

const dist = path.join(root, "www/dist");

test("the app that was built is small enough", () => {
  const page = readFileSync(path.join(dist, "index.html"), "utf8");
  const pieces = readdirSync(path.join(dist, "assets"))
    // The bundle for old sets has no limit: it is loaded by nobody else.
    .filter((name) => /\.(js|css)$/.test(name) && !name.startsWith("old-"))
    .map((name) => ({
      name,
      content: readFileSync(path.join(dist, "assets", name)),
      isFirst: page.includes(`assets/${name}`),
    }));
  const count = (pattern: RegExp, isFirst: boolean) =>
    pieces.filter((piece) => pattern.test(piece.name) && piece.isFirst === isFirst).length;
  assert.ok(count(/js$/, true) > 0 && count(/css$/, true) > 0 && count(/js$/, false) > 3);
  assert.deepEqual(tooLarge(pieces), []);
});

test("each limit is kept to the byte", () => {
  // Nothing compresses noise, and what is put around it is always as long.
  const noise = (name: string, bytes: number, isFirst: boolean): Piece => ({
    name,
    content: randomBytes(bytes),
    isFirst,
  });
  const around = 64;
  const half = limits.scripts / 2;
  const fits = [
    noise("a.js", half - around, true),
    noise("b.js", half - around, true),
    noise("a.css", limits.styles - around, true),
    noise("c.js", limits.later - around, false),
    noise("b.css", limits.later - around, false),
  ];
  assert.deepEqual(tooLarge(fits), []);
  for (const [i, what] of [
    "scripts of the first screen",
    "scripts of the first screen",
    "styles of the first screen",
    "c.js",
    "b.css",
  ].entries()) {
    const more = fits.map((piece, k) =>
      k === i ? noise(piece.name, piece.content.length + 2 * around, piece.isFirst) : piece,
    );
    const found = tooLarge(more);
    assert.equal(found.length, 1, found.join());
    assert.ok(found[0]?.startsWith(`${what}: `), found[0]);
  }
});

test("what the entry imports is a part of the first screen, with its styles", () => {
  const chunk = (imports: string[], styles: string[], isEntry = false) => ({
    type: "chunk" as const,
    code: "",
    isEntry,
    imports,
    viteMetadata: { importedCss: new Set(styles) },
  });
  const style = { type: "asset" as const, source: "" };
  const pieces = piecesOf({
    "entry.js": chunk(["shared.js"], ["entry.css"], true),
    "shared.js": chunk(["entry.js"], ["shared.css"]),
    "later.js": chunk(["shared.js"], ["later.css"]),
    "entry.css": style,
    "shared.css": style,
    "later.css": style,
    "icon.svg": style,
  });
  const first = pieces.filter(({ isFirst }) => isFirst).map(({ name }) => name);
  assert.deepEqual(first.sort(), ["entry.css", "entry.js", "shared.css", "shared.js"]);
  assert.equal(pieces.length, 6);
});
