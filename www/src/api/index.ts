// Every call that the app makes, typed by the contract.
import { signal } from "@preact/signals";
import { call, type Options, setSession } from "./client.ts";
import type { components, paths } from "./schema.d.ts";

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

type Ok<T> = T extends { responses: { 200: { content: { "application/json": infer Body } } } }
  ? Body
  : never;
type Get<P extends keyof paths> = paths[P] extends { get: infer O } ? Ok<O> : never;
export type List = Get<"/api/lists">[number];
export type ListPage = Get<"/api/lists/{slug}">;
export type Browse = Get<"/api/library/browse">;
export type FilePage = Get<"/api/library/files">;

export const setup = {
  state: () => call<Get<"/api/auth/setup">>("GET", "api/auth/setup"),
  /** The further steps are offered again until they are ended. */
  create: (body: { email: string; password: string; displayName?: string; code?: string }) =>
    call<User>("POST", "api/auth/setup", { body: { ...body, steps: true } }),
  end: () => settings.change([{ name: "setup.open", value: null }]),
};

/** Who is here is an administrator; null while that is not known. */
export const isAdmin = signal<boolean | null>(null);

export const auth = {
  async signIn(email: string, password: string): Promise<User> {
    const answer = await call<Schemas["CookieSession"]>("POST", "api/auth/login", {
      body: { email, password },
    });
    setSession(answer.session);
    return answer.user;
  },
  signOut: (session: string) => call<unknown>("POST", `api/auth/logout/${session}`),
  async me(): Promise<Me> {
    const me = await call<Me>("GET", "api/me");
    isAdmin.value = me.role === "admin";
    return me;
  },
  /** Waits until isAdmin is known, or cannot be. */
  async knowRole(): Promise<void> {
    if (isAdmin.peek() === null) await auth.me().catch(() => undefined);
  },
  update: (body: Partial<Pick<Me, "displayName" | "email" | "language" | "preferences">>) =>
    call<Me>("PATCH", "api/me", { body }),
};

export const operation = {
  status: () => call<Status>("GET", "api/status"),
  health: () => call<unknown>("GET", "api/health"),
};

export const catalogue = {
  lists: () => call<List[]>("GET", "api/lists"),
  list: (slug: string, cursor?: string, signal?: AbortSignal) =>
    call<ListPage>("GET", `api/lists/${slug}`, { query: { cursor, pageSize: 24 }, signal }),
  movie: (id: number) =>
    call<Movie>("GET", `api/movies/${id}`, { query: { includeSources: true } }),
  show: (id: number) => call<Show>("GET", `api/shows/${id}`),
  episode: (show: number, season: number, episode: number) =>
    call<EpisodeDetail>("GET", `api/shows/${show}/seasons/${season}/episodes/${episode}`),
  /** Why it played from where it did; for administrators. */
  choice: ({ titleId, season, episode }: What) =>
    call<{ choice: SourceChoice | null }>("GET", `api/titles/${titleId}/choice`, {
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
  /** `except`: sources that did not play; the next best one is wanted. */
  start: (what: What, except: number[] = []) =>
    call<Play>("POST", "api/play/start", { body: except.length > 0 ? { ...what, except } : what }),
  renew: (streamingKey: string) =>
    call<{ expiresAt: string }>("POST", "api/play/renew", { body: { streamingKey } }),
  state: (streamingKey: string) =>
    call<PlayState>("POST", "api/play/state", { body: { streamingKey } }),
  beat(body: Beat, options: Options = {}): Promise<void> {
    const sent = call<void>("POST", "api/play/heartbeat", { ...options, body });
    lastBeat = sent.catch(() => undefined);
    return sent;
  },
  /** Waits a moment for the last position to be taken: who comes out of the
   * player would be shown the one before. */
  beaten: (): Promise<unknown> =>
    Promise.race([lastBeat, new Promise((done) => setTimeout(done, BEAT_WAIT_MS))]),
  intent: (titleId: string, kind: "hover" | "focus" | "open" | "continue") =>
    call<void>("POST", "api/ui/intent", { body: { titleId, kind } }),
};

export const library = {
  folders: () => call<{ folders: Folder[]; scan: Scan }>("GET", "api/library/folders"),
  add: (path: string) => call<Folder>("POST", "api/library/folders", { body: { path } }),
  remove: (id: number) => call<void>("DELETE", `api/library/folders/${id}`),
  browse: (path?: string) => call<Browse>("GET", "api/library/browse", { query: { path } }),
  scan: () => call<Scan>("POST", "api/library/scan", { body: {} }),
  files: (state?: string, cursor?: string) =>
    call<FilePage>("GET", "api/library/files", { query: { state, cursor, pageSize: 50 } }),
};

export const settings = {
  list: () => call<{ settings: Setting[] }>("GET", "api/config"),
  change: (changes: { name: string; value: Setting["value"] }[]) =>
    call<{ settings: Setting[] }>("PUT", "api/config", { body: { settings: changes } }),
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
  list: () => call<{ downloads: Download[] }>("GET", "api/downloads"),
  show: (id: number) => call<DownloadDetail>("GET", `api/downloads/${id}`),
  add: (body: NewDownload) =>
    call<{ id: number; known: boolean }>("POST", "api/downloads", { body }),
  share: (body: What) =>
    call<{ id: number; known: boolean }>("POST", "api/downloads/share", { body }),
  change: (id: number, body: DownloadChange) =>
    call<Download>("PATCH", `api/downloads/${id}`, { body }),
  remove: (id: number, erase: boolean) =>
    call<void>("DELETE", `api/downloads/${id}`, { query: { erase } }),
  films: () => call<{ films: OpenFilm[] }>("GET", "api/downloads/films"),
  addFilm: (name: string) =>
    call<{ id: number; known: boolean }>("POST", "api/downloads/films", { body: { name } }),
  export: (id: number) =>
    call<{ torrent: string; magnet: string }>("GET", `api/downloads/${id}/export`),
};

export const storage = {
  show: () => call<Storage>("GET", "api/storage"),
  evict: (id: number) => call<{ freed: number }>("DELETE", `api/storage/${id}`),
};
