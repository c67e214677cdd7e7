// What the page and its worker have agreed on: what caches are called, and what
// they tell each other. Caches belong to the path below which the app lies, since
// others may share its origin; what a person has seen belongs to his session.

/** A session's number, as it may stand in a name. */
const SESSION = /^[A-Za-z0-9_-]{1,64}$/;

export interface Names {
  /** What a build consists of. */
  shell: (build: string) => string;
  isShell: (name: string) => boolean;
  /** Pictures that a session was shown; null when it is none. */
  pictures: (session: string) => string | null;
  /** Answers that a session was given; null when it is none. */
  known: (session: string) => string | null;
  isPrivate: (name: string) => boolean;
  /** The lock under which private caches are written, shared, or taken away. */
  privateLock: string;
  /** The lock that each page of a build holds as long as it is there; a page knows
   * its build by the name of its script. */
  buildLock: (entry: string) => string;
}

export function namesOf(base: string): Names {
  const own = (kind: string) => (session: string) =>
    SESSION.test(session) ? `${base}${kind}-${session}` : null;
  return {
    shell: (build) => `${base}shell-${build}`,
    isShell: (name) => name.startsWith(`${base}shell-`),
    pictures: own("pictures"),
    known: own("known"),
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
