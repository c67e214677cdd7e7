// A player by hand.
import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { get as tlsGet } from "node:https";

/** One that has the head of a whole film's answer and takes no more of it; over https
 * where there is an authority to trust. */
export async function pausedAt(
  url: string,
  localAddress: string,
  ca?: string,
): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    const ask = ca === undefined ? get : tlsGet;
    ask(url, { agent: false, localAddress, ca }, done).once("error", fail);
  });
  assert.equal(answer.statusCode, 200);
  return answer.pause();
}
