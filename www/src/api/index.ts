// The calls that the first screens make, typed by the contract, and the shapes of
// all answers. What only other screens need is in admin.ts and places.ts.
import { signal } from "@preact/signals";
import { LIST_PAGE } from "./base.ts";
import { call } from "./call.ts";
import type { Answer, Manner, PathOf } from "./contract.ts";
import { hush } from "./events.ts";
import type { components } from "./schema.d.ts";
import { isEnded, person, sessionId, setSession, viewer } from "./session.ts";

type Schemas = components["schemas"];
export type Movie = Schemas["Movie"];
export type Show = Schemas["Show"];
export type Season = Schemas["Season"];
export type Episode = Schemas["Episode"];
export type EpisodeDetail = Schemas["EpisodeDetail"];
export type EpisodeRef = Schemas["EpisodeRef"];
export type Item = Schemas["MovieItem"] | Schemas["ShowItem"];
export type Media = Schemas["Media"];
export type Play = Schemas["Play"];
export type Progress = Schemas["Progress"];
export type Setting = Schemas["Setting"];
export type Me = Schemas["Me"];
export type Profile = Schemas["Profile"];
export type User = Schemas["User"];
export type Folder = Schemas["Folder"];
export type Scan = Schemas["Scan"];
export type LibraryFile = Schemas["File"];
export type LibraryEvent = Schemas["LibraryEvent"];
export type Download = Schemas["Download"];
export type OpenFilm = Schemas["OpenFilm"];
export type DownloadDetail = Schemas["DownloadDetail"];
export type DownloadEvent = Schemas["DownloadEvent"];
export type Storage = Schemas["Storage"];
export type Status = Schemas["Status"];
export type Address = NonNullable<Status["addresses"]>[number];
export type PlayState = Schemas["PlayState"];
export type SourceChoice = Schemas["SourceChoice"];

type Get<P extends PathOf<"GET">> = Answer<"GET", P>;
export type List = Get<"/api/lists">[number];
export type ListPage = Get<"/api/lists/{slug}">;
export type Browse = Get<"/api/library/browse">;
export type FilePage = Get<"/api/library/files">;

export const setup = {
  state: () => call("GET", "/api/auth/setup"),
};

/** Who is here is an administrator; null while that is not known. */
export const isAdmin = signal<boolean | null>(null);

/** Who watches, as it may stand in a cache's name. */
export const viewerOf = (profile: Profile): string =>
  [profile.id, profile.maturityLimit, +profile.allowsUnrated].join("_");

let asking: { session: string | null; answer: Promise<Me> } | null = null;

async function askMe(session: string | null): Promise<Me> {
  const me = await call("GET", "/api/me");
  // Somebody else may be here by now.
  if (sessionId.peek() !== session) return me;
  isAdmin.value = me.role === "admin";
  person.value = me.id;
  viewer.value = viewerOf(me.profile);
  return me;
}

/** Takes over what a sign-in of whatever kind has given. */
export function enter(answer: Answer<"POST", "/api/auth/login">): User {
  // Tokens in the body are for programs.
  if (!("session" in answer)) return answer.user;
  const { id } = answer.user;
  const isOther = isEnded.peek() && person.peek() !== id;
  setSession(answer.session, id, isEnded.peek() && !isOther);
  person.value = id;
  // Nothing of the page is theirs.
  if (isOther) location.assign(document.baseURI);
  return answer.user;
}

export const auth = {
  signIn: async (email: string, password: string): Promise<User> =>
    enter(await call("POST", "/api/auth/login", { body: { email, password } })),
  signOut(session: string) {
    hush(session);
    return call("POST", "/api/auth/logout/{session}", { path: { session } });
  },
  /** Several who want to know it at the same time ask once. */
  me(): Promise<Me> {
    const session = sessionId.peek();
    if (asking?.session === session) return asking.answer;
    const mine = { session, answer: askMe(session) };
    const end = (): void => {
      if (asking === mine) asking = null;
    };
    mine.answer.then(end, end);
    asking = mine;
    return mine.answer;
  },
  /** Waits until isAdmin is known, or cannot be. */
  async knowRole(): Promise<void> {
    if (isAdmin.peek() === null) await auth.me().catch(() => undefined);
  },
  update: (body: Partial<Pick<Me, "displayName" | "email" | "language" | "preferences">>) =>
    call("PATCH", "/api/me", { body }),
};

export const operation = {
  health: () => call("GET", "/api/health"),
};

export const catalogue = {
  lists: () => call("GET", "/api/lists"),
  list: (slug: string, cursor?: string) =>
    call("GET", "/api/lists/{slug}", {
      path: { slug },
      query: { cursor, pageSize: LIST_PAGE },
    }),
  movie: (movie: number) =>
    call("GET", "/api/movies/{movie}", { path: { movie }, query: { includeSources: true } }),
  show: (show: number) => call("GET", "/api/shows/{show}", { path: { show } }),
  episode: (show: number, season: number, episode: number) =>
    call("GET", "/api/shows/{show}/seasons/{season}/episodes/{episode}", {
      path: { show, season, episode },
      query: { includeSources: true },
    }),
};

export interface What {
  titleId: string;
  season?: number;
  episode?: number;
}

export interface Beat extends Partial<What> {
  streamingKey: string;
  position: number;
  duration?: number;
  state?: "playing" | "paused" | "stopped" | "ended";
}

const BEAT_WAIT_MS = 1000;
let lastBeat: Promise<unknown> = Promise.resolve();

export const play = {
  beat(body: Beat, options: Manner = {}): Promise<void> {
    const sent = call("POST", "/api/play/heartbeat", { ...options, body, isPassing: true });
    lastBeat = sent.catch(() => undefined);
    return sent;
  },
  /** Waits a moment for the last position to be taken: who comes out of the
   * player would be shown the one before. */
  beaten: (): Promise<unknown> =>
    Promise.race([lastBeat, new Promise((done) => setTimeout(done, BEAT_WAIT_MS))]),
  intent: (titleId: string, kind: "hover" | "focus" | "open" | "continue") =>
    call("POST", "/api/ui/intent", { body: { titleId, kind }, isPassing: true }),
};
