import { describe, expect, it } from "vitest";
import type { Media } from "../../api/index.ts";
import { judge } from "./capability.ts";

type Audio = Media["audio"][number];

const track = (part: Partial<Audio>): Audio => ({
  index: 0,
  language: null,
  title: null,
  codec: "AAC",
  codecString: "mp4a.40.2",
  channels: 2,
  channelLayout: "stereo",
  default: false,
  ...part,
});

const media = (part: Partial<Media>): Media => ({
  container: "mp4",
  mimeType: "",
  codecString: "",
  videoCodec: "H.264",
  videoCodecString: "avc1.640028",
  width: 1920,
  height: 1080,
  hdr: null,
  fps: 25,
  bitDepth: 8,
  startTime: 0,
  duration: 60,
  bitrate: null,
  size: null,
  audio: [track({})],
  subtitles: [],
  chapters: [],
  ...part,
});

// What a Chromium without licensed extras says.
const chromium = (type: string): boolean =>
  /^(video|audio)\/mp4; codecs="(avc1|mp4a\.40|av01|vp09|opus|flac|mp3)/.test(type) ||
  /^(video|audio)\/webm; codecs="(vp8|vp9|vp09|av01|opus|vorbis)/.test(type);

const AC3 = track({ codec: "AC-3", codecString: "ac-3", default: true });

describe("judge", () => {
  it("lets H.264 with AAC through, in MP4 and Matroska", () => {
    expect(judge(media({}), chromium)).toEqual({
      ok: true,
      picture: true,
      missing: [],
      audible: [0],
    });
    expect(judge(media({ container: "matroska" }), chromium).ok).toBe(true);
  });
  it("asks in the container that a codec belongs to", () => {
    const webm = media({
      container: "webm",
      videoCodec: "VP9",
      videoCodecString: "vp09.00.10.08",
      audio: [track({ codec: "Opus", codecString: "opus" })],
    });
    expect(judge(webm, chromium).ok).toBe(true);
    const mixed = media({ container: "matroska", audio: [track({ codecString: "vorbis" })] });
    expect(judge(mixed, chromium).ok).toBe(true);
  });
  it("names the sound that is missing while the picture plays", () => {
    const verdict = judge(media({ container: "matroska", audio: [AC3] }), chromium);
    expect(verdict.ok).toBe(false);
    expect(verdict.picture).toBe(true);
    expect(verdict.missing).toEqual(["This browser cannot play AC-3 sound."]);
    expect(verdict.audible).toEqual([]);
  });
  it("judges by the track that plays unasked", () => {
    const second = track({ index: 1 });
    expect(judge(media({ audio: [AC3, second] }), chromium).ok).toBe(false);
    expect(judge(media({ audio: [AC3, second] }), chromium).audible).toEqual([1]);
    const marked = [track({ codec: "DTS", codecString: "dtsc" }), { ...second, default: true }];
    expect(judge(media({ audio: marked }), chromium).ok).toBe(true);
  });
  it("names the picture that is missing", () => {
    const hevc = media({ videoCodec: "HEVC", videoCodecString: "hvc1.1.6.L93.B0" });
    const verdict = judge(hevc, chromium);
    expect(verdict.picture).toBe(false);
    expect(verdict.missing).toEqual(["This browser cannot show HEVC (H.265) pictures."]);
  });
  it("names both, and the container", () => {
    const all = media({ videoCodec: "HEVC", videoCodecString: "hvc1.1.6.L93.B0", audio: [AC3] });
    expect(judge(all, chromium).missing).toHaveLength(2);
    const avi = judge(media({ container: "avi" }), chromium);
    expect(avi.missing).toEqual(["This browser cannot read AVI files."]);
    expect(avi.picture).toBe(false);
  });
  it("refuses what has no codec string", () => {
    const odd = media({ videoCodec: "WMV", videoCodecString: null });
    expect(judge(odd, () => true).missing).toEqual(["This browser cannot show WMV pictures."]);
  });
  it("needs neither picture nor sound where there is none", () => {
    expect(judge(media({ audio: [] }), chromium).ok).toBe(true);
    expect(judge(media({ videoCodec: null, videoCodecString: null }), chromium).ok).toBe(true);
  });
});
