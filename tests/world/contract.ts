// docs/openapi.yaml as a judge: finds the operation of a request and checks an
// answer against it. Every answer that the test client receives comes by here,
// so an undocumented property, status or media type fails the test that met it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { errorCodes, root } from "./place.ts";

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is a tree of anything
type Tree = any;

export interface Operation {
  method: string;
  path: string;
  id: string;
  access: "public" | "user" | "admin" | "key" | "refresh";
  /** Open to a profile with a maturity limit. */
  limited: boolean;
  /** The narrowest API key that may; null: none. */
  keys: "play" | "read" | "full" | null;
  embed: boolean;
  parameters: { name: string; in: string; required: boolean; schema: Tree }[];
  body: { schema: Tree; required: boolean } | null;
  responses: Record<string, Tree>;
  pattern: RegExp;
}

export interface Answer {
  method: string;
  target: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const methods = ["get", "put", "post", "delete", "patch", "head"];
const base = "https://contract.invalid";

/** The document as it stands. */
export const document: Tree = parse(readFileSync(path.join(root, "docs/openapi.yaml"), "utf8"));

function resolve(node: Tree): Tree {
  if (node === null || typeof node !== "object" || typeof node.$ref !== "string") return node;
  const found = (node.$ref as string)
    .slice(2)
    .split("/")
    .reduce((at: Tree, key: string) => at?.[key], document);
  if (found === undefined) throw new Error(`docs/openapi.yaml: ${node.$ref} leads nowhere`);
  return resolve(found);
}

/** The same schema with references into one of the two sets below. */
function rewrite(node: Tree, set: string, isPartial: boolean): Tree {
  if (Array.isArray(node)) return node.map((part) => rewrite(part, set, isPartial));
  if (node === null || typeof node !== "object") return node;
  const out: Tree = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "$ref")
      out.$ref = (value as string).replace("#/components/schemas/", `${base}/${set}/`);
    else if (isPartial && key === "required") continue;
    else if (isPartial && key === "oneOf") out.anyOf = rewrite(value, set, isPartial);
    else out[key] = rewrite(value, set, isPartial);
  }
  return out;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
for (const [name, schema] of Object.entries(document.components.schemas)) {
  // "part" is for ?fields=: the same without required properties.
  ajv.addSchema(rewrite(schema, "full", false), `${base}/full/${name}`);
  ajv.addSchema(rewrite(schema, "part", true), `${base}/part/${name}`);
}
const compiled = new Map<Tree, ValidateFunction[]>();

function validator(schema: Tree, isPartial: boolean): ValidateFunction {
  let pair = compiled.get(schema);
  if (pair === undefined) {
    pair = [false, true].map((part) => ajv.compile(rewrite(schema, part ? "part" : "full", part)));
    compiled.set(schema, pair);
  }
  return pair[isPartial ? 1 : 0] as ValidateFunction;
}

/** Problems of a value against a schema of the document; empty when it fits. */
export function problems(schema: Tree, value: unknown, isPartial = false): string[] {
  const check = validator(schema, isPartial);
  if (check(value)) return [];
  return (check.errors ?? []).map(
    (e) => `${e.instancePath || "/"} ${e.message} ${JSON.stringify(e.params)}`,
  );
}

export function schemaNamed(name: string): Tree {
  return document.components.schemas[name];
}

function toOperation(route: string, method: string, op: Tree): Operation {
  const body = resolve(op.requestBody);
  return {
    method: method.toUpperCase(),
    path: route,
    id: op.operationId,
    access: op["x-access"],
    limited: op["x-limited"] === true,
    keys: op["x-key"] ?? null,
    embed: op["x-embed"] === true,
    parameters: (op.parameters ?? []).map((p: Tree) => {
      const full = resolve(p);
      return {
        name: full.name,
        in: full.in,
        required: full.required === true,
        schema: full.schema,
      };
    }),
    body: body
      ? { schema: body.content["application/json"].schema, required: body.required === true }
      : null,
    responses: op.responses,
    pattern: new RegExp(`^${route.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`),
  };
}

