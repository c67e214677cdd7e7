// The last answers about titles and lists, and who asks: what the app needs to show
// something when the server is silent. Kept for the session and the profile that were
// given them; the page takes them away when either goes. The server is always asked first.
import { isSilent } from "../lib/silent.ts";
import { found, placeOf, writePrivately } from "./scope.ts";

export const KEPT =
  /^api\/(auth\/setup|me|lists(\/[\w-]+)?|(movies|shows)\/\d+|shows\/\d+\/seasons\/\d+\/episodes\/\d+)$/;

/** Of an answer that was kept: when it was given. api/client.ts looks for it. */
const KEPT_HEADER = "X-Kept";
/** Answers at most; a list is one for each of its pages. */
const MAX = 200;
/** A server that says nothing for so long is none for now. */
const PATIENCE_MS = 10_000;

export function isKnown(request: Request, path: string): boolean {
  return KEPT.test(path) && request.headers.has("X-Session-Id");
}

async function keep(place: string | null, url: string, fresh: Response): Promise<void> {
  const headers = {
    "Content-Type": fresh.headers.get("Content-Type") ?? "application/json",
    [KEPT_HEADER]: new Date().toISOString(),
  };
  const body = await fresh.blob();
  await writePrivately(place, async (cache) => {
    // Put anew it is the newest: a cache lists what it holds in that order.
    await cache.delete(url);
    await cache.put(url, new Response(body, { headers }));
    const [oldest, ...others] = await cache.keys();
    if (oldest !== undefined && others.length >= MAX) await cache.delete(oldest);
  });
}

export async function answer(
  request: Request,
  wait: (work: Promise<unknown>) => void,
): Promise<Response> {
  const session = request.headers.get("X-Session-Id") ?? "";
  const place = await placeOf("known", session);
  const asked = fetch(request).then((fresh) => {
    if (fresh.status === 200) wait(keep(place, request.url, fresh.clone()));
    return fresh;
  });
  // The worker stays until the server has answered, or has not.
  wait(asked.catch(() => undefined));
  const kept = async (): Promise<Response | undefined> =>
    found(await placeOf("known", session), request.url);
  const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  try {
    const fresh = await Promise.race([asked, late]);
    if (fresh !== null && !isSilent(fresh)) return fresh;
  } catch (error) {
    const known = await kept();
    if (known === undefined) throw error;
    return known;
  }
  return (await kept()) ?? asked;
}

/** Asks once more for what a page was given before there was a worker. */
export async function take(session: string, url: string): Promise<void> {
  const place = await placeOf("known", session);
  const response = await fetch(url, { headers: { "X-Session-Id": session } });
  if (response.status === 200) await keep(place, url, response);
}
