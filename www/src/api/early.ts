// What the screen at this address asks first is asked before the scripts of the app
// are here: askEarly is called by a small script of its own (app/early.ts), and the
// client takes the answers over. Each is taken once, for the session that asked.
import { address, LIST_PAGE, storedSession } from "./base.ts";

/** An answer that nobody wanted for so long is asked for anew. */
const FRESH_MS = 10_000;

interface Asked {
  session: string | null;
  answer: Promise<Response>;
  /** When it came. */
  since: number | null;
}

const asked = new Map<string, Asked>();

function ask(path: string, session: string | null): Asked {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (session !== null) headers["X-Session-Id"] = session;
  const url = address(`api/${path}`);
  const answer = fetch(url, { headers });
  const one: Asked = { session, answer, since: null };
  asked.set(url, one);
  const note = (): void => {
    one.since = performance.now();
  };
  answer.then(note, note);
  return one;
}

const page = (slug: string): string => `lists/${slug}?pageSize=${LIST_PAGE}`;

/** The rows of home, unless the app is here by then and asks for them. */
async function askRows(lists: Asked): Promise<void> {
  const rows = await (await lists.answer).clone().json();
  if ([...asked.values()].includes(lists))
    for (const { slug } of rows) ask(page(slug), lists.session);
}

/** What the screen at a path below the app's own asks, whoever is signed in. */
function askScreen(path: string, session: string): void {
  const [, kind, id = ""] = /^(movie|show|list)\/([\w-]+)$/.exec(path) ?? [];
  if (kind === "movie") ask(`movies/${id}?includeSources=true`, session);
  if (kind === "show") ask(`shows/${id}`, session);
  if (kind === "list") ask(page(id), session);
  if (kind !== "list" && path !== "") return;
  const lists = ask("lists", session);
  if (path === "") askRows(lists).catch(() => undefined);
}

/** The screen's own files, by their places among those that the page names
 * (plugins/early.ts). */
function fetchScreen(name: string): void {
  const { files, [name]: places } =
    document.querySelector<HTMLElement>("[data-files]")?.dataset ?? {};
  for (const place of places?.split(" ") ?? []) {
    const file = files?.split(" ")[Number(place)] ?? "";
    const link = document.createElement("link");
    const isStyle = file.endsWith(".css");
    link.rel = isStyle ? "preload" : "modulepreload";
    if (isStyle) link.as = "style";
    link.crossOrigin = "";
    link.href = `./assets/${file}`;
    document.head.append(link);
  }
}

export function askEarly(): void {
  const session = storedSession();
  ask("auth/setup", session);
  if (session === null) {
    fetchScreen("signin");
    return;
  }
  ask("me", session);
  const path = location.pathname.slice(new URL(document.baseURI).pathname.length);
  askScreen(path, session);
  fetchScreen(path.split("/")[0] ?? "");
}

/** The answer to what was asked early, once; null when it was not, or long ago. */
export function takeEarly(url: string, session: string | null): Promise<Response> | null {
  const found = asked.get(url);
  asked.delete(url);
  if (found === undefined || found.session !== session) return null;
  const isFresh = found.since === null || performance.now() - found.since < FRESH_MS;
  return isFresh ? found.answer : null;
}

/** Something else than this screen is shown first: what was asked is stale. */
export const forgetEarly = (): void => asked.clear();
