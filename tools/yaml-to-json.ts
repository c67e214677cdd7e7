// Prints a YAML file as compact JSON: docs/openapi.yaml is written by people,
// /api/openapi.json is read by programs.
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const file = process.argv[2];
if (file === undefined) {
  process.stderr.write("usage: node tools/yaml-to-json.ts FILE.yaml\n");
  process.exit(2);
}
process.stdout.write(`${JSON.stringify(parse(readFileSync(file, "utf8")))}\n`);
