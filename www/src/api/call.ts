// A call to the API as the contract has it: the compiler refuses a path, method,
// parameter or body that is not in docs/openapi.yaml, and knows the answer.
import { ask, type Request } from "./client.ts";
import type { Answer, Method, Options, PathOf } from "./contract.ts";

/** Calls the API. Throws ApiError or Unreachable. */
export function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...[options]: Options<M, P>
): Promise<Answer<M, P>> {
  const { path: values, ...rest } = (options ?? {}) as Request & {
    path?: Record<string, string | number>;
  };
  const at = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values?.[name] ?? ""));
  return ask(method, at, rest) as Promise<Answer<M, P>>;
}
