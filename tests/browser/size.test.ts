// What a browser has to load of the app, compressed as it is sent: before
// anything shows, and for one more screen.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "../world/place.ts";

const KB = 1000;
const dist = path.join(root, "www/dist");
const page = readFileSync(path.join(dist, "index.html"), "utf8");
const size = (name: string) => gzipSync(readFileSync(path.join(dist, name)), { level: 9 }).length;
const named = (pattern: RegExp) => [...page.matchAll(pattern)].map((m) => m[1] as string);
const scripts = named(/(?:src|href)="\.?\/?(assets\/[^"]+\.js)"/g);
const styles = named(/href="\.?\/?(assets\/[^"]+\.css)"/g);
const total = (files: string[]) => files.map(size).reduce((sum, n) => sum + n, 0);

test("the scripts of the first screen have at most 30 kB", () => {
  assert.ok(scripts.length > 0);
  assert.ok(total(scripts) <= 30 * KB, `${total(scripts)} bytes`);
});

test("its styles have at most 8 kB", () => {
  assert.ok(styles.length > 0);
  assert.ok(total(styles) <= 8 * KB, `${total(styles)} bytes`);
});

test("every further screen has at most 15 kB of scripts", () => {
  const later = readdirSync(path.join(dist, "assets"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => `assets/${name}`)
    .filter((name) => !scripts.includes(name));
  assert.ok(later.length > 3);
  for (const name of later) assert.ok(size(name) <= 15 * KB, `${name}: ${size(name)} bytes`);
});
