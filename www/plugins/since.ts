// What Chromium 68 can do, by MDN's data: browsers of TV sets of 2018 are that old.
// A name is a problem when everything that is called so came later.
import { createRequire } from "node:module";
import { type Node, parse } from "acorn";

export const OLDEST = 68;

interface Support {
  version_added?: string | boolean | null;
  version_removed?: string | boolean | null;
  flags?: unknown[];
  prefix?: string;
  alternative_name?: string;
}
interface Entry {
  __compat?: { support: { chrome?: Support | Support[] } };
  [name: string]: Entry | unknown;
}

function isOld(entry: Entry): boolean {
  const chrome = entry.__compat?.support.chrome ?? [];
  return (Array.isArray(chrome) ? chrome : [chrome]).some(
    ({ version_added: from, flags, prefix, alternative_name: other }) =>
      flags === undefined &&
      prefix === undefined &&
      other === undefined &&
      (from === true || Number.parseInt(String(from).replace("≤", ""), 10) <= OLDEST),
  );
}

interface Known {
  globals: Map<string, boolean>;
  members: Map<string, boolean>;
  properties: Map<string, boolean>;
}

const entriesOf = (parent: unknown): [string, Entry][] =>
  Object.entries((parent ?? {}) as Record<string, Entry>).filter(([name]) => name !== "__compat");

let known: Known | null = null;

/** Names, and whether Chromium 68 knows what is called so. */
function names(): Known {
  if (known !== null) return known;
  const bcd = createRequire(import.meta.url)("@mdn/browser-compat-data") as Record<string, Entry>;
  const { api, javascript, css } = bcd;
  known = { globals: new Map(), members: new Map(), properties: new Map() };
  const add = (to: Map<string, boolean>, name: string, entry: Entry): void => {
    if (entry.__compat !== undefined) to.set(name, to.get(name) === true || isOld(entry));
  };
  const kinds = [...entriesOf(api), ...entriesOf(javascript?.builtins)];
  for (const [name, kind] of kinds) {
    add(known.globals, name, kind);
    for (const [member, entry] of entriesOf(kind))
      add(known.members, member.replace(/_static$/, ""), entry);
  }
  for (const [member, entry] of entriesOf(api?.Window)) add(known.globals, member, entry);
  for (const [name, entry] of entriesOf(css?.properties)) add(known.properties, name, entry);
  return known;
}

export const knowsProperty = (name: string): boolean =>
  name.startsWith("--") || name.startsWith("-webkit-") || names().properties.get(name) === true;

type Tree = Node & Record<string, unknown>;

/** Names that are no variables. */
const NAMED = [
  "Property.key",
  "MethodDefinition.key",
  "MemberExpression.property",
  "ImportSpecifier.imported",
  "ExportSpecifier.exported",
];

function walk(node: unknown, visit: (node: Tree) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === "object" && "type" in node) {
    visit(node as Tree);
    const named = (node as Tree).computed === true ? [] : NAMED;
    for (const [key, value] of Object.entries(node))
      if (typeof value === "object" && !named.includes(`${node.type}.${key}`)) walk(value, visit);
  }
}

const SYNTAX: Record<string, (node: Tree) => boolean> = {
  "?.": (node) => node.type === "ChainExpression",
  "??": (node) => node.type === "LogicalExpression" && node.operator === "??",
  "1n": (node) => node.type === "Literal" && "bigint" in node,
  "export * as": (node) => node.type === "ExportAllDeclaration" && node.exported !== null,
};

/** What Chromium 68 could not parse in a module, or, unless it is fine, would not
 * find; without a list of that only the syntax is looked at. */
export function strange(code: string, fine: ReadonlySet<string> | null): string[] {
  const found = new Set<string>();
  // Of 2020 it knows import() and import.meta alone, of later years nothing.
  const tree = parse(code, { ecmaVersion: 2020, sourceType: "module" });
  const { globals, members } = names();
  walk(tree, (node) => {
    for (const [what, is] of Object.entries(SYNTAX)) if (is(node)) found.add(`syntax: ${what}`);
    if (fine === null) return;
    if (node.type === "Identifier" && globals.get(String(node.name)) === false)
      found.add(String(node.name));
    if (node.type !== "MemberExpression" || node.computed === true) return;
    const { name } = node.property as Tree & { name: string };
    if (members.get(name) === false) found.add(`.${name}`);
  });
  return [...found].filter((name) => !fine?.has(name)).sort();
}
