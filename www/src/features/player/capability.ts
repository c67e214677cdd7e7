// Whether this browser can play a file, asked before Play: a browser given HEVC
// or AC-3 fails without an error (black picture, no sound), so the file's codecs
// are compared with what it says it decodes.
import type { Media } from "../../api/index.ts";
import { container } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export type CanPlay = (mimeType: string) => boolean;

export interface Verdict {
  /** Everything plays. */
  ok: boolean;
  /** The picture plays, if perhaps without sound. */
  picture: boolean;
  /** One sentence per thing that is missing. */
  missing: string[];
  /** Places in media.audio of the tracks that this browser can decode. */
  audible: number[];
}

/** The name of a codec as people know it; the server names most of them so. */
export function codecName(codec: string): string {
  return codec.toUpperCase() === "HEVC" ? "HEVC (H.265)" : codec;
}

/** That it cannot decode this. */
function lack(what: "picture" | "sound", codec: string | null): string {
  if (codec === null) return t(`title.lacks.${what}.unknown`);
  return t(`title.lacks.${what}`, { codec: codecName(codec) });
}

// Which container to ask with: Chromium plays H.264 and AAC in Matroska, but
// answers only for the containers that it names.
export const ASK_AS: Record<string, string> = {
  mp4: "mp4",
  webm: "webm",
  matroska: "mp4",
  ogg: "ogg",
};
const PLAYED_CONTAINERS = new Set(["mp4", "webm", "matroska", "ogg"]);
export const WEBM_ONLY = /^(vp8|vp9|vp09|vp08|vorbis)/;

/** Whether a codec is decoded, as far as the browser's names of types tell. */
export function decodes(
  can: CanPlay,
  kind: "video" | "audio",
  within: string,
  codec: string,
): boolean {
  const first = WEBM_ONLY.test(codec) ? "webm" : (ASK_AS[within] ?? "mp4");
  const tried = first === "mp4" ? ["mp4", "webm"] : [first, "mp4"];
  return tried.some((format) => can(`${kind}/${format}; codecs="${codec}"`));
}

/** This browser, as far as it tells. */
export function browserCanPlay(mimeType: string): boolean {
  if (typeof MediaSource !== "undefined" && MediaSource.isTypeSupported(mimeType)) return true;
  return document.createElement("video").canPlayType(mimeType) === "probably";
}

type Sources = { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };

export const mediaSource = (): typeof MediaSource | undefined => {
  const { MediaSource, ManagedMediaSource } = globalThis as Sources;
  return ManagedMediaSource ?? MediaSource;
};

/** HLS is put together by the app. */
export const playsHls = (): boolean => mediaSource() !== undefined;

/** The browser plays HLS by itself, and only so. */
export function playsHlsItself(): boolean {
  const type = "application/vnd.apple.mpegurl";
  return !playsHls() && document.createElement("video").canPlayType(type) !== "";
}

/** Whether the server can convert a file for this browser, so that it plays in any case:
 * it has a picture, and says how long it is. */
export const isConverted = ({ duration, videoCodec }: Media): boolean =>
  (duration ?? 0) > 0 && videoCodec !== null && (playsHls() || playsHlsItself());

export function judge(media: Media, can: CanPlay = browserCanPlay): Verdict {
  const missing: string[] = [];
  let picture = true;
  if (!PLAYED_CONTAINERS.has(media.container)) {
    missing.push(t("title.lacks.container", { name: container(media.container) }));
    picture = false;
  } else if (media.videoCodec !== null) {
    const codec = media.videoCodecString;
    if (codec === null || !decodes(can, "video", media.container, codec)) {
      missing.push(lack("picture", media.videoCodec));
      picture = false;
    }
  }
  const audible = media.audio
    .map((track, place) => ({ track, place }))
    .filter(
      ({ track }) =>
        track.codecString !== null && decodes(can, "audio", media.container, track.codecString),
    )
    .map(({ place }) => place);
  const first = media.audio.findIndex((track) => track.default);
  const played = media.audio[first === -1 ? 0 : first];
  if (played !== undefined && !audible.includes(first === -1 ? 0 : first))
    missing.push(lack("sound", played.codec));
  return { ok: missing.length === 0, picture, missing, audible };
}
