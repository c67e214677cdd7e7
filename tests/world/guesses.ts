// Who guesses is slowed down, and who then knows the right word has to wait as well.
import assert from "node:assert/strict";
import type { Reply } from "./client.ts";
import { until } from "./place.ts";

/**
 * Guesses until that is refused, and says the right thing in that pause: the refusal of
 * it. On a slow machine the pause may be over before it is heard, which is tried again.
 */
export async function heldBack(
  guess: () => Promise<Reply>,
  right: () => Promise<Reply>,
): Promise<Reply> {
  return until("the right one to be held back", async () => {
    const asked = performance.now();
    const slowed = await guess();
    assert.ok([401, 429].includes(slowed.status), slowed.text);
    if (slowed.status === 401) return undefined;
    const reply = await right();
    if (reply.status === 429) return reply;
    const pause = (Number(slowed.headers["retry-after"]) - 1) * 1000;
    assert.ok(performance.now() - asked > pause, "the right one does not jump the queue");
    return undefined;
  });
}
