// `miauctl doctor` misses each of our own programs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { build } from "../world/place.ts";

const folder = mkdtempSync(path.join(tmpdir(), "miau-doctor-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const rows = { miaud: "programs", "miau-index": "programs", "miau-confine": "sandbox" };
const all = ["miauctl", ...Object.keys(rows)];

/** What the doctor says where that program is not. */
function ask(lacking: string): string {
  const place = path.join(folder, lacking);
  mkdirSync(path.join(place, "bin"), { recursive: true });
  symlinkSync(path.join(build, "cgi"), path.join(place, "cgi"));
  for (const name of all.filter((each) => each !== lacking))
    copyFileSync(path.join(build, "bin", name), path.join(place, "bin", name));
  const env = { ...process.env, MIAU_STATE_DIR: path.join(place, "state") };
  return spawnSync(path.join(place, "bin/miauctl"), ["doctor"], { encoding: "utf8", env }).stdout;
}

test("nothing is missed where all of them are", () => {
  assert.match(ask("nothing"), /^ok +programs/m);
});

for (const [name, row] of Object.entries(rows))
  test(`${name} is missed`, () => {
    assert.match(ask(name), new RegExp(`^fail +${row} .*${name} (cannot be run|is missing)`, "m"));
  });
