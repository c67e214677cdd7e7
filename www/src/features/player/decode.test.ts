import { afterEach, describe, expect, it, vi } from "vitest";
import type { Media } from "../../api/index.ts";
import type { Verdict } from "./capability.ts";
import { codecs, decodingOf, device as deviceNow, judgeAll, without } from "./decode.ts";

const media = (part: Partial<Media> = {}) =>
  ({
    container: "matroska",
    videoCodec: "HEVC",
    videoCodecString: "hvc1.1.6.L150.90",
    width: 3840,
    height: 2160,
    bitrate: 20e6,
    audio: [],
    ...part,
  }) as unknown as Media;
const fine: Verdict = { ok: true, picture: true, missing: [], audible: [] };

/** A device that says so of what it is asked. */
function device(decodingInfo: (asked: MediaDecodingConfiguration) => Promise<object>): void {
  vi.stubGlobal("navigator", { mediaCapabilities: { decodingInfo } });
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what the server is told of this browser", () => {
  it("is one codec of each kind that it decodes, in a container that it belongs to", () => {
    const can = (type: string) => /(mp4; codecs="(avc1|mp4a)|webm; codecs="(vp8|vp09))/.test(type);
    expect(codecs(can)).toEqual([
      "avc1.640028",
      "vp09.00.41.08",
      "vp09.02.41.10",
      "vp8",
      "mp4a.40.2",
    ]);
    expect(codecs(() => false)).toEqual([]);
  });
  it("is of HLS what media sources take in MP4, and how large a picture may be", async () => {
    vi.stubGlobal("MediaSource", {
      isTypeSupported: (type: string) => /mp4; codecs="(avc1|mp4a|opus)/.test(type),
    });
    device(async ({ video }) => ({ supported: (video?.height ?? 0) <= 1080 }));
    vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes("standard") }));
    expect((await deviceNow()).hls).toEqual({
      codecs: ["avc1.640028", "mp4a.40.2", "opus"],
      native: false,
      maxHeight: 1080,
      hdr: false,
    });
    device(async () => ({ supported: true }));
    vi.stubGlobal("matchMedia", () => ({ matches: false }));
    const { hls } = await deviceNow();
    expect([hls.maxHeight, hls.hdr]).toEqual([undefined, undefined]);
  });
  it("leaves out what it turned out to lack", () => {
    const able = {
      codecs: ["avc1.640028", "hvc1.1.6.L120.90", "mp4a.40.2"],
      hls: { codecs: ["hvc1.2.4.L120.90", "mp4a.40.2"], native: false },
    };
    expect(without(able, "hev1.2.4.L93")).toEqual({
      codecs: ["avc1.640028", "mp4a.40.2"],
      hls: { codecs: ["mp4a.40.2"], native: false },
    });
    expect(without(able, null)).toEqual({ ...able, codecs: [] });
  });
});

describe("the device", () => {
  it("is asked about this picture at its size, and has the last word", async () => {
    const asked: MediaDecodingConfiguration[] = [];
    device(async (what) => {
      asked.push(what);
      return { supported: false };
    });
    const { ok, picture, missing } = await judgeAll(media(), fine);
    expect([ok, picture]).toEqual([false, false]);
    expect(missing[0]).toContain("HEVC");
    expect(asked[0]?.video).toMatchObject({
      contentType: 'video/mp4; codecs="hvc1.1.6.L150.90"',
      width: 3840,
      height: 2160,
      bitrate: 20e6,
    });
    device(async () => ({ supported: true }));
    expect(await judgeAll(media(), fine)).toBe(fine);
  });

  it("is not asked where that would change nothing", async () => {
    device(() => Promise.reject(new Error("asked")));
    const refused = { ...fine, ok: false, picture: false };
    expect(await judgeAll(media(), refused)).toBe(refused);
    expect(await judgeAll(media({ videoCodec: null }), fine)).toBe(fine);
  });

  it("that tells nothing, or not in time, is believed to play it", async () => {
    device(() => Promise.reject(new TypeError("no such type")));
    expect(await judgeAll(media(), fine)).toBe(fine);
    vi.stubGlobal("navigator", {});
    expect(await decodingOf(media())).toBeNull();
    vi.useFakeTimers();
    device(() => new Promise(() => undefined));
    const waits = judgeAll(media(), fine);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waits).toBe(fine);
  });
});
