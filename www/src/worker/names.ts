// What the page and its worker have agreed on: what caches are called, and what
// they tell each other. Caches belong to the path below which the app lies, since
// others may share its origin; what a person has seen belongs to his session, and in
// it to the profile that watches: its caches bear who that is, so that an answer which
// comes after another profile has taken over finds no place.

/** A session's number, and who watches in it, as they may stand in a name. */
const SESSION = /^[A-Za-z0-9_-]{1,64}$/;

/** Pictures that a session was shown, and answers that it was given. */
export type Kind = "pictures" | "known";

export interface Names {
  /** What a build consists of. */
  shell: (build: string) => string;
  isShell: (name: string) => boolean;
  /** What all names of a session's caches of a kind begin with; null when it is none. */
  ofSession: (kind: Kind, session: string) => string | null;
  /** The one in which things are kept for who watches; null when there is none. */
  ofViewer: (kind: Kind, session: string, viewer: string) => string | null;
  isPrivate: (name: string) => boolean;
  /** The lock under which private caches are written, shared, or taken away. */
  privateLock: string;
  /** The lock that each page of a build holds as long as it is there; a page knows
   * its build by the name of its script. */
  buildLock: (entry: string) => string;
}

export function namesOf(base: string): Names {
  const ofSession = (kind: Kind, session: string): string | null =>
    SESSION.test(session) ? `${base}${kind}-${session}~` : null;
  return {
    shell: (build) => `${base}shell-${build}`,
    isShell: (name) => name.startsWith(`${base}shell-`),
    ofSession,
    ofViewer: (kind, session, viewer) => {
      const begin = ofSession(kind, session);
      return begin !== null && SESSION.test(viewer) ? begin + viewer : null;
    },
    isPrivate: (name) => name.startsWith(`${base}pictures-`) || name.startsWith(`${base}known-`),
    privateLock: `${base}private`,
    buildLock: (entry) => `${base}build-${entry}`,
  };
}

/** What a page tells its worker. */
export type Message =
  /** A page of this build is there, or another one has gone. */
  | { kind: "tidy" }
  /** Be the worker from now on. */
  | { kind: "renew" }
  /** The page was shown these before there was a worker. */
  | { kind: "take"; session: string; urls: string[] };
