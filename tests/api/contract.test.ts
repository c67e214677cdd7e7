// Lists that exist twice, compared: the handlers' own tables of routes and
// docs/openapi.yaml, the codes of errors and what the contract says of them,
// the settings and their names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { document, type Operation, operations } from "../world/contract.ts";
import { build, errorCodes, root } from "../world/place.ts";
import { names, type Row, rows } from "../world/rows.ts";

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is a tree of anything
type Json = any;

/** The same address, whatever the parameters are called. */
function shape(route: string): string {
  return route.replace(/\{\w+\}/g, "{}");
}
function rowOf(op: Operation): Row | undefined {
  return rows.find((row) => row.method === op.method && shape(row.path) === shape(op.path));
}

describe("routes and contract", () => {
  test("handlers were built", () => assert.ok(names.length >= 18, names.join()));

  for (const op of operations) {
    // A row that answers GET answers HEAD too; it need not be a row of its own.
    if (op.method === "HEAD" && rowOf(op) === undefined) continue;
    test(`${op.method} ${op.path} is a row as documented`, () => {
      const row = rowOf(op);
      assert.ok(row, "no handler has this row");
      // "refresh" is checked by the function itself: the row is public.
      assert.equal(row.access, op.access === "refresh" ? "public" : op.access);
      assert.equal(row.limited, op.limited);
      assert.equal(row.keys, op.keys);
      assert.equal(row.embed, op.embed);
      assert.equal(row.operationId, op.id);
      assert.equal(row.anyOrigin, op.access === "key", "any origin where the key is the proof");
      const query = op.parameters.filter((p) => p.in === "query").map((p) => p.name);
      const own = op.embed ? query.filter((name) => name !== "session") : query;
      const taken = row.query.filter((field) => field !== "session");
      assert.deepEqual(taken.sort(), own.sort(), "fields of the query");
      const body = op.body ? Object.keys(op.body.schema.properties) : [];
      assert.deepEqual([...row.body].sort(), body.sort(), "fields of the body");
    });
  }

  for (const row of rows) {
    test(`row ${row.method} ${row.path} is documented`, () => {
      const found = operations.find(
        (op) => op.method === row.method && shape(op.path) === shape(row.path),
      );
      assert.ok(found, "not in docs/openapi.yaml");
    });
  }

  test("only what is marked public opens without a sign-in", () => {
    const open = operations
      .filter((op) => op.access === "public")
      .map((op) => `${op.method} ${op.path}`);
    assert.deepEqual(open.sort(), [
      "GET /api/auth/setup",
      "GET /api/health",
      "GET /api/openapi.json",
      "GET /api/ready",
      "GET /health",
      "POST /api/auth/device/code",
      "POST /api/auth/device/token",
      "POST /api/auth/login",
      "POST /api/auth/logout",
      "POST /api/auth/logout/{session}",
      "POST /api/auth/passkeys/login",
      "POST /api/auth/passkeys/login/options",
      "POST /api/auth/password/reset",
      "POST /api/auth/setup",
      "POST /api/auth/signup",
    ]);
  });
});

describe("the contract itself", () => {
  test("every object says what it requires and refuses the rest", () => {
    const bad: string[] = [];
    const walk = (node: Json, at: string) => {
      if (node === null || typeof node !== "object") return;
      const isObject = node.type === "object" || (node.properties && !Array.isArray(node));
      if (isObject && (node.additionalProperties !== false || !Array.isArray(node.required))) {
        bad.push(at);
      }
      for (const [key, value] of Object.entries(node)) walk(value, `${at}/${key}`);
    };
    walk(document.paths, "paths");
    walk(document.components.schemas, "schemas");
    assert.deepEqual(bad, []);
  });

  test("every operation has an id of its own and an access", () => {
    const ids = operations.map((op) => op.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const op of operations) {
      assert.ok(["public", "user", "admin", "key", "refresh"].includes(op.access), op.id);
    }
  });

  test("error codes are stable words with a status that is an error", () => {
    const codes = errorCodes();
    assert.ok(codes.size > 40);
    for (const [code, status] of codes) {
      assert.match(code, /^[a-z][a-z0-9_]*$/);
      if (code !== "ok") assert.ok(status >= 400 && status < 600, code);
    }
    const listed = document.components.schemas.Error.properties.code.enum;
    if (listed)
      assert.deepEqual([...listed].sort(), [...codes.keys()].filter((c) => c !== "ok").sort());
  });

  test("the built copy is the same document", () => {
    const built = readFileSync(path.join(build, "share/openapi.json"), "utf8");
    assert.deepEqual(JSON.parse(built), document);
  });
});

describe("settings", () => {
  test("every row has a name of its own, a help and a valid default", () => {
    const text = readFileSync(path.join(root, "lib/base/settings_rows.h"), "utf8");
    const found = [...text.matchAll(/\.name = "([^"]+)"/g)].map((m) => m[1] as string);
    assert.equal(new Set(found).size, found.length);
    for (const name of found) {
      assert.match(name, /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/);
    }
    assert.equal([...text.matchAll(/\.help =/g)].length, found.length);
  });
});
