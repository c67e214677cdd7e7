// Where a film's bytes come from: the file as it is, or HLS, in the quality and with
// the sound that were chosen. hls.js comes when it is needed.
import { type Signal, signal } from "@preact/signals";
import type { Play } from "../../api/index.ts";
import { playsHls, playsHlsItself } from "./capability.ts";

/** The picture as it is in the file, or encoded at most so high. */
export interface Quality {
  /** The server's name of the track. */
  name: string;
  height: number;
}

export const ORIGINAL = "v-copy";
/** What the server encodes (lib/hls/track.c). */
const HEIGHTS = [1080, 720, 480, 360];

export interface Wish {
  /** A quality's name; null: what the line carries. */
  quality: string | null;
  /** A place among the sound tracks; null: the one that plays unasked. */
  sound: number | null;
  /** A place among the subtitles inside the file, drawn into the picture. */
  drawn: number | null;
}

/** Why it does not go on: as the code of a MediaError, and what the server said. */
export interface Failure {
  code: number;
  status: number;
  text: string | null;
}

export interface Feed {
  kind: Signal<"file" | "hls">;
  /** What can be chosen, best first. */
  qualities: Signal<Quality[]>;
  /** The quality that is on the screen, where it is known. */
  shown: Signal<string | null>;
  wish: Signal<Wish>;
  /** Bits a second, as measured. */
  rate(): number | null;
  /** Gives the element its bytes, from there on: at first, or after it has failed. */
  load(at: number): void;
  choose(wish: Partial<Wish>, at: number): void;
  stop(): void;
}

/** What hls.js is told and asked (hls.ts). */
export interface Stream {
  choose(wish: Wish): void;
  rate(): number | null;
  stop(): void;
}

export interface Tell {
  /** It is about to get its bytes, and begins there. */
  begins(at: number): void;
  /** The element has its bytes. */
  ready(): void;
  failed(failure: Failure): void;
}

/** Whether a film can come by HLS here. */
export const comesByHls = (answer: Pick<Play, "hlsUrl">): boolean =>
  answer.hlsUrl != null && (playsHls() || playsHlsItself());

/** What may be chosen before a playlist tells. */
function qualitiesOf({ media, method }: Play): Quality[] {
  const height = media?.height ?? 0;
  const own = method === "transcode" ? [] : [{ name: ORIGINAL, height }];
  const lower = HEIGHTS.filter((one) => one < height);
  return [...own, ...lower.map((one) => ({ name: `v-${one}`, height: one }))];
}

const addressOf = (path: string): string => new URL(path, document.baseURI).toString();

export function feedOf(video: HTMLVideoElement, answer: Play, tell: Tell): Feed {
  const canHls = comesByHls(answer);
  const kind = signal<"file" | "hls">(answer.method !== "direct" && canHls ? "hls" : "file");
  const qualities = signal(canHls && playsHls() ? qualitiesOf(answer) : []);
  const shown = signal<string | null>(kind.value === "file" ? ORIGINAL : null);
  const wish = signal<Wish>({ quality: null, sound: null, drawn: null });
  let stream: Stream | null = null;
  let turn = 0; // of what is being loaded

  const give = (address: string): void => {
    if (video.src === address) video.load();
    else video.src = address;
    tell.ready();
  };
  const follow = async (address: string, at: number): Promise<void> => {
    turn += 1;
    const mine = turn;
    try {
      const { startHls } = await import("./hls.ts");
      if (mine !== turn) return;
      stream = startHls({ video, address, at, answer, wish, qualities, shown }, tell);
    } catch (error) {
      if (mine === turn) tell.failed({ code: 2, status: 0, text: (error as Error).message });
    }
  };
  const end = (): void => {
    turn += 1;
    stream?.stop();
    stream = null;
  };
  const load = (at: number): void => {
    end();
    tell.begins(at);
    const isFile = kind.value === "file";
    const { drawn } = wish.value;
    const list = drawn === null ? "master" : `master-s${drawn}`;
    const address = addressOf(
      isFile ? answer.url : (answer.hlsUrl?.replace(/master(?=\.m3u8$)/, list) ?? ""),
    );
    if (isFile || !playsHls()) give(address);
    else void follow(address, at);
  };
  return {
    kind,
    qualities,
    shown,
    wish,
    rate: () => stream?.rate() ?? null,
    load,
    choose(part, at) {
      const { drawn } = wish.value;
      const isSame = part.drawn === undefined || part.drawn === drawn;
      if (isSame && part.drawn !== undefined) return;
      wish.value = { ...wish.value, ...part };
      if (!canHls || (kind.value === "file" && part.quality === ORIGINAL)) return;
      if (kind.value === "hls" && isSame) {
        stream?.choose(wish.value);
        return;
      }
      // The file itself has one quality, and the sound that the browser takes.
      kind.value = "hls";
      shown.value = null;
      load(at);
    },
    stop: end,
  };
}
