// docs/scripting.md is run as it is printed: its shell blocks one after the
// other in one shell, each of which must succeed and say something.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { showFilms } from "../world/films.ts";
import { place, placeBroken } from "../world/media.ts";
import { build, hangMs, root } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const text = readFileSync(path.join(root, "docs/scripting.md"), "utf8");
const recipes = [...text.matchAll(/^## (.+?)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map((m) => ({
  title: m[1] as string,
  code: [...(m[2] as string).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((b) => b[1]).join("\n"),
}));

const world = await newWorld();
await showFilms(world, { isShort: true });
const more = path.join(world.hold, "more films");
await place("vp9.webm", path.join(more, "Web Weave (2022).webm"));
await placeBroken(more);

const begins = (n: number) => `@@ begin ${n}`;
const ends = (n: number) => `@@ end ${n}`;
const script = recipes
  .map(({ code }, n) => `echo '${begins(n)}'\n${code}\necho '${ends(n)}'\n`)
  .join("\n");
const done = spawnSync("bash", ["-eu", "-o", "pipefail", "-s"], {
  input: script,
  encoding: "utf8",
  timeout: hangMs,
  cwd: world.hold,
  env: {
    ...world.env,
    PATH: `${path.join(build, "bin")}:${world.env.PATH}`,
    MIAU: world.origin,
    EMAIL: "admin@example.org",
    PASSWORD: password,
    FILMS: more,
  },
});

test("there are at least ten", () => assert.ok(recipes.length >= 10));

test("none ends in a complaint", () => assert.doesNotMatch(done.stderr, /curl: \(|jq: error/));

for (const [n, { title, code }] of recipes.entries()) {
  test(title, () => {
    assert.ok(code.length > 0, "a recipe has a shell block");
    const at = done.stdout.indexOf(begins(n));
    const end = done.stdout.indexOf(ends(n));
    assert.ok(at >= 0 && end >= 0, `it failed:\n${done.stdout.slice(-600)}\n${done.stderr}`);
    const said = done.stdout.slice(at + begins(n).length, end).trim();
    const all = `${done.stdout}\n${done.stderr}`;
    if (!title.includes("Renew")) assert.notEqual(said, "", `it says nothing:\n${all}`);
    assert.doesNotMatch(said, /^null$/m);
  });
}
