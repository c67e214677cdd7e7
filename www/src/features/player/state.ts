// A film that is playing: the video element's state as signals, the heartbeat,
// the renewal of the stream key and what to do when the bytes stop coming.
import { type Signal, signal } from "@preact/signals";
import type { Play } from "../../api/index.ts";
import { heartbeat, isRevoked, isUnknown, keyKeeper } from "./stay.ts";
import { followSwarm, type Swarm, whyText } from "./swarm.ts";
import {
  blackText,
  errorText,
  fileText,
  isBeginningHere,
  isSilent,
  silenceText,
} from "./trouble.ts";
import { keepVolume, recallVolume } from "./volume.ts";

const BEAT_MS = 10_000;
const RETRIES = 3;
const STEADY_S = 30;
const SILENT_AFTER_S = 4;

export interface Playback {
  playing: Signal<boolean>;
  /** It plays, or does as soon as there are pictures. */
  wished: Signal<boolean>;
  waiting: Signal<boolean>;
  ended: Signal<boolean>;
  time: Signal<number>;
  duration: Signal<number>;
  buffered: Signal<[number, number][]>;
  volume: Signal<number>;
  muted: Signal<boolean>;
  /** How fast it plays; 1 is as it was filmed. */
  rate: Signal<number>;
  /** The server does not answer; it is asked until it does. */
  lost: Signal<boolean>;
  /** Why it cannot go on. */
  problem: Signal<string | null>;
  /** What is amiss although it plays. */
  warning: Signal<string | null>;
  /** What is here of it and what is not. */
  swarm: Swarm;
  seek(to: number): void;
  /** Plays or stops, the other of what was last wished or as it is told; whether it
   * plays then, which may take a while. */
  toggle(to?: boolean): boolean;
  setRate(rate: number): void;
  louder(by: number): void;
  mute(): void;
  stop(): void;
}

function spans(ranges: TimeRanges): [number, number][] {
  return Array.from({ length: ranges.length }, (_, i) => [ranges.start(i), ranges.end(i)]);
}

/** Position to begin at: 0 when asked, or so near the end that nothing is left. */
export function beginAt(answer: Pick<Play, "position" | "media">, fromStart: boolean): number {
  const duration = answer.media?.duration ?? Number.POSITIVE_INFINITY;
  return fromStart || answer.position > duration - 5 ? 0 : answer.position;
}

/** Takes the element into service; `stop` gives it back. `again` is told where
 * it stands when the source itself has failed: another one may do; or when its key
 * was lost: the same one does. */
