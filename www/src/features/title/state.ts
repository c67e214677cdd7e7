// What a title's page knows about playing: where Play leads and what it says.
import type { Progress } from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export { type Loaded, loadTitle, watchPath, whatOf } from "./ways.ts";

/** The path of the page behind a title id. */
export function pagePath(titleId: string): string {
  return `/${titleId.replace("-", "/")}`;
}

export function isBegun(progress: Progress | null): boolean {
  return progress !== null && progress.status !== "completed" && progress.position > 0;
}

/** "Play", "Resume at 12:03"; an episode is named by its code. */
export function playLabel(progress: Progress | null, code = ""): string {
  const time = clock(progress?.position ?? 0);
  if (!isBegun(progress)) return code === "" ? t("app.play") : t("app.play.code", { code });
  return code === "" ? t("title.resume", { time }) : t("title.resume.code", { code, time });
}

/** A playlist that any player opens. Line breaks in a title would break it. */
export function playlist(title: string, url: string): string {
  return `#EXTM3U\n#EXTINF:-1,${title.replace(/[\r\n]+/g, " ")}\n${url}\n`;
}

/** A name that any file system takes. */
export function fileName(title: string): string {
  const kept = title.replace(/[^\p{L}\p{N} ._-]+/gu, "").trim();
  return `${kept === "" ? "miauflix" : kept}.m3u`;
}
