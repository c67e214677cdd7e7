// What is wrong with a file that does not play, or not wholly, in words. What was
// not known of it at the beginning the server may have learnt meanwhile.
import { catalogue, type Media, type Play, type PlayState } from "../../api/index.ts";
import { type BareKey, t } from "../../lib/messages.ts";
import { judge } from "./capability.ts";

const WORDS: Record<number, BareKey> = {
  2: "player.error.broken",
  3: "player.error.decode",
};

/** By the code of a MediaError. */
export function errorText(code: number): string {
  return t(WORDS[code] ?? "player.error.unknown");
}

/** Its beginning is here, and yet the browser makes nothing of it. */
export function isBeginningHere(state: Pick<PlayState, "published">): boolean {
  return state.published[0]?.[0] === 0;
}

/** Tracks and codecs of what plays; null while nobody has looked inside. */
export async function knownMedia(answer: Play): Promise<Media | null> {
  if (answer.media !== null) return answer.media;
  const id = Number(answer.titleId.split("-")[1]);
  try {
    const { media } =
      answer.season === null || answer.episode === null
        ? await catalogue.movie(id)
        : await catalogue.episode(id, answer.season, answer.episode);
    return media;
  } catch {
    return null;
  }
}

/** Why this browser cannot play it, as exactly as is known. */
export async function fileText(answer: Play, code: number): Promise<string> {
  const media = await knownMedia(answer);
  const missing = media === null ? [] : judge(media).missing;
  return missing.length > 0 ? missing.join(" ") : errorText(code);
}

/** Sound that a browser drops makes no error; Chromium at least counts bytes. */
export function isSilent(video: HTMLVideoElement): boolean {
  const counted = (video as { webkitAudioDecodedByteCount?: number }).webkitAudioDecodedByteCount;
  return counted === 0 && video.currentTime > 0;
}

/** What to say of a silent film; null when it has no sound. */
export async function silenceText(answer: Play): Promise<string | null> {
  const sound = (await knownMedia(answer))?.audio[0];
  if (sound === undefined) return null;
  return t("player.silent", { codec: sound.codec });
}

/** What to say of a film without a picture; null when it has none. */
export async function blackText(answer: Play): Promise<string | null> {
  const media = await knownMedia(answer);
  if (media === null) return t("player.black");
  if (media.videoCodec === null) return null;
  return t("player.black.codec", { codec: media.videoCodec });
}
