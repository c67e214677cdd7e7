// What a film plays from, and the key of its stream.
import { call } from "./call.ts";
import type { What } from "./index.ts";

export const source = {
  /** `except`: sources that did not play; the next best one is wanted, and rather
   * one with these codecs. */
  start: (what: What, except: number[] = [], codecs?: string[]) =>
    call("POST", "/api/play/start", {
      body: { ...what, codecs, except: except.length > 0 ? except : undefined },
    }),
  renew: (streamingKey: string) =>
    call("POST", "/api/play/renew", { body: { streamingKey }, isPassing: true }),
  state: (streamingKey: string) =>
    call("POST", "/api/play/state", { body: { streamingKey }, isPassing: true }),
};
