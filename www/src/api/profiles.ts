// Who may watch in this browser: the people who are signed in in it, each with their
// profiles, and how one goes on as somebody else.
import { href } from "../lib/router.ts";
import { call } from "./call.ts";
import { ApiError, sessionId, setSession } from "./client.ts";
import { auth, type Profile, type User, viewerOf } from "./index.ts";
import { keepNothing } from "./privacy.ts";
import { CHOSEN, chosen, OTHERS, store, VIEWER } from "./session.ts";

export interface Person {
  session: string;
  user: User;
  /** The profile that watches in their session. */
  current: string;
  profiles: Profile[];
}

export type Proof = { pin?: string; password?: string };

/** How a profile looks, and what it may see. */
export interface ProfileChange {
  name?: string;
  avatar?: Profile["avatar"];
  colour?: Profile["colour"];
  language?: string;
  isLimited?: boolean;
  maturityLimit?: number;
  allowsUnrated?: boolean;
  pin?: string;
}

const isOwn = (session: string): boolean => session === sessionId.peek();
/** What names a session in a call; nothing for the one that calls anyway. */
const by = (session: string) => (isOwn(session) ? {} : { session });

/** Asks in another session, whose access token may have run out. */
async function within<T>(session: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isOwn(session) || !(error instanceof ApiError) || error.status !== 401) throw error;
    await call("POST", "/api/auth/refresh/{session}", { path: { session } });
    return ask();
  }
}

async function personOf(session: string, user: User): Promise<Person | null> {
  try {
    const known = await within(session, () => call("GET", "/api/me/profiles", by(session)));
    return { session, user, ...known };
  } catch (error) {
    // Who has been signed out meanwhile is nobody.
    if (!isOwn(session) && error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Everybody who is signed in in this browser, who asks first. */
export async function people(): Promise<Person[]> {
  const own = sessionId.peek();
  const all = await call("GET", "/api/auth/sessions");
  if (own !== null && !all.some(({ session }) => session === own))
    all.push({ session: own, user: await auth.me() });
  // Who has signed in twice is one person.
  const rank = ({ session }: { session: string }): number => (session === own ? 0 : 1);
  const seen = new Set<string>();
  const each = all
    .sort((a, b) => rank(a) - rank(b) || (a.user.id < b.user.id ? -1 : 1))
    .filter(({ user }) => !seen.has(user.id) && seen.add(user.id));
  const known = await Promise.all(each.map(({ session, user }) => personOf(session, user)));
  const found = known.filter((person) => person !== null);
  store(OTHERS, found.length > 1 ? "1" : null);
  return found;
}

/** Goes on as a profile, with what proves that one may. Where somebody else watched
 * before, the page begins anew: nothing of theirs stays in it, nor in the browser. */
export async function watchAs(person: Person, profile: Profile, proof: Proof): Promise<void> {
  const { session } = person;
  const isSame = isOwn(session) && profile.id === person.current;
  if (!isSame) await keepNothing();
  if (profile.id !== person.current || proof.pin !== undefined || proof.password !== undefined)
    await within(session, () =>
      call("POST", "/api/me/profiles/{profile}/use", {
        path: { profile: profile.id },
        body: proof,
        ...by(session),
      }),
    );
  choose(session);
  if (isSame) return;
  // A page that the browser has laid aside is not taken up again.
  addEventListener("pageshow", ({ persisted }) => persisted && location.replace(href("/")));
  if (!isOwn(session)) setSession(session, person.user.id);
  // The other tabs hear of it.
  store(VIEWER, viewerOf(profile));
  // A code that was scanned is not lost by saying who one is.
  const isLink = location.pathname === new URL(href("/link"), location.origin).pathname;
  location.replace(isLink ? location.href : href("/"));
}

/** Whoever of this browser is still signed in is asked who is watching; when that is
 * nobody the door is shown. */
export async function leaveTo(ended: string | null): Promise<void> {
  const others = await call("GET", "/api/auth/sessions").catch(() => []);
  const next = others.find(({ session }) => session !== ended);
  await keepNothing();
  setSession(next?.session ?? null, next?.user.id);
}

/** In this tab it is said. */
function choose(session: string): void {
  chosen.value = session;
  try {
    sessionStorage.setItem(CHOSEN, session);
  } catch {
    // It is asked again when the page is loaded anew.
  }
}

export const profiles = {
  list: () => call("GET", "/api/me/profiles"),
  add: (body: ProfileChange & { name: string }) => call("POST", "/api/me/profiles", { body }),
  change: (profile: string, body: ProfileChange & { currentPin?: string; password?: string }) =>
    call("PATCH", "/api/me/profiles/{profile}", { path: { profile }, body }),
  remove: (profile: string, body: Proof) =>
    call("DELETE", "/api/me/profiles/{profile}", { path: { profile }, body }),
};
