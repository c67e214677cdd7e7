// What the parts of the worker share.
import { type Kind, namesOf } from "./names.ts";

declare const self: ServiceWorkerGlobalScope;

/** What the build puts in (plugins/worker.ts). */
declare const BUILD: { entry: string; rest: string; files: string[] };

export const build = { ...BUILD, id: `${BUILD.entry}~${BUILD.rest}` };
export const scope = new URL(self.registration.scope);
export const names = namesOf(scope.pathname);

/** The cache in which a session's things are kept now. Asked for before the server is:
 * what then comes is for who watched at that moment, or for nobody. */
export async function placeOf(kind: Kind, session: string): Promise<string | null> {
  const begin = names.ofSession(kind, session);
  const all = begin === null ? [] : await caches.keys().catch(() => []);
  return all.find((name) => name.startsWith(begin ?? "")) ?? null;
}

/** What the cache of that name holds for an address, if there is such a cache. */
export async function found(name: string | null, key: string): Promise<Response | undefined> {
  if (name === null) return undefined;
  return caches.match(key, { cacheName: name, ignoreVary: true }).catch(() => undefined);
}

/** Writes what belongs to a session and its viewer, unless either has gone meanwhile. No server may be
 * waited for in there: as long as one is, the caches of a session that has ended stay. */
export async function writePrivately(
  name: string | null,
  write: (cache: Cache) => Promise<void>,
): Promise<void> {
  await navigator.locks.request(names.privateLock, { mode: "shared" }, async () => {
    if (name !== null && (await caches.has(name))) await write(await caches.open(name));
  });
}
