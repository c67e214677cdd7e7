// A peer that says it has everything and answers each request with bytes that are
// not the film's.
import { randomBytes } from "node:crypto";
import type { Tracker } from "../../tools/tracker.ts";
import { type Peer, startPeer } from "./peer.ts";

/** Announces itself as a seeder at `address`, which no honest one should have: who
 * lies is shut out by it. */
export function startLiar(
  hash: string,
  pieces: number,
  tracker: Tracker,
  address = "127.0.0.2",
): Promise<Peer> {
  return startPeer(hash, tracker, {
    pieceSize: 1,
    size: pieces,
    give: (_, length) => randomBytes(length),
    address,
  });
}
