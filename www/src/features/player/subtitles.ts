// Subtitles of the playing film: which track is shown, and remembering it.
import type { Play } from "../../api/index.ts";

export type Subtitle = Play["subtitles"][number];

/** The track to begin with: one forced in any case, else the language wished
 * for, else the one marked as default; -1 is none. */
export function firstTrack(tracks: Subtitle[], wished: string | null): number {
  if (wished !== null) {
    const same = tracks.findIndex((t) => !t.forced && t.language?.split("-")[0] === wished);
    if (same !== -1) return same;
  }
  return tracks.findIndex((t) => t.forced || t.default);
}

/** Shows one track and hides the others. */
export function showTrack(video: HTMLVideoElement, chosen: number): void {
  Array.from(video.textTracks).forEach((track, place) => {
    track.mode = place === chosen ? "showing" : "disabled";
  });
}