export function startPlayback(
  video: HTMLVideoElement,
  answer: Play,
  from: number,
  again: (at: number, why: "failed" | "keyless") => boolean = () => false,
): Playback {
  const swarm = followSwarm(answer);
  const key = keyKeeper(answer);
  const beat = heartbeat(video, answer);
  const off = new AbortController();
  let retries = 0;
  let resumeAt = from;
  let steadySince = 0;
  let isHeard = false; // or it was asked why not
  let hasPlayed = false;
  let wanted: number | null = null; // where a seek leads that is under way
  const jump = (to: number): void => {
    wanted = to;
    video.currentTime = to;
  };
  const state = {
    playing: signal(false),
    wished: signal(true),
    waiting: signal(true),
    ended: signal(false),
    time: signal(from),
    duration: signal(answer.media?.duration ?? 0),
    buffered: signal<[number, number][]>([]),
    volume: signal(1),
    muted: signal(false),
    rate: signal(1),
    lost: signal(false),
    problem: signal<string | null>(null),
    warning: signal<string | null>(null),
  };
  const on = (name: string, fn: () => void, target: EventTarget = video): void =>
    target.addEventListener(name, fn, { signal: off.signal });
  const waitFor = (is: boolean): void => {
    state.waiting.value = is;
    swarm.waits(is);
  };
  const warn = (text: Promise<string | null>): void => {
    void text.then((said) => {
      if (said !== null && !off.signal.aborted) state.warning.value = said;
    });
  };
  const giveUp = (text: string): void => {
    state.problem.value = text;
    state.wished.value = false;
  };
  const begin = (): void => {
    if (!state.wished.value) return;
    video.play().catch((error: Error) => {
      // the browser wants a click first
      if (error?.name !== "NotAllowedError") return;
      state.wished.value = false;
      waitFor(false);
    });
  };
  // The element has forgotten everything: it is given the address again, as soon as
  // the server answers.
  const goOn = async (): Promise<void> => {
    const lost = (): void => {
      state.lost.value = true;
    };
    waitFor(true);
    try {
      await swarm.answers(off.signal, lost);
      if (!(await key.renewSurely(off.signal, lost))) return;
    } catch (error) {
      // A session that was ended by somebody takes its keys along. Who has signed in
      // again is given another.
      const isKeyless = isRevoked(error) || (hasPlayed && isUnknown(error));
      if (isKeyless && again(state.time.value, "keyless")) return;
      giveUp((error as Error).message);
      return;
    } finally {
      state.lost.value = false;
    }
    resumeAt = state.time.value;
    video.load();
    begin();
  };
  const recover = async (): Promise<void> => {
    const code = video.error?.code ?? 4;
    if (off.signal.aborted) return;
    // No bytes within the limit look like any other error from in here.
    const failed = code === 3 ? null : await swarm.ask();
    if (off.signal.aborted) return;
    if (swarm.isLost()) return goOn();
    const isUnread = code === 4 && video.readyState === 0 && retries > 0;
    if (code === 3 || (isUnread && failed !== null && isBeginningHere(failed))) {
      const text = await fileText(answer, code);
      if (off.signal.aborted) return;
      waitFor(false);
      giveUp(text);
      return;
    }
    const isSwarm = failed !== null && failed.state !== "whole";
    const isStuck = failed?.problem != null || failed?.state === "paused";
    if (isSwarm && (isStuck || retries >= RETRIES)) {
      const isTried = again(state.time.value, "failed");
      waitFor(isTried);
      if (!isTried) giveUp(whyText(failed));
      return;
    }
    if (retries >= RETRIES) {
      giveUp(errorText(code));
      return;
    }
    retries += 1;
    await goOn();
  };

  on("loadedmetadata", () => {
    if (resumeAt > 0) jump(resumeAt);
    if (Number.isFinite(video.duration)) state.duration.value = video.duration;
    if (video.videoWidth === 0) warn(blackText(answer));
  });
  on("timeupdate", () => {
    // Loading anew sets it back to the beginning for a moment.
    if (video.readyState === 0) return;
    state.time.value = video.currentTime;
    if (video.currentTime - steadySince > STEADY_S) retries = 0;
    if (isHeard || video.currentTime - steadySince < SILENT_AFTER_S) return;
    isHeard = true;
    if (isSilent(video)) warn(silenceText(answer));
  });
  const loaded = (): void => {
    state.buffered.value = spans(video.buffered);
  };
  on("progress", loaded);
  on("seeking", () => {
    steadySince = video.currentTime;
    state.time.value = video.currentTime;
    state.ended.value = false;
  });
  on("seeked", () => {
    // Chromium may end at the beginning when it is paused on the way.
    const to = wanted;
    wanted = null;
    if (to !== null && Math.abs(video.currentTime - to) > 1) video.currentTime = to;
  });
  on("playing", () => {
    hasPlayed = true;
    steadySince = video.currentTime;
    waitFor(false);
    state.playing.value = true;
    state.ended.value = false;
    state.problem.value = null;
  });
  on("waiting", () => waitFor(true));
  on("canplay", () => {
    waitFor(false);
    loaded();
  });
  // A headphone, the browser's own buttons and the end stop it as well.
  on("play", () => {
    state.wished.value = !video.paused;
  });
  on("pause", () => {
    // Chromium also stops it for an error, after which it goes on.
    if (video.error === null) state.wished.value = !video.paused;
    state.playing.value = false;
    beat();
  });
  on("ended", () => {
    state.ended.value = true;
    beat();
  });
  const heard = (): void => {
    state.volume.value = video.volume;
    state.muted.value = video.muted;
    keepVolume(video);
  };
  on("volumechange", heard);
  on("error", () => void recover());
  on("visibilitychange", () => document.hidden && beat(), document);
  on("pagehide", () => beat(true), window);
  const timer = setInterval(() => {
    if (!video.paused) beat();
    if (!video.paused && key.isOld()) key.renew().catch(() => undefined);
  }, BEAT_MS);

  swarm.waits(true);
  recallVolume(video);
  heard();
  video.src = new URL(answer.url, document.baseURI).toString();
  begin();

  return {
    ...state,
    swarm,
    seek(to) {
      const end = state.duration.value || to;
      state.time.value = Math.min(Math.max(0, to), end);
      if (video.readyState > 0) jump(state.time.value);
      else resumeAt = state.time.value;
    },
    setRate(rate) {
      // What is loaded anew begins with the default one.
      video.defaultPlaybackRate = rate;
      video.playbackRate = rate;
      state.rate.value = rate;
    },
    toggle(to = !state.wished.value) {
      state.wished.value = to;
      if (!to) video.pause();
      // A long pause may have outlived the key, which is renewed in place.
      else if (key.isOld()) void key.renew().then(begin, begin);
      else begin();
      return to;
    },
    louder(by) {
      video.volume = Math.min(1, Math.max(0, Math.round((video.volume + by) * 20) / 20));
      if (by > 0) video.muted = false;
      heard();
    },
    mute() {
      video.muted = !video.muted;
      heard();
    },
    stop() {
      beat(true);
      off.abort();
      swarm.stop();
      clearInterval(timer);
      video.removeAttribute("src");
      video.load();
    },
  };
}
