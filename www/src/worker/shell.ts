// The page and its files, kept for each build. The page comes from here at once
// and together with the files that belong to it; a build that is no longer the
// newest is kept as long as a page of it is open, for what that loads later.
import { build, names, scope } from "./scope.ts";

const ANY = { ignoreVary: true, ignoreSearch: true };

/** Whether it is the page that belongs to these files: while a server is being
 * renewed it could be another. */
async function isOurs(response: Response): Promise<boolean> {
  return response.ok && (await response.clone().text()).includes(`/${build.entry}"`);
}

async function fetchPage(): Promise<Response> {
  const page = await fetch(scope, { cache: "no-cache" });
  if (!(await isOurs(page))) throw new Error("The server has another page by now.");
  return page;
}

/** Fetches all of this build. It is kept whole or not at all. */
export async function keepBuild(): Promise<void> {
  const name = names.shell(build.id);
  const cache = await caches.open(name);
  try {
    await cache.put(scope, await fetchPage());
    // Names under assets/ change with what is in them, the others do not.
    await cache.addAll(
      build.files.map(
        (file) =>
          new Request(new URL(file, scope), {
            cache: file.startsWith("assets/") ? "default" : "no-cache",
          }),
      ),
    );
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
}

/** Takes away the builds of which no page is left. */
export async function tidy(): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const used = new Set(held.map((lock) => lock.name));
  for (const name of await caches.keys()) {
    if (!names.isShell(name) || name === names.shell(build.id)) continue;
    const [entry = ""] = name.slice(names.shell("").length).split("~");
    if (!used.has(names.buildLock(entry))) await caches.delete(name);
  }
}

export function isOwnFile(path: string): boolean {
  return path.startsWith("assets/") || build.files.includes(path);
}

/** Whether it is an address of the app's own, and not of a file or of the API. */
export function isPage(path: string): boolean {
  return !/^(api|assets|trust)\//.test(path) && path !== "health" && !/\.[^/]*$/.test(path);
}

/** The page; asked for besides, as what the server says with it may change. */
export async function page(wait: (work: Promise<unknown>) => void): Promise<Response> {
  const cache = await caches.open(names.shell(build.id));
  const kept = await cache.match(scope, ANY);
  if (kept === undefined) return fetch(scope);
  wait(
    fetchPage().then(
      (fresh) => cache.put(scope, fresh),
      () => undefined,
    ),
  );
  return kept;
}

/** A file of this build or of one that is still in use. Looks into caches without
 * opening them: one that goes meanwhile would be made anew. */
export async function file(request: Request): Promise<Response> {
  const look = (name: string): Promise<Response | undefined> =>
    caches.match(request, { ...ANY, cacheName: name });
  const own = await look(names.shell(build.id));
  if (own !== undefined) return own;
  for (const name of await caches.keys()) {
    const other = names.isShell(name) ? await look(name) : undefined;
    if (other !== undefined) return other;
  }
  return fetch(request);
}
