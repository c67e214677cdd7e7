// Subtitles of the playing film: which track to begin with, and showing one.
import type { Play } from "../../api/index.ts";
import { language } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export type Subtitle = Play["subtitles"][number];

const tongue = (tag: string | null | undefined): string | undefined => tag?.split("-")[0];

/**
 * The track to begin with, -1 for none: the language wished for, rather without
 * noises for the deaf; else the forced lines (signs, foreign speech) in the language
 * that is spoken; else the one marked as default. Pictures are never one: a browser
 * cannot show them.
 */
export function firstTrack(
  tracks: Subtitle[],
  wished: string | null,
  spoken: string | null = null,
): number {
  const find = (is: (track: Subtitle) => boolean): number =>
    tracks.findIndex((track) => !track.picture && is(track));
  const isWished = (t: Subtitle): boolean =>
    !t.forced && wished !== null && tongue(t.language) === tongue(wished);
  const plain = find((t) => isWished(t) && !t.hearingImpaired);
  const same = plain !== -1 ? plain : find(isWished);
  if (same !== -1) return same;
  const forced = find(
    (t) => t.forced && (t.language === null || tongue(t.language) === tongue(spoken)),
  );
  return forced !== -1 ? forced : find((t) => t.default && !t.forced);
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

/** The id of the element of a track. */
export const trackId = (place: number): string => `text-${place}`;

/** A track by its place among those of the film; players of streams bring others. */
export function textTrack(video: HTMLVideoElement | null, place: number): TextTrack | undefined {
  return Array.from(video?.textTracks ?? []).find((track) => track.id === trackId(place));
}

/** Reads one track, which captions.tsx draws, and rests the others, also those that a
 * browser finds in a stream by itself; it draws ours where nothing of the app is seen. */
export function showTrack(video: HTMLVideoElement, chosen: number, isAway = false): void {
  const on = isAway ? "showing" : "hidden";
  for (const track of Array.from(video.textTracks))
    track.mode = track.id === trackId(chosen) ? on : "disabled";
}
