// What the contract says of a call, read off the types that are generated from it
// (docs/openapi.yaml): which paths have a method, what belongs into the path, the
// query and the body, and what is answered. Types alone; nothing of it is built.
import type { paths } from "./schema.d.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in Lowercase<M>]: { responses: unknown } } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P][Lowercase<M> & keyof paths[P]];

type Json<R> = R extends { content: { "application/json": infer B } } ? B : undefined;
type Success = 200 | 201 | 202 | 204;

/** What is answered when it goes well; undefined for 204. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R }
    ? { [S in keyof R & Success]: Json<R[S]> }[keyof R & Success]
    : never;

/** One part of what is sent, left out where there is none. */
type Part<K extends string, T> = [T] extends [undefined]
  ? { [N in K]?: undefined }
  : undefined extends T
    ? { [N in K]?: T }
    : { [N in K]: T };

type In<O, K extends string> = O extends { parameters: infer A } ? A[K & keyof A] : undefined;
type BodyOf<O> = O extends { requestBody: infer R }
  ? Json<R>
  : O extends { requestBody?: infer R }
    ? Json<R> | undefined
    : undefined;

type Sent<O> = Part<"path", In<O, "path">> &
  Part<"query", In<O, "query">> &
  Part<"body", BodyOf<O>>;

/** How it is sent, whatever it is. */
export interface Manner {
  keepalive?: boolean;
  isPassing?: boolean;
  session?: string;
}

type Wanted<M extends Method, P extends PathOf<M>> = Sent<Operation<M, P>> & Manner;

/** The last argument of a call, which may be missing when nothing has to be said. */
export type Options<M extends Method, P extends PathOf<M>> =
  Record<never, never> extends Wanted<M, P> ? [Wanted<M, P>?] : [Wanted<M, P>];
