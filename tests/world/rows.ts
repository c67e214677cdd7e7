// The rows of all handlers' route tables, as the programs themselves print them.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { handlers } from "./place.ts";

export interface Row {
  method: string;
  path: string;
  access: string;
  rate: string;
  /** What it writes to the audit log; null for GET, and with a reason. */
  audit: string | null;
  auditWhy: string | null;
  /** Open to a profile with a maturity limit. */
  limited: boolean;
  /** The narrowest API key that may; null: none. */
  keys: string | null;
  embed: boolean;
  isList: boolean;
  hasHead: boolean;
  anyOrigin: boolean;
  query: string[];
  body: string[];
  operationId: string;
}

export const names = readdirSync(handlers)
  .filter((file) => file.endsWith(".fcgi"))
  .map((file) => file.replace(".fcgi", ""));

function printed(name: string): Row[] {
  const program = path.join(handlers, `${name}.fcgi`);
  const env = { PATH: "/usr/bin:/bin" };
  return JSON.parse(execFileSync(program, ["--routes"], { encoding: "utf8", env }));
}

export const rows = names.flatMap(printed);
