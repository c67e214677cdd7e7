import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { type Failure, feedOf, type Wish } from "./feed.ts";
import { startPlayback, type Why } from "./state.ts";

interface Started {
  address: string;
  at: number;
  chosen: Wish[];
  isStopped: boolean;
  tell: { failed(failure: Failure): void };
}
let started: Started[];
vi.mock("./hls.ts", () => ({
  startHls: (given: { address: string; at: number }, tell: Started["tell"]) => {
    const { address, at } = given;
    const one: Started = { address, at, chosen: [], isStopped: false, tell };
    started.push(one);
    return {
      choose: (wish: Wish) => one.chosen.push(wish),
      rate: () => 5e6,
      stop: () => {
        one.isStopped = true;
      },
    };
  },
}));

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
    titleId: "movie-1",
    season: null,
    episode: null,
    url: "/api/stream/k",
    hlsUrl: "/api/hls/k/master.m3u8",
    method: "sound",
    reason: { code: "sound", sentence: "" },
    media: { container: "matroska", videoCodec: "H.264", height: 1080, duration: 90 },
    audio: [sound("AC-3"), sound("DTS", true)],
    expiresAt: "2030-01-01T00:00:00Z",
    streamingKey: "k",
    ...part,
  }) as unknown as Play;

class Video extends EventTarget {
  src = "";
  error: { code: number } | null = null;
  currentTime = 0;
  duration = 90;
  readyState = 1;
  videoWidth = 320;
  paused = true;
  loads = 0;
  webkitAudioDecodedByteCount = 1;
  play = async () => undefined;
  pause = () => undefined;
  load = () => {
    this.loads += 1;
  };
  removeAttribute = () => undefined;
}

const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((done) => setTimeout(done));
};
const tell = { begins: vi.fn(), ready: vi.fn(), failed: vi.fn() };
const begin = (part: object = {}) => {
  const video = new Video();
  return { video, feed: feedOf(video as unknown as HTMLVideoElement, answer(part), tell) };
};

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  started = [];
  vi.stubGlobal("MediaSource", { isTypeSupported: () => true });
});
afterEach(() => vi.unstubAllGlobals());

