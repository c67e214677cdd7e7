// What a film plays from, and the key of its stream.
import { call } from "./call.ts";
import type { What } from "./index.ts";
import type { components } from "./schema.d.ts";

/** What a device decodes of files, and of HLS. */
interface Device {
  codecs?: string[];
  hls?: components["schemas"]["HlsDevice"];
}

export const source = {
  /** `except`: sources that did not play; the next best one is wanted, and rather
   * one that suits the device. */
  start: (what: What, except: number[] = [], device: Device = {}) =>
    call("POST", "/api/play/start", {
      body: { ...what, ...device, except: except.length > 0 ? except : undefined },
    }),
  renew: (streamingKey: string) =>
    call("POST", "/api/play/renew", { body: { streamingKey }, isPassing: true }),
  state: (streamingKey: string) =>
    call("POST", "/api/play/state", { body: { streamingKey }, isPassing: true }),
};
