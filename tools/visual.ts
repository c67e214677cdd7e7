// Pictures that differ from those that were accepted: shows them, and takes them
// over.
//
//	npm run visual                        takes them, writes build/visual/index.html
//	npm run visual accept "what changed"  those of the last run are the right ones
//
// Each acceptance is a line in tests/visual/CHANGES.md, with the names.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { accepted, type Finding, found } from "../tests/world/picture.ts";
import { root } from "../tests/world/place.ts";

/** The sets, each with the file of tests that takes it. */
const SETS = ["gallery", "screens"];

function findings(): { set: string; of: Finding[] }[] {
  return SETS.map((set) => {
    const file = path.join(found, set, "findings.json");
    return { set, of: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [] };
  });
}

function picture(file: string, label: string): string {
  const from = path.relative(found, file);
  const shown = existsSync(file) ? `<img src="${encodeURI(from)}" alt="">` : "none";
  return `<figure><figcaption>${label}</figcaption>${shown}</figure>`;
}

function report(): string {
  const rows = findings().flatMap(({ set, of }) =>
    of.map(({ name, what, share }) => {
      const at = (end: string) => path.join(found, set, `${name}${end}`);
      return `<section><h2>${set}/${name}: ${what}, ${(100 * share).toFixed(2)} %</h2><div>
${picture(path.join(accepted, set, `${name}.png`), "before")}
${picture(at(".png"), "after")}
${picture(at(".diff.png"), "difference")}</div></section>`;
    }),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures that differ</title>
<style>body{font:1rem/1.5 sans-serif;background:#222;color:#eee;margin:2rem}
div{display:grid;grid-template-columns:repeat(3,1fr);gap:1rem}figure{margin:0}
img{max-width:100%;outline:1px solid #888}</style>
<h1>${rows.length} differ</h1>${rows.join("\n")}
<p>All right so? <code>npm run visual accept "what changed"</code></p></html>
`;
}

function review(): number {
  rmSync(found, { recursive: true, force: true });
  for (const set of SETS) {
    const file = path.join(root, `tests/browser/${set}.test.ts`);
    if (existsSync(file)) spawnSync(process.execPath, ["--test", file], { cwd: root });
    if (existsSync(file) && !existsSync(path.join(found, set, "findings.json"))) {
      console.error(`tests/browser/${set}.test.ts took no pictures: make test-browser T=${set}`);
      return 1;
    }
  }
  const count = findings().reduce((sum, { of }) => sum + of.length, 0);
  const page = path.join(found, "index.html");
  writeFileSync(page, report());
  console.log(count === 0 ? "None differs." : `${count} differ: file://${page}`);
  return count === 0 ? 0 : 1;
}

function accept(line: string): number {
  const all = findings().filter(({ of }) => of.length > 0);
  if (line === "" || line.includes("\n")) {
    console.error('Say in one line what changed: npm run visual accept "what changed"');
    return 2;
  }
  if (all.length === 0) {
    console.error("Nothing differed when `npm run visual` ran.");
    return 2;
  }
  const names: string[] = [];
  for (const { set, of } of all) {
    mkdirSync(path.join(accepted, set), { recursive: true });
    for (const { name, what } of of) {
      const to = path.join(accepted, set, `${name}.png`);
      if (what === "gone") rmSync(to);
      else copyFileSync(path.join(found, set, `${name}.png`), to);
      names.push(`${set}/${name}`);
    }
    writeFileSync(path.join(found, set, "findings.json"), "[]");
  }
  const day = new Date().toISOString().slice(0, 10);
  appendFileSync(path.join(accepted, "CHANGES.md"), `- ${day}: ${line} (${names.join(", ")})\n`);
  console.log(`${names.length} accepted.`);
  return 0;
}

const [command, ...words] = process.argv.slice(2);
if (command === "accept") process.exitCode = accept(words.join(" ").trim());
else if (command === undefined) process.exitCode = review();
else {
  console.error('npm run visual, or npm run visual accept "what changed"');
  process.exitCode = 2;
}
