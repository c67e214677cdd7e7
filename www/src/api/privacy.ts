// What the service worker keeps for a session (worker/known.ts, worker/pictures.ts),
// taken away: with the session, and when another profile watches in it.
import { href } from "../lib/router.ts";
import { namesOf } from "../worker/names.ts";
import { sessionId, viewer } from "./session.ts";

const names = namesOf(href("/"));

/** Only where browsers keep something; elsewhere there is nothing to take away. */
const canKeep = (): boolean => "caches" in globalThis && "locks" in navigator;

/** Only private caches of this session and this viewer stay, or of whoever watches in
 * it while that is not known; they are made unless the session or the viewer has gone.
 * True when they were made now. */
export async function keepOnly(session: string | null, who: string | null): Promise<boolean> {
  if (!canKeep()) return false;
  const isOurs = (name: string): boolean =>
    session !== null &&
    (["pictures", "known"] as const).some((kind) =>
      who === null
        ? name.startsWith(names.ofSession(kind, session) ?? "\n")
        : name === names.ofViewer(kind, session, who),
    );
  return navigator.locks.request(names.privateLock, async () => {
    for (const name of await caches.keys())
      if (names.isPrivate(name) && !isOurs(name)) await caches.delete(name);
    if (session === null || who === null) return false;
    if (session !== sessionId.peek() || who !== viewer.peek()) return false;
    const known = names.ofViewer("known", session, who);
    const pictures = names.ofViewer("pictures", session, who);
    if (known === null || pictures === null) return false;
    const isNew = !(await caches.has(known));
    for (const name of [pictures, known]) await caches.open(name);
    return isNew;
  });
}

/** Nothing that anybody was shown stays. */
export async function keepNothing(): Promise<void> {
  await keepOnly(null, null);
}
