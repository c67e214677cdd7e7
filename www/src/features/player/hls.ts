// HLS by Media Source Extensions. It comes in a file of its own, with hls.js.
import type { Signal } from "@preact/signals";
import Hls, { type ErrorData, ErrorTypes, Events, type HlsConfig } from "hls.js";
import type { Play } from "../../api/index.ts";
import { type Failure, ORIGINAL, type Quality, type Stream, type Tell, type Wish } from "./feed.ts";

/** A segment is answered when it is made, which waits for its bytes to come. */
const PATIENCE = {
  maxTimeToFirstByteMs: 150_000,
  maxLoadTimeMs: 300_000,
  timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
  errorRetry: { maxNumRetry: 4, retryDelayMs: 1000, maxRetryDelayMs: 8000 },
};

/** Of a line that was not measured yet: the server is mostly in the same house. */
const LINE = 30e6;
let measured = LINE;

const CONFIG: Partial<HlsConfig> = {
  // Fragmented MP4 is passed on as it is.
  enableWorker: false,
  backBufferLength: 30,
  maxBufferLength: 30,
  maxMaxBufferLength: 60,
  // Another quality is another encoder: it is not changed for a moment's hurry.
  abrSwitchInterval: 10,
  abrBandWidthUpFactor: 0.5,
  abrEwmaDefaultEstimateMax: 1e9,
  testBandwidth: false,
  useMediaCapabilities: false,
  fragLoadPolicy: { default: PATIENCE },
  playlistLoadPolicy: { default: PATIENCE },
  manifestLoadPolicy: { default: PATIENCE },
  // Subtitles are the app's own; the rest is not spoken here.
  subtitleStreamController: undefined,
  subtitleTrackController: undefined,
  timelineController: undefined,
  emeController: undefined,
  cmcdController: undefined,
  contentSteeringController: undefined,
  interstitialsController: undefined,
  iframeController: undefined,
};

/** "v-720" of ".../v-720.m3u8", and with subtitles drawn into it of ".../v-720-s2.m3u8";
 * "" of what is no track. */
export function trackOf(address: string | undefined): string {
  return /\/([\w-]+?)(?:-s\d+)?\.m3u8(?:[?#]|$)/.exec(address ?? "")?.[1] ?? "";
}

/** The place among the file's sound tracks; -1 of what is none. */
export function soundOf(address: string | undefined): number {
  return Number(/^a-(\d+)-/.exec(trackOf(address))?.[1] ?? -1);
}

/** What the server says in its refusal; null when it says nothing. */
function saidIn(details: unknown): string | null {
  try {
    const { response } = details as { response: string | ArrayBuffer };
    const text = typeof response === "string" ? response : new TextDecoder().decode(response);
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}

export function failureOf(data: Pick<ErrorData, "type" | "response" | "networkDetails">): Failure {
  const status = data.response?.code ?? 0;
  const code = data.type === ErrorTypes.NETWORK_ERROR ? 2 : 3;
  return { code, status, text: code === 2 ? saidIn(data.networkDetails) : null };
}

interface Given {
  video: HTMLVideoElement;
  address: string;
  at: number;
  answer: Play;
  wish: Signal<Wish>;
  qualities: Signal<Quality[]>;
  shown: Signal<string | null>;
}

export function startHls(given: Given, tell: Tell): Stream {
  const { video, address, at, answer, wish, qualities, shown } = given;
  const hls = new Hls({ ...CONFIG, abrEwmaDefaultEstimate: measured, startPosition: at });
  let hasRecovered = false;
  const levelOf = (name: string | null): number =>
    name === null ? -1 : hls.levels.findIndex(({ url }) => trackOf(url[0]) === name);
  const hear = ({ sound }: Wish): void => {
    if (sound === null) return;
    const place = hls.audioTracks.findIndex(({ url }) => soundOf(url) === sound);
    if (place !== -1 && place !== hls.audioTrack) hls.audioTrack = place;
  };
  hls.on(Events.MEDIA_ATTACHED, () => tell.ready());
  hls.on(Events.MANIFEST_PARSED, (_, { levels }) => {
    qualities.value = levels
      .map(({ url, height }) => ({ name: trackOf(url[0]), height }))
      .sort(
        (a, b) => Number(b.name === ORIGINAL) - Number(a.name === ORIGINAL) || b.height - a.height,
      );
    const wished = levelOf(wish.value.quality);
    if (wished !== -1) hls.loadLevel = wished;
    else if (answer.method !== "transcode") hls.startLevel = levelOf(ORIGINAL);
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => hear(wish.value));
  hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
    shown.value = trackOf(hls.levels[level]?.url[0]);
  });
  hls.on(Events.FRAG_BUFFERED, () => {
    measured = hls.bandwidthEstimate || measured;
  });
  hls.on(Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    if (data.type === ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true;
      hls.recoverMediaError();
      return;
    }
    tell.failed(failureOf(data));
  });
  hls.attachMedia(video);
  hls.loadSource(address);
  return {
    choose(now) {
      hls.nextLevel = levelOf(now.quality);
      hear(now);
    },
    rate: () => hls.bandwidthEstimate || null,
    stop: () => hls.destroy(),
  };
}
