// Subtitles of what plays.
import { call } from "./call.ts";

export const subtitles = {
  /** When they are shown, for everybody who plays the file. */
  delay: (key: string, delay: number) =>
    call("PUT", "/api/subtitles/{key}", { path: { key }, body: { delay }, keepalive: true }),
};
