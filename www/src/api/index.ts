// Every call that the app makes, typed by the contract.
import { signal } from "@preact/signals";
import { call } from "./call.ts";
import type { Answer, Manner, PathOf } from "./contract.ts";
import { hush } from "./events.ts";
import type { components } from "./schema.d.ts";
import { setSession } from "./session.ts";

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
  /** The further steps are offered again until they are ended. */
  create: (body: { email: string; password: string; displayName?: string; code?: string }) =>
    call("POST", "/api/auth/setup", { body: { ...body, steps: true } }),
  end: () => settings.change([{ name: "setup.open", value: null }]),
};

/** Who is here is an administrator; null while that is not known. */
export const isAdmin = signal<boolean | null>(null);

export const auth = {
  async signIn(email: string, password: string): Promise<User> {
    const answer = await call("POST", "/api/auth/login", {
      body: { email, password },
    });
    // Tokens in the body are for programs.
    if ("session" in answer) setSession(answer.session);
    return answer.user;
  },
  signOut(session: string) {
    hush(session);
    return call("POST", "/api/auth/logout/{session}", { path: { session } });
  },
  async me(): Promise<Me> {
    const me = await call("GET", "/api/me");
    isAdmin.value = me.role === "admin";
    return me;
  },
  /** Waits until isAdmin is known, or cannot be. */
  async knowRole(): Promise<void> {
    if (isAdmin.peek() === null) await auth.me().catch(() => undefined);
  },
  update: (body: Partial<Pick<Me, "displayName" | "email" | "language" | "preferences">>) =>
    call("PATCH", "/api/me", { body }),
};

export const operation = {
  status: () => call("GET", "/api/status"),
  health: () => call("GET", "/api/health"),
};

export const catalogue = {
  lists: () => call("GET", "/api/lists"),
  list: (slug: string, cursor?: string, signal?: AbortSignal) =>
    call("GET", "/api/lists/{slug}", { path: { slug }, query: { cursor, pageSize: 24 }, signal }),
  movie: (movie: number) =>
    call("GET", "/api/movies/{movie}", { path: { movie }, query: { includeSources: true } }),
  show: (show: number) => call("GET", "/api/shows/{show}", { path: { show } }),
  episode: (show: number, season: number, episode: number) =>
    call("GET", "/api/shows/{show}/seasons/{season}/episodes/{episode}", {
      path: { show, season, episode },
      query: { includeSources: true },
    }),
  /** Why it played from where it did; for administrators. */
  choice: ({ titleId, season, episode }: What) =>
    call("GET", "/api/titles/{titleId}/choice", {
      path: { titleId },
      query: { season, episode },
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
  /** `except`: sources that did not play; the next best one is wanted, and rather
   * one with these codecs. */
  start: (what: What, except: number[] = [], codecs?: string[]) =>
    call("POST", "/api/play/start", {
      body: { ...what, codecs, except: except.length > 0 ? except : undefined },
    }),
  renew: (streamingKey: string) => call("POST", "/api/play/renew", { body: { streamingKey } }),
  state: (streamingKey: string) => call("POST", "/api/play/state", { body: { streamingKey } }),
  beat(body: Beat, options: Manner = {}): Promise<void> {
    const sent = call("POST", "/api/play/heartbeat", { ...options, body });
    lastBeat = sent.catch(() => undefined);
    return sent;
  },
  /** Waits a moment for the last position to be taken: who comes out of the
   * player would be shown the one before. */
  beaten: (): Promise<unknown> =>
    Promise.race([lastBeat, new Promise((done) => setTimeout(done, BEAT_WAIT_MS))]),
  intent: (titleId: string, kind: "hover" | "focus" | "open" | "continue") =>
    call("POST", "/api/ui/intent", { body: { titleId, kind } }),
};

/** Where somebody is in a film or an episode, as it is set. */
export type Place = Pick<Progress, "progress" | "status"> & Partial<Pick<Progress, "position">>;

export const places = {
  set({ titleId, season, episode }: What, place: Place) {
    const [kind, id] = titleId.split("-");
    const what =
      kind === "movie"
        ? { type: "movie" as const, movieId: Number(id) }
        : { type: "episode" as const, showId: Number(id), season, episode };
    return call("POST", "/api/progress", { body: { ...what, ...place } });
  },
  forget: ({ titleId, season, episode }: What) =>
    call("DELETE", "/api/progress/{titleId}", { path: { titleId }, query: { season, episode } }),
  /** In the row of what one goes on with, or not. */
  hide: (titleId: string, isHidden: boolean) =>
    call("POST", "/api/progress/hide", { body: { titleId, isHidden } }),
};

export const library = {
  folders: () => call("GET", "/api/library/folders"),
  add: (path: string) => call("POST", "/api/library/folders", { body: { path } }),
  remove: (folder: number) => call("DELETE", "/api/library/folders/{folder}", { path: { folder } }),
  browse: (path?: string) => call("GET", "/api/library/browse", { query: { path } }),
  scan: () => call("POST", "/api/library/scan", { body: {} }),
  files: (state?: LibraryFile["state"], cursor?: string) =>
    call("GET", "/api/library/files", { query: { state, cursor, pageSize: 50 } }),
};

export const settings = {
  list: () => call("GET", "/api/config"),
  change: (changes: { name: string; value: Setting["value"] }[]) =>
    call("PUT", "/api/config", { body: { settings: changes } }),
};

/** A torrent by its magnet link, or by its file in base64. */
export type NewDownload = { magnet: string } | { torrent: string; title?: string };

export interface DownloadChange {
  paused?: boolean;
  pinned?: boolean;
  upLimit?: number;
  downLimit?: number;
  ratioLimit?: number;
  fileIndex?: number;
  season?: number;
  episode?: number;
  recheck?: boolean;
}

export const downloads = {
  list: () => call("GET", "/api/downloads"),
  show: (download: number) => call("GET", "/api/downloads/{download}", { path: { download } }),
  add: (body: NewDownload) => call("POST", "/api/downloads", { body }),
  share: (body: What) => call("POST", "/api/downloads/share", { body }),
  change: (download: number, body: DownloadChange) =>
    call("PATCH", "/api/downloads/{download}", { path: { download }, body }),
  remove: (download: number, erase: boolean) =>
    call("DELETE", "/api/downloads/{download}", { path: { download }, query: { erase } }),
  films: () => call("GET", "/api/downloads/films"),
  addFilm: (name: string) => call("POST", "/api/downloads/films", { body: { name } }),
  export: (download: number) =>
    call("GET", "/api/downloads/{download}/export", { path: { download } }),
};

export const storage = {
  show: () => call("GET", "/api/storage"),
  evict: (download: number) => call("DELETE", "/api/storage/{download}", { path: { download } }),
};
