// Subtitles of the playing film: which track to begin with, and showing one.
import type { Play } from "../../api/index.ts";
import { language } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export type Subtitle = Play["subtitles"][number];

const tongue = (tag: string | null | undefined): string | undefined => tag?.split("-")[0];

/**
 * The track to begin with, -1 for none: the language wished for; else the forced
 * lines (signs, foreign speech) in the language that is spoken; else the one
 * marked as default.
 */
export function firstTrack(
  tracks: Subtitle[],
  wished: string | null,
  spoken: string | null = null,
): number {
  const same = tracks.findIndex(
    (t) => !t.forced && wished !== null && tongue(t.language) === wished,
  );
  if (same !== -1) return same;
  const forced = tracks.findIndex(
    (t) => t.forced && (t.language === null || tongue(t.language) === tongue(spoken)),
  );
  return forced !== -1 ? forced : tracks.findIndex((t) => t.default && !t.forced);
}

/** The language of the sound that plays unasked. */
export function spokenIn(audio: Play["audio"]): string | null {
  return (audio.find((track) => track.default) ?? audio[0])?.language ?? null;
}

/** "German (forced)". */
export function subtitleName(track: Subtitle): string {
  const name = track.title ?? language(track.language);
  if (track.forced) return t("player.captions.forced", { name });
  return track.hearingImpaired ? t("player.captions.sdh", { name }) : name;
}

/** Reads one track, which captions.tsx draws, and rests the others; the browser
 * draws it itself where nothing of ours is seen. */
export function showTrack(video: HTMLVideoElement, chosen: number, isAway = false): void {
  const on = isAway ? "showing" : "hidden";
  Array.from(video.textTracks).forEach((track, place) => {
    track.mode = place === chosen ? on : "disabled";
  });
}