export const operations: Operation[] = Object.entries(document.paths).flatMap(([route, item]) =>
  Object.entries(item as Tree)
    .filter(([method]) => methods.includes(method))
    .map(([method, op]) => toOperation(route, method, op)),
);

/** The operation of a request; HEAD is answered by the row of GET. */
export function findOperation(method: string, pathname: string): Operation | undefined {
  const plain = pathname.replace(/^\/api\/v1(?=\/)/, "/api");
  const hits = operations.filter((op) => op.pattern.test(plain));
  // A path without parameters is meant before one with.
  hits.sort((a, b) => a.path.split("{").length - b.path.split("{").length);
  return (
    hits.find((op) => op.method === method) ??
    (method === "HEAD" ? hits.find((op) => op.method === "GET") : undefined)
  );
}

const codes = errorCodes();

/** Unwraps /api/v1; what is wrong with the envelope goes into `wrong`. */
function unwrap(value: Tree, isError: boolean, wrong: string[]): Tree {
  const keys = Object.keys(value ?? {})
    .sort()
    .join();
  if (keys !== (isError ? "error,meta" : "data,meta")) {
    wrong.push(`the envelope has ${keys}`);
    return value;
  }
  if (typeof value.meta.requestId !== "string") wrong.push("meta.requestId is missing");
  if (!isError) return value.data;
  const { code, message } = value.error;
  if (typeof code !== "string" || typeof message !== "string" || !("details" in value.error)) {
    wrong.push("an error in the envelope needs code, message and details");
  }
  return null;
}

function judgeError(answer: Answer, value: Tree, isV1: boolean, wrong: string[]): void {
  const code = isV1 ? value?.error?.code : value?.code;
  const status = codes.get(code);
  if (status === undefined) wrong.push(`code ${code} is not in lib/base/errors.def`);
  else if (status !== answer.status) wrong.push(`code ${code} belongs to status ${status}`);
  const id = isV1 ? value?.meta?.requestId : value?.requestId;
  if (id !== answer.headers["x-request-id"]) wrong.push("requestId differs from X-Request-Id");
  const needs = { 401: "www-authenticate", 405: "allow", 429: "retry-after" }[answer.status];
  if (needs && answer.headers[needs] === undefined) wrong.push(`${needs} is missing`);
}

/** What is wrong with an answer of the API; empty when it is as documented. */
export function judge(answer: Answer): string[] {
  const url = new URL(answer.target, "http://x");
  const isV1 = url.pathname.startsWith("/api/v1/");
  const op = findOperation(answer.method, url.pathname);
  const wrong: string[] = [];
  if (answer.headers["x-request-id"] === undefined) wrong.push("X-Request-Id is missing");
  if (op === undefined && answer.status < 400) {
    return [`${answer.method} ${url.pathname} is not in docs/openapi.yaml`];
  }
  const listed = op?.responses[String(answer.status)];
  if (op && !listed && answer.status < 400) return [`status ${answer.status} is not documented`];
  const response = resolve(listed ?? { $ref: "#/components/responses/Error" });
  if ([204, 304].includes(answer.status) || answer.method === "HEAD") {
    if (answer.body.length > 0) wrong.push(`${answer.status} came with a body`);
    return wrong;
  }
  const type =
    String(answer.headers["content-type"] ?? "")
      .split(";")[0]
      ?.trim() ?? "";
  const content = response.content?.[type];
  if (content === undefined) return [...wrong, `media type ${type || "none"} is not documented`];
  if (type !== "application/json") return wrong;
  let value: Tree;
  try {
    value = JSON.parse(answer.body.toString("utf8"));
  } catch (e) {
    return [...wrong, `the body is no JSON: ${(e as Error).message}`];
  }
  const isError = answer.status >= 400 && content.schema?.$ref?.endsWith("/Error") === true;
  if (isError) judgeError(answer, value, isV1, wrong);
  // The contract is a document of its own and never in an envelope.
  if (isV1 && op?.id !== "show_contract") value = unwrap(value, isError, wrong);
  if ((isError && isV1) || content.schema === undefined) return wrong;
  return [...wrong, ...problems(content.schema, value, url.searchParams.has("fields"))];
}
