// The calls of the screens that look after the house.
import { call } from "./call.ts";
import type { Answer } from "./contract.ts";
import type { LibraryFile, Setting, What } from "./index.ts";

export const house = {
  /** Its first administrator. The further steps are offered again until they are ended. */
  found: (body: { email: string; password: string; displayName?: string; code?: string }) =>
    call("POST", "/api/auth/setup", { body: { ...body, steps: true } }),
  endSteps: () =>
    call("PUT", "/api/config", { body: { settings: [{ name: "setup.open", value: null }] } }),
  status: () => call("GET", "/api/status"),
  /** Why a title played from where it did. */
  choice: ({ titleId, season, episode }: What) =>
    call("GET", "/api/titles/{titleId}/choice", {
      path: { titleId },
      query: { season, episode },
    }),
  /** For whom a title is; null takes away what is known of it. */
  rate: (titleId: string, certification: string | null, minimumAge: number | null) =>
    call("PUT", "/api/titles/{titleId}/certification", {
      path: { titleId },
      body: {
        ...(certification === null ? {} : { certification }),
        ...(minimumAge === null ? {} : { minimumAge }),
      },
    }),
};

type AuditPage = Answer<"GET", "/api/audit">;
export type AuditEntry = AuditPage["items"][number];

export const audit = {
  list: (query: { actor?: string; event?: string; from?: string; to?: string; cursor?: string }) =>
    call("GET", "/api/audit", { query: { ...query, pageSize: 50 } }),
  /** Who may have done it. */
  people: () => call("GET", "/api/users", { query: { pageSize: 100 } }),
};

export const library = {
  folders: () => call("GET", "/api/library/folders"),
  add: (path: string) => call("POST", "/api/library/folders", { body: { path } }),
  remove: (folder: number, keepalive = false) =>
    call("DELETE", "/api/library/folders/{folder}", { path: { folder }, keepalive }),
  browse: (path?: string) => call("GET", "/api/library/browse", { query: { path } }),
  scan: () => call("POST", "/api/library/scan", { body: {} }),
  files: (state?: LibraryFile["state"], cursor?: string) =>
    call("GET", "/api/library/files", { query: { state, cursor, pageSize: 50 } }),
};

export const settings = {
  /** Whether OpenSubtitles takes the key. */
  testSubtitles: () => call("POST", "/api/config/opensubtitles/test"),
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
  remove: (download: number, erase: boolean, keepalive = false) =>
    call("DELETE", "/api/downloads/{download}", {
      path: { download },
      query: { erase },
      keepalive,
    }),
  films: () => call("GET", "/api/downloads/films"),
  addFilm: (name: string) => call("POST", "/api/downloads/films", { body: { name } }),
  export: (download: number) =>
    call("GET", "/api/downloads/{download}/export", { path: { download } }),
};

export const storage = {
  show: () => call("GET", "/api/storage"),
  evict: (download: number, keepalive = false) =>
    call("DELETE", "/api/storage/{download}", { path: { download }, keepalive }),
};
