// What keeps a film going while nothing of it is seen: its position told to the
// server, its key renewed, and waiting for a server that does not answer.
import { ApiError, Unreachable } from "../../api/client.ts";
import { play as api, type Play } from "../../api/index.ts";
import { source } from "../../api/source.ts";

const RENEW_BEFORE_MS = 10 * 60_000;
const AGAIN_MS = 2000;
const AGAIN_MAX_MS = 15_000;

/** Nobody answers, or nobody does for now: that passes by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.status >= 500);
}

const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiError && error.status === status;

/** The session has ended. */
export const isRevoked = (error: unknown): boolean => hasStatus(error, 401);

/** The server does not know the key, or not any more. */
export const isUnknown = (error: unknown): boolean => hasStatus(error, 404);

/** Sends positions; the answer's failure is not the watcher's concern. */
export function heartbeat(video: HTMLVideoElement, answer: Play): (last?: boolean) => void {
  let sent = -1;
  return (last = false) => {
    const { currentTime: position, duration } = video;
    if (video.readyState === 0 || (position === sent && !video.ended)) return;
    const before = sent;
    sent = position;
    const state = video.ended ? "ended" : last ? "stopped" : video.paused ? "paused" : "playing";
    const beat = {
      streamingKey: answer.streamingKey,
      position,
      duration: Number.isFinite(duration) ? duration : undefined,
      state,
    } as const;
    api.beat(beat, { keepalive: last || document.hidden }).catch(() => {
      // Told again the next time, even if nothing has moved.
      if (sent === position) sent = before;
    });
  };
}

export interface Key {
  /** Makes it live on; rejects when the server refuses or cannot be reached. */
  renew(): Promise<void>;
  /** The same, asked until somebody answers; false when it is given up because
   * the film was left. `lost` is told when the first attempt has failed. */
  renewSurely(end: AbortSignal, lost: () => void): Promise<boolean>;
  /** It ends soon. */
  isOld(): boolean;
}

/** Waits so long, or until the end. */
function pause(ms: number, end: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = (): void => {
      clearTimeout(timer);
      end.removeEventListener("abort", over);
      done();
    };
    const timer = setTimeout(over, ms);
    end.addEventListener("abort", over);
  });
}

/** Asks with growing pauses until it is answered; false when it ended before. */
export async function askSurely(isAnswered: () => Promise<boolean>, end: AbortSignal) {
  for (let wait = AGAIN_MS; !end.aborted; wait = Math.min(wait * 2, AGAIN_MAX_MS)) {
    if (await isAnswered()) return !end.aborted;
    await pause(wait, end);
  }
  return false;
}

/** Keeps the key alive, also after a night's pause. */
export function keyKeeper(answer: Play): Key {
  let expires = Date.parse(answer.expiresAt);
  const renew = async (): Promise<void> => {
    expires = Date.parse((await source.renew(answer.streamingKey)).expiresAt);
  };
  return {
    renew,
    isOld: () => Date.now() > expires - RENEW_BEFORE_MS,
    renewSurely: (end, lost) =>
      askSurely(async () => {
        try {
          await renew();
          return true;
        } catch (error) {
          if (!isPassing(error)) throw error;
          lost();
          return false;
        }
      }, end),
  };
}
