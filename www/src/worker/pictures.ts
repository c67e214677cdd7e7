// Pictures of titles, which never change under one address. Which of them somebody
// was shown tells what he looked at, so they are kept for his session alone and
// without its number; as many as there is room for, those that were used last.
import { found, placeOf, scope, writePrivately } from "./scope.ts";
import { type Shelf, shelfOf, use } from "./shelf.ts";

const LIMITS = { things: 400, bytes: 48 * 1024 * 1024 };

const INDEX = new URL("kept/pictures", scope).toString();

export function isPicture(path: string): boolean {
  return path.startsWith("api/images/");
}

/** Its address without the session that may see it. */
function keyOf(url: URL): string {
  const key = new URL(url);
  key.searchParams.delete("session");
  return key.toString();
}

async function readShelf(cache: Cache): Promise<Shelf> {
  const index = await cache.match(INDEX);
  return shelfOf(await index?.json().catch(() => null));
}

interface Use {
  /** Whose it is: the name of their cache. */
  place: string | null;
  key: string;
  /** The picture, when it was fetched now. */
  fresh: Response | null;
}

async function noteOne(cache: Cache, shelf: Shelf, { key, fresh }: Use): Promise<void> {
  const known = shelf.find(([other]) => other === key)?.[1];
  const bytes = fresh === null ? known : (await fresh.clone().blob()).size;
  if (bytes === undefined) return;
  const gone = use(shelf, key, bytes, LIMITS);
  for (const other of gone) await cache.delete(other);
  if (fresh !== null && shelf.some(([other]) => other === key)) await cache.put(key, fresh);
}

// One round after the other, or the second would forget what the first has noted;
// a round notes all that has gathered meanwhile.
let waiting: Use[] = [];
let last: Promise<void> = Promise.resolve();

async function noteWaiting(): Promise<void> {
  const uses = waiting;
  waiting = [];
  for (const place of new Set(uses.map((one) => one.place)))
    await writePrivately(place, async (cache) => {
      const shelf = await readShelf(cache);
      for (const one of uses) if (one.place === place) await noteOne(cache, shelf, one);
      await cache.put(INDEX, new Response(JSON.stringify(shelf)));
    });
}

async function note(place: string | null, key: string, answer: Response | null): Promise<void> {
  // All of it, before there is a turn to write it.
  const fresh = answer && new Response(await answer.blob(), { headers: answer.headers });
  waiting.push({ place, key, fresh });
  last = last.then(noteWaiting).catch(() => undefined);
  return last;
}

function mayBeKept(response: Response): boolean {
  return (
    response.status === 200 &&
    (response.headers.get("Content-Type") ?? "").startsWith("image/") &&
    !/no-store/.test(response.headers.get("Cache-Control") ?? "")
  );
}

export async function picture(
  request: Request,
  wait: (work: Promise<unknown>) => void,
): Promise<Response> {
  const url = new URL(request.url);
  const session = url.searchParams.get("session");
  if (session === null) return fetch(request);
  const key = keyOf(url);
  const place = await placeOf("pictures", session);
  const kept = await found(place, key);
  if (kept !== undefined) {
    wait(note(place, key, null));
    return kept;
  }
  const fresh = await fetch(request);
  if (mayBeKept(fresh)) wait(note(place, key, fresh.clone()));
  return fresh;
}
