// A device that waits until somebody says yes to it on another one (RFC 8628).
import { ApiError } from "../../api/client.ts";
import { enter } from "../../api/index.ts";
import { type Code, link } from "../../api/link.ts";

export type Waiting =
  | { is: "coming" }
  | { is: "shown"; code: Code }
  /** By the person who was asked, or by the server, which says why. */
  | { is: "refused"; problem: string | null }
  | { is: "failed"; problem: string };

/** The pause grows by this when the server asks for it. */
const GROWTH_S = 5;
const AGAIN_MS = 5000;

/** Somebody has said yes, and may not come in: the code was used by it. */
const REFUSALS = [401, 403];

/** Asks for a code, tells it, and asks whether somebody has said yes; begins anew
 * when it has expired. Ends when one is signed in or refused, or when the function
 * that it gives is called. */
export function waitForPhone(tell: (state: Waiting) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const later = (run: () => Promise<void>, ms: number): void => {
    if (!isOver) timer = setTimeout(() => void run(), ms);
  };
  const say = (state: Waiting): void => {
    if (!isOver) tell(state);
  };

  async function look(code: Code, pauseS: number): Promise<void> {
    try {
      enter(await link.enter(code.deviceCode));
    } catch (error) {
      const why = error instanceof ApiError ? error.code : "";
      if (why === "access_denied") say({ is: "refused", problem: null });
      else if (why === "expired_token") await begin();
      else if (error instanceof ApiError && REFUSALS.includes(error.status))
        say({ is: "refused", problem: error.message });
      else {
        const pause = why === "slow_down" ? pauseS + GROWTH_S : pauseS;
        later(() => look(code, pause), pause * 1000);
      }
    }
  }

  async function begin(): Promise<void> {
    if (isOver) return;
    try {
      const code = await link.begin();
      say({ is: "shown", code });
      later(() => look(code, code.interval), code.interval * 1000);
    } catch (error) {
      say({ is: "failed", problem: (error as Error).message });
      later(begin, AGAIN_MS);
    }
  }

  tell({ is: "coming" });
  void begin();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
