// What this browser and the device decode, asked when something is to be played:
// the server is told, and the device has the last word.
import type { Media } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import {
  ASK_AS,
  browserCanPlay,
  type CanPlay,
  decodes,
  mediaSource,
  playsHls,
  playsHlsItself,
  type Verdict,
  WEBM_ONLY,
} from "./capability.ts";

/** One of each kind, which the server compares by its family and profile. */
const KINDS: [kind: "video" | "audio", within: string, codec: string][] = [
  ["video", "mp4", "avc1.640028"],
  ["video", "mp4", "hvc1.1.6.L120.90"],
  ["video", "mp4", "hvc1.2.4.L120.90"],
  ["video", "mp4", "hev1.2.4.L120.90"],
  ["video", "mp4", "av01.0.08M.08"],
  ["video", "webm", "vp09.00.41.08"],
  ["video", "webm", "vp09.02.41.10"],
  ["video", "webm", "vp8"],
  ["video", "mp4", "mp4v.20.9"],
  ["audio", "mp4", "mp4a.40.2"],
  ["audio", "mp4", "mp3"],
  ["audio", "mp4", "opus"],
  ["audio", "webm", "vorbis"],
  ["audio", "mp4", "flac"],
  ["audio", "mp4", "ac-3"],
  ["audio", "mp4", "ec-3"],
  ["audio", "mp4", "alac"],
];

/** What this browser decodes, for the server, which prefers a source that plays. */
export function codecs(can: CanPlay = browserCanPlay): string[] {
  return KINDS.filter(([kind, within, codec]) => decodes(can, kind, within, codec)).map(
    ([, , codec]) => codec,
  );
}

function inSegments(type: string): boolean {
  const source = mediaSource();
  return source === undefined
    ? document.createElement("video").canPlayType(type) !== ""
    : source.isTypeSupported(type);
}

const LINES: [width: number, height: number][] = [
  [3840, 2160],
  [2560, 1440],
  [1920, 1080],
  [1280, 720],
];

/** The lines of the largest picture that the device decodes; undefined when it does not
 * tell, or knows no limit. */
async function mostLines(): Promise<number | undefined> {
  if (!("mediaCapabilities" in navigator)) return undefined;
  for (const [width, height] of LINES) {
    const video = { contentType: 'video/mp4; codecs="avc1.640033"', width, height };
    const asked = navigator.mediaCapabilities.decodingInfo({
      type: playsHls() ? "media-source" : "file",
      video: { ...video, bitrate: 20e6, framerate: 25 },
    });
    const told = await inTime(asked);
    if (told === null) return undefined;
    if (told.supported) return height === LINES[0]?.[1] ? undefined : height;
  }
  return undefined;
}

/** Whether the screen shows HDR, where the browser knows. */
function showsHdr(): boolean | undefined {
  const is = (range: string): boolean =>
    globalThis.matchMedia?.(`(dynamic-range: ${range})`).matches === true;
  return is("high") || (is("standard") ? false : undefined);
}

/** What this device decodes, for the server, which decides in which way a film comes. */
export interface Device {
  /** Of a file. */
  codecs: string[];
  /** Of HLS. */
  hls: { codecs: string[]; native: boolean; maxHeight?: number; hdr?: boolean };
}

export async function device(can: CanPlay = browserCanPlay): Promise<Device> {
  const maxHeight = await mostLines();
  const hdr = showsHdr();
  const held = KINDS.filter(([kind, , codec]) => inSegments(`${kind}/mp4; codecs="${codec}"`));
  return {
    codecs: codecs(can),
    hls: {
      codecs: held.map(([, , codec]) => codec),
      native: playsHlsItself(),
      ...(maxHeight === undefined ? {} : { maxHeight }),
      ...(hdr === undefined ? {} : { hdr }),
    },
  };
}

const familyOf = (codec: string): string =>
  (codec.toLowerCase().split(".")[0] ?? "").replace("hev1", "hvc1").replace("avc3", "avc1");

/** The same device as one that lacks this codec, or opens no file at all. */
export function without(able: Device, codec: string | null): Device {
  if (codec === null) return { ...able, codecs: [] };
  const isOther = (one: string): boolean => familyOf(one) !== familyOf(codec);
  const hls = { ...able.hls, codecs: able.hls.codecs.filter(isOther) };
  return { codecs: able.codecs.filter(isOther), hls };
}

// What a device is asked to decode when a file does not say.
const USUAL = { bitrate: 5e6, framerate: 25, width: 1280, height: 720 };
const TELL_MS = 1000;

/** How the device itself would decode the picture; null when it does not tell. */
export async function decodingOf(
  media: Media | null,
): Promise<MediaCapabilitiesDecodingInfo | null> {
  const codec = media?.videoCodecString ?? null;
  if (media === null || codec === null || !("mediaCapabilities" in navigator)) return null;
  const format = WEBM_ONLY.test(codec) ? "webm" : (ASK_AS[media.container] ?? "mp4");
  const asked = navigator.mediaCapabilities.decodingInfo({
    type: "file",
    video: {
      contentType: `video/${format}; codecs="${codec}"`,
      width: media.width ?? USUAL.width,
      height: media.height ?? USUAL.height,
      bitrate: media.bitrate || USUAL.bitrate,
      framerate: USUAL.framerate,
    },
  });
  return inTime(asked);
}

/** Null when it is not told, or not soon. */
function inTime<T>(asked: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((done) => setTimeout(() => done(null), TELL_MS));
  return Promise.race([asked.catch(() => null), late]);
}

/** The verdict, after the device was asked too: it may know a codec by its name and
 * yet not decode it at this size or depth. */
export async function judgeAll(media: Media, verdict: Verdict): Promise<Verdict> {
  if (!verdict.picture || media.videoCodec === null) return verdict;
  const told = await decodingOf(media);
  if (told === null || told.supported) return verdict;
  const sentence = t("player.lacks.device", { codec: media.videoCodec });
  return { ...verdict, ok: false, picture: false, missing: [sentence, ...verdict.missing] };
}