describe("the feed", () => {
  it("is the file where it plays as it is, and HLS elsewhere", async () => {
    const direct = begin({ method: "direct" });
    direct.feed.load(7);
    expect(direct.video.src).toBe(`${location.origin}/api/stream/k`);
    expect(tell.begins).toHaveBeenLastCalledWith(7);
    const { feed, video } = begin();
    feed.load(30);
    await settle();
    expect(video.src).toBe("");
    const { address, at } = started[0] as Started;
    expect([address, at]).toEqual([`${location.origin}/api/hls/k/master.m3u8`, 30]);
  });
  it("is the file where there is no HLS", () => {
    expect(begin({ hlsUrl: null }).feed.kind.value).toBe("file");
    vi.stubGlobal("MediaSource", undefined);
    expect(begin().feed.kind.value).toBe("file");
  });
  it("is given to the element where that alone plays HLS", () => {
    vi.stubGlobal("MediaSource", undefined);
    const { prototype } = HTMLMediaElement;
    const can = vi.spyOn(prototype, "canPlayType").mockReturnValue("maybe");
    const { feed, video } = begin();
    feed.load(30);
    expect(video.src).toMatch(/master\.m3u8$/);
    can.mockRestore();
  });
  it("turns to HLS for another sound or quality, at the same place", async () => {
    const { feed } = begin({ method: "direct" });
    feed.load(0);
    feed.choose({ quality: "v-copy" }, 12);
    expect(feed.kind.value).toBe("file");
    feed.choose({ sound: 1 }, 12);
    await settle();
    expect(started.map(({ at }) => at)).toEqual([12]);
    feed.choose({ quality: "v-720" }, 20);
    expect(started[0]?.chosen).toEqual([{ quality: "v-720", sound: 1, drawn: null }]);
  });
  it("begins anew there with subtitles drawn into the picture, and without them", async () => {
    const { feed } = begin({ method: "direct" });
    feed.load(0);
    feed.choose({ drawn: null }, 3);
    expect(feed.kind.value).toBe("file");
    feed.choose({ quality: "v-720", drawn: 2 }, 12);
    await settle();
    feed.choose({ drawn: 2 }, 15);
    await settle();
    feed.choose({ drawn: null }, 20);
    await settle();
    const list = (name: string) => `${location.origin}/api/hls/k/${name}.m3u8`;
    expect(started.map(({ address, at }) => [address, at])).toEqual([
      [list("master-s2"), 12],
      [list("master"), 20],
    ]);
    expect(started[0]?.isStopped).toBe(true);
    expect(feed.wish.value.quality).toBe("v-720");
  });
  it("keeps what was chosen when it is loaded anew, and ends what was before", async () => {
    const { feed } = begin();
    feed.load(0);
    await settle();
    feed.choose({ quality: "v-720", sound: 1 }, 5);
    feed.load(9);
    await settle();
    expect(started.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect(feed.wish.value).toEqual({ quality: "v-720", sound: 1, drawn: null });
    feed.load(10);
    feed.stop();
    await settle();
    expect(started).toHaveLength(2);
  });
});

describe("a film by HLS", () => {
  let asked: [number, Why][];
  const film = async (part: object = {}, isTaken = true) => {
    asked = [];
    const video = new Video();
    const made = startPlayback(
      video as unknown as HTMLVideoElement,
      answer(part),
      46,
      (...how) => asked.push(how) > 0 && isTaken,
    );
    await settle();
    return { video, made };
  };
  let queue: number | null;
  beforeEach(() => {
    queue = null;
    const state = { sourceId: 1, size: 9, published: [[0, 9]], wanted: [], state: "whole" };
    const rest = { rate: 0, peers: 0, problem: null, sentence: null };
    const expires = { expiresAt: "2030-01-01T00:00:00Z" };
    vi.stubGlobal("fetch", async (url: string) =>
      url.endsWith("/renew")
        ? new Response(JSON.stringify(expires))
        : new Response(JSON.stringify({ ...state, ...rest, queue })),
    );
  });
  const failed = async (failure: Partial<Failure>) => {
    started.at(-1)?.tell.failed({ code: 2, status: 0, text: null, ...failure });
    await settle();
  };
  it("is tried again where it stood, three times, then the server's words are shown", async () => {
    const { made } = await film();
    for (let i = 0; i < 3; i++) await failed({ status: 503, text: "No room to convert it." });
    expect(started.map(({ at }) => at)).toEqual([46, 46, 46, 46]);
    expect(made.problem.value).toBeNull();
    await failed({ status: 503, text: "No room to convert it." });
    expect(made.problem.value).toBe("No room to convert it.");
    made.stop();
  });
  it("is waited for as long as it is in line for an encoder", async () => {
    queue = 2;
    const { made } = await film();
    for (let i = 0; i < 6; i++) await failed({ status: 503, text: "All are in use." });
    expect(started).toHaveLength(7);
    expect(made.problem.value).toBeNull();
    made.stop();
  });
  it("that the server refuses for good says so at once", async () => {
    const { made } = await film();
    await failed({ status: 422, text: "It has no end." });
    expect(made.problem.value).toBe("It has no end.");
    made.stop();
  });
  it("that cannot be decoded is asked for without its picture's codec, once", async () => {
    const { made } = await film();
    await failed({ code: 3 });
    expect(asked).toEqual([[46, "picture"]]);
    expect(made.problem.value).toBeNull();
    made.stop();
    const other = await film({}, false);
    await failed({ code: 3 });
    expect(other.made.problem.value).toMatch(/cannot decode/);
    other.made.stop();
  });
  it("takes the place of a file that does not do what the browser said", async () => {
    const direct = { method: "direct" };
    const black = await film(direct);
    black.video.videoWidth = 0;
    black.video.dispatchEvent(new Event("loadedmetadata"));
    expect(asked).toEqual([[46, "picture"]]);
    expect(black.made.warning.value).toBeNull();
    black.made.stop();
    const silent = await film(direct);
    silent.video.webkitAudioDecodedByteCount = 0;
    silent.video.dispatchEvent(new Event("playing"));
    silent.video.currentTime = 60;
    silent.video.dispatchEvent(new Event("timeupdate"));
    expect(asked).toEqual([[60, "sound"]]);
    silent.made.stop();
    const broken = await film(direct);
    broken.video.error = { code: 3 };
    broken.video.dispatchEvent(new Event("error"));
    await settle();
    expect(asked).toEqual([[46, "file"]]);
    expect(broken.made.problem.value).toBeNull();
    broken.made.stop();
  });
});
