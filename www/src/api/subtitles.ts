// Subtitles of what plays.
import { call } from "./call.ts";
import type { components } from "./schema.d.ts";

export type Found = components["schemas"]["FoundSubtitle"];
export type Quota = components["schemas"]["SubtitleQuota"];

export const subtitles = {
  /** When they are shown, for everybody who plays the file. */
  delay: (key: string, delay: number) =>
    call("PUT", "/api/subtitles/{key}", { path: { key }, body: { delay }, keepalive: true }),
  /** What OpenSubtitles has for what plays. */
  search: (key: string, language: string) =>
    call("GET", "/api/subtitles/{key}/search", { path: { key }, query: { language } }),
  /** Fetches what was found, for everybody who plays the file. */
  keep: (key: string, fileId: number) =>
    call("POST", "/api/subtitles/{key}/fetch", { path: { key }, body: { fileId } }),
};
