// A film that is playing: the video element's state as signals, the heartbeat,
// the renewal of the stream key and what to do when the bytes stop coming.
import { signal } from "@preact/signals";
import type { Play } from "../../api/index.ts";
import { comesByHls, type Failure, feedOf } from "./feed.ts";
import { type Playback, spans } from "./playback.ts";
import { heartbeat, isRevoked, isUnknown, keyKeeper } from "./stay.ts";
import { followSwarm, whyText } from "./swarm.ts";
import {
  blackText,
  errorText,
  fileText,
  isBeginningHere,
  isSilent,
  silenceText,
} from "./trouble.ts";
import { keepVolume, recallVolume } from "./volume.ts";

export { beginAt, type Playback } from "./playback.ts";

/** The source itself has failed; its key was lost; or this browser does not do with it
 * what it says it can: with nothing of it, its picture, its sound. */
export type Why = "failed" | "keyless" | Lack;
export type Lack = "file" | "picture" | "sound";

const BEAT_MS = 10_000;
const RETRIES = 3;
const STEADY_S = 30;
const SILENT_AFTER_S = 4;

/** Takes the element into service; `stop` gives it back. `again` is told where it
 * stands and why it does not go on: another source may do, or another way. */
export function startPlayback(
  video: HTMLVideoElement,
  answer: Play,
  from: number,
  again: (at: number, why: Why) => boolean = () => false,
): Playback {
  const swarm = followSwarm(answer, () => feed.kind.value === "hls");
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
  // Asked for anew, it comes in another way, without what this browser lacks.
  const turnTo = (lack: Lack): boolean =>
    comesByHls(answer) &&
    (lack !== "file" || feed.kind.value === "file") &&
    again(state.time.value, lack);
  const warn = (lack: Lack, text: () => Promise<string | null>): void => {
    if (turnTo(lack)) return;
    void text().then((said) => {
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
    feed.load(state.time.value);
  };
  const recover = async ({ code, status, text: told }: Failure): Promise<void> => {
    if (off.signal.aborted) return;
    const byHls = feed.kind.value === "hls";
    // No bytes within the limit look like any other error from in here.
    const failed = code === 3 ? null : await swarm.ask();
    if (off.signal.aborted) return;
    if (swarm.isLost()) return goOn();
    const isUnread = !byHls && code === 4 && video.readyState === 0 && retries > 0;
    if (code === 3 || (isUnread && failed !== null && isBeginningHere(failed))) {
      if (turnTo(byHls ? "picture" : "file")) return;
      const text = byHls ? errorText(code) : await fileText(answer, code);
      if (off.signal.aborted) return;
      waitFor(false);
      giveUp(text);
      return;
    }
    // What the server refuses for good, it says.
    if (told !== null && [403, 409, 415, 422].includes(status)) return giveUp(told);
    const isStuck = failed?.problem || failed?.state === "paused";
    if (failed && failed.state !== "whole" && (isStuck || retries >= RETRIES)) {
      const isTried = again(state.time.value, "failed");
      waitFor(isTried);
      if (!isTried) giveUp(whyText(failed));
      return;
    }
    // Its turn will come.
    if (!failed?.queue && ++retries > RETRIES) return giveUp(told ?? errorText(code));
    await goOn();
  };

  on("loadedmetadata", () => {
    if (resumeAt > 0) jump(resumeAt);
    if (Number.isFinite(video.duration)) state.duration.value = video.duration;
    if (video.videoWidth === 0 && answer.media?.videoCodec !== null)
      warn("picture", () => blackText(answer));
  });
  on("timeupdate", () => {
    // Loading anew sets it back to the beginning for a moment.
    if (video.readyState === 0) return;
    state.time.value = video.currentTime;
    if (video.currentTime - steadySince > STEADY_S) retries = 0;
    if (isHeard || video.currentTime - steadySince < SILENT_AFTER_S) return;
    isHeard = true;
    if (isSilent(video) && (answer.media === null || answer.audio.length > 0))
      warn("sound", () => silenceText(answer));
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
  on("error", () => void recover({ code: video.error?.code ?? 4, status: 0, text: null }));
  on("visibilitychange", () => document.hidden && beat(), document);
  on("pagehide", () => beat(true), window);
  const timer = setInterval(() => {
    if (!video.paused) beat();
    if (!video.paused && key.isOld()) key.renew().catch(() => undefined);
  }, BEAT_MS);

  swarm.waits(true);
  recallVolume(video);
  heard();
  const feed = feedOf(video, answer, {
    begins(at) {
      resumeAt = at;
    },
    ready: begin,
    failed: (failure) => void recover(failure),
  });
  feed.load(from);

  return {
    ...state,
    swarm,
    feed,
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
      feed.stop();
      video.removeAttribute("src");
      video.load();
    },
  };
}
