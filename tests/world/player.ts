// A player by hand.
import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";

/** One that has the head of a whole film's answer and takes no more of it. */
export async function pausedAt(url: string, localAddress: string): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    get(url, { agent: false, localAddress }, done).once("error", fail);
  });
  assert.equal(answer.statusCode, 200);
  return answer.pause();
}
