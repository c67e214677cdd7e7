import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { feedOf } from "./feed.ts";
import { audioGroup, qualityGroup, subtitleGroups, wayText } from "./menus.tsx";
import type { Playback } from "./playback.ts";

const sound = (codec: string, isDefault = false) => ({
  index: 0,
  language: "en",
  title: null,
  codec,
  codecString: codec.toLowerCase(),
  channels: 2,
  default: isDefault,
});
const answer = (part: object = {}): Play =>
  ({
    url: "/api/stream/k",
    hlsUrl: "/api/hls/k/master.m3u8",
    method: "sound",
    reason: { code: "sound", sentence: "" },
    media: { container: "matroska", videoCodec: "H.264", height: 1080, duration: 90 },
    audio: [sound("AC-3"), sound("DTS", true)],
    ...part,
  }) as unknown as Play;

beforeEach(() => {
  vi.stubGlobal("MediaSource", { isTypeSupported: () => true });
});
afterEach(() => vi.unstubAllGlobals());

describe("the menus", () => {
  const playback = (part: object = {}) => {
    const video = { src: "", load: () => undefined } as HTMLVideoElement;
    const tell = { begins: vi.fn(), ready: vi.fn(), failed: vi.fn() };
    const feed = feedOf(video, answer(part), tell);
    return { feed, time: signal(5) } as unknown as Playback;
  };
  it("name the qualities, and which is shown", () => {
    const on = playback();
    on.feed.shown.value = "v-720";
    const group = qualityGroup(answer(), on);
    const names = ["Auto (720p)", "Original (1080p)", "720p", "480p", "360p"];
    expect(group.items.map(({ label }) => label)).toEqual(names);
    expect(group.items[0]?.chosen).toBe(true);
    group.items[3]?.choose?.();
    expect(on.feed.wish.value.quality).toBe("v-480");
    expect(qualityGroup(answer(), on).items.map(({ chosen }) => chosen)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });
  it("say of a file as it is that it is the original", () => {
    const [first] = qualityGroup(
      answer({ method: "direct" }),
      playback({ method: "direct" }),
    ).items;
    expect([first?.label, first?.chosen]).toEqual(["Original (1080p)", true]);
  });
  it("let one choose each sound, the main one first", () => {
    const on = playback();
    const group = audioGroup(null, answer(), on);
    expect(group.note).toBeUndefined();
    expect(group.items.map(({ chosen }) => chosen)).toEqual([false, true]);
    group.items[0]?.choose?.();
    expect(audioGroup(null, answer(), on).items.map(({ chosen }) => chosen)).toEqual([true, false]);
    const stuck = { hlsUrl: null, method: "direct" };
    expect(audioGroup(null, answer(stuck), playback(stuck)).note).toMatch(/mpv and VLC/);
  });
  it("offer subtitles that are pictures where they can be drawn", () => {
    const track = { index: 0, inner: 3, url: null, language: "de", title: null, format: "PGS" };
    const kinds = { forced: false, hearingImpaired: false, default: false, picture: true };
    const subtitles = [{ ...track, ...kinds }] as Play["subtitles"];
    const chosen: number[] = [];
    const groups = (part: object) =>
      subtitleGroups(
        answer({ subtitles, ...part }),
        0,
        (place) => chosen.push(place),
        () => undefined,
        () => undefined,
      );
    const [, drawn] = groups({});
    expect(drawn?.note).toMatch(/drawn into the picture/);
    expect(drawn?.items[0]?.chosen).toBe(true);
    drawn?.items[0]?.choose?.();
    expect(chosen).toEqual([0]);
    const [, stuck] = groups({ hlsUrl: null });
    expect(stuck?.note).toMatch(/mpv and VLC/);
    expect(stuck?.items[0]?.choose).toBeUndefined();
  });
  it("say why it comes as it does", () => {
    const way = (code: string, method = "transcode") =>
      wayText(answer({ method, reason: { code, sentence: "" } }), true);
    expect(way("sound", "sound")).toMatch(/cannot play DTS/);
    expect(way("picture")).toMatch(/cannot show H\.264/);
    expect(way("hdr")).toMatch(/no HDR/);
    expect(way("container", "remux")).toMatch(/another container/);
    expect(way("plays", "direct")).toMatch(/was chosen/);
    expect(wayText(answer({ method: "direct" }), true, true)).toMatch(/drawn into it/);
  });
});
