import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginAt, startPlayback } from "./state.ts";
import { firstTrack, type Subtitle, spokenIn } from "./subtitles.ts";

describe("beginAt", () => {
  const at = (position: number, duration: number | null) =>
    ({ position, media: duration === null ? null : { duration } }) as Parameters<typeof beginAt>[0];
  it("goes on where one was", () => {
    expect(beginAt(at(33, 90), false)).toBe(33);
    expect(beginAt(at(33, null), false)).toBe(33);
  });
  it("begins anew when asked, or when nothing is left", () => {
    expect(beginAt(at(33, 90), true)).toBe(0);
    expect(beginAt(at(88, 90), false)).toBe(0);
  });
});

describe("startPlayback", () => {
  /** As much of a video element as a seek needs. */
  class Video extends EventTarget {
    error: { code: number } | null = null;
    currentTime = 0;
    duration = 90;
    readyState = 1;
    videoWidth = 320;
    paused = true;
    play = async () => {
      this.paused = false;
      this.dispatchEvent(new Event("play"));
    };
    pause = () => {
      this.paused = true;
      this.dispatchEvent(new Event("pause"));
    };
    load = () => {
      this.error = null;
    };
    removeAttribute = () => undefined;
  }
  const answer = {
    titleId: "movie-1",
    season: null,
    episode: null,
    url: "/x",
    audio: [],
    media: null,
    expiresAt: "2030-01-01T00:00:00Z",
  };
  let swarm: object;
  beforeEach(() => {
    swarm = { sourceId: 1, size: 9, published: [[0, 9]], wanted: [], state: "whole" };
    swarm = { ...swarm, rate: 0, peers: 0, problem: null, sentence: null };
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(swarm)));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const begin = (from: number, again?: Parameters<typeof startPlayback>[3], more: object = {}) => {
    const video = new Video();
    const made = startPlayback(
      video as unknown as HTMLVideoElement,
      { ...answer, ...more } as unknown as Parameters<typeof startPlayback>[1],
      from,
      again,
    );
    video.dispatchEvent(new Event("loadedmetadata"));
    const end = () => {
      video.readyState = 0;
      made.stop();
    };
    return { video, made, end };
  };
  it("goes where it was meant to when the browser lost the way", () => {
    const { video, made, end } = begin(46);
    expect(video.currentTime).toBe(46);
    video.currentTime = 0;
    video.dispatchEvent(new Event("seeked"));
    expect(video.currentTime).toBe(46);
    made.seek(70);
    video.currentTime = 0;
    video.dispatchEvent(new Event("seeked"));
    expect(video.currentTime).toBe(70);
    end();
  });
  it("is not over any more once one goes back", () => {
    const { video, made, end } = begin(0);
    video.dispatchEvent(new Event("ended"));
    expect(made.ended.value).toBe(true);
    made.seek(70);
    video.dispatchEvent(new Event("seeking"));
    expect(made.ended.value).toBe(false);
    end();
  });
  const fail = async (video: Video) => {
    video.error = { code: 4 };
    video.dispatchEvent(new Event("error"));
    // As Chromium does it.
    if (!video.paused) video.pause();
    await new Promise((done) => setTimeout(done, 5));
  };
  it("asks for another source where it stood when this one has a problem", async () => {
    swarm = { ...swarm, state: "failed", problem: "no_peers", sentence: "Nobody has it." };
    const asked: number[] = [];
    const { video, made, end } = begin(46, (at) => asked.push(at) > 0);
    await fail(video);
    expect(asked).toEqual([46]);
    expect(made.problem.value).toBeNull();
    end();
  });
  it("says what the problem is when no other source is tried", async () => {
    swarm = { ...swarm, state: "failed", problem: "no_peers", sentence: "Nobody has it." };
    const { video, made, end } = begin(46, () => false);
    await fail(video);
    expect(made.problem.value).toBe("Nobody has it.");
    end();
  });
  it("says at once that it was paused", async () => {
    swarm = { ...swarm, state: "paused", published: [[0, 3]] };
    const { video, made, end } = begin(46, () => false);
    await fail(video);
    expect(made.problem.value).toMatch(/is paused/);
    end();
  });
  it("tries a few times before it leaves a source that only stalls", async () => {
    swarm = { ...swarm, state: "downloading" };
    const asked: number[] = [];
    const { video, made, end } = begin(46, (at) => asked.push(at) > 0);
    for (let i = 0; i < 3; i++) await fail(video);
    expect(asked).toEqual([]);
    await fail(video);
    expect(asked).toEqual([46]);
    expect(made.problem.value).toBeNull();
    end();
  });
  /** The server gives what plays, and refuses its key with this status. */
  const refuse = (status: number) =>
    vi.stubGlobal("fetch", async (url: string) =>
      url.endsWith("/renew")
        ? new Response(JSON.stringify({ message: "Start anew." }), { status })
        : new Response(JSON.stringify(swarm)),
    );
  it("asks for the same source anew when its key was lost with the session", async () => {
    const asked: [number, string][] = [];
    for (const status of [401, 404]) {
      refuse(status);
      const { video, made, end } = begin(46, (...how) => asked.push(how) > 0);
      video.dispatchEvent(new Event("playing"));
      await fail(video);
      expect(asked.splice(0)).toEqual([[46, "keyless"]]);
      expect(made.problem.value).toBeNull();
      end();
    }
  });
  it("says so when the key of what has never played is not known", async () => {
    refuse(404);
    const again = vi.fn(() => true);
    const { video, made, end } = begin(46, again);
    await fail(video);
    expect(again).not.toHaveBeenCalled();
    expect(made.problem.value).toBe("Start anew.");
    end();
  });
  it("says what is wrong with a file whose beginning is here and is not understood", async () => {
    swarm = { ...swarm, state: "downloading", media: { container: "avi", audio: [] } };
    const { video, made, end } = begin(0, () => true);
    video.readyState = 0;
    await fail(video);
    expect(made.problem.value).toBeNull();
    await fail(video);
    expect(made.problem.value).toBe("This browser cannot read AVI files.");
    expect(made.waiting.value).toBe(false);
    end();
  });
  it("does not blame a file of which nothing has come", async () => {
    swarm = { ...swarm, state: "downloading", published: [] };
    const asked: number[] = [];
    const { video, made, end } = begin(0, (at) => asked.push(at) > 0);
    video.readyState = 0;
    for (let i = 0; i < 4; i++) await fail(video);
    expect(asked).toEqual([0]);
    expect(made.problem.value).toBeNull();
    end();
  });
  it("warns of a film without a picture, unless it has none", async () => {
    for (const [videoCodec, warning] of [
      ["HEVC", /HEVC/],
      [null, null],
    ] as const) {
      const media = { container: "mp4", videoCodec, audio: [] };
      const { video, made, end } = begin(0, undefined, { media });
      video.videoWidth = 0;
      video.dispatchEvent(new Event("loadedmetadata"));
      await new Promise((done) => setTimeout(done));
      if (warning === null) expect(made.warning.value).toBeNull();
      else expect(made.warning.value).toMatch(warning);
      end();
    }
  });
  it("is stopped before a picture has come, and stays so when it is loaded anew", async () => {
    const { video, made, end } = begin(46);
    expect(made.playing.value).toBe(false);
    expect(made.toggle()).toBe(false);
    expect(video.paused).toBe(true);
    await fail(video);
    expect(video.paused).toBe(true);
    expect(made.toggle(true)).toBe(true);
    expect(video.paused).toBe(false);
    end();
  });
  it("goes on after an error for which the browser stopped it", async () => {
    const { video, end } = begin(46);
    await fail(video);
    expect(video.paused).toBe(false);
    end();
  });
  it("begins by the next press where the browser wants one", async () => {
    const { video, made, end } = begin(46);
    video.paused = true;
    made.toggle(false);
    const play = video.play;
    video.play = () => Promise.reject(Object.assign(new Error(), { name: "NotAllowedError" }));
    made.toggle();
    await new Promise((done) => setTimeout(done, 5));
    expect(made.wished.value).toBe(false);
    video.play = play;
    expect(made.toggle()).toBe(true);
    expect(video.paused).toBe(false);
    end();
  });
  it("insists once, and on nothing that nobody asked for", () => {
    const { video, end } = begin(46);
    for (const at of [0, 0]) {
      video.currentTime = at;
      video.dispatchEvent(new Event("seeked"));
    }
    expect(video.currentTime).toBe(0);
    end();
  });
});

describe("firstTrack", () => {
  const track = (part: Partial<Subtitle>): Subtitle => ({
    index: 0,
    url: "",
    language: "en",
    title: null,
    format: "srt",
    forced: false,
    hearingImpaired: false,
    default: false,
    inner: null,
    picture: false,
    ...part,
  });
  it("is none where nothing asks for one", () => {
    expect(firstTrack([track({}), track({ language: "de" })], null)).toBe(-1);
    expect(firstTrack([], "en")).toBe(-1);
  });
  it("is the wished language, its full text rather than the forced lines", () => {
    const tracks = [
      track({}),
      track({ language: "de-AT", forced: true }),
      track({ language: "de" }),
    ];
    expect(firstTrack(tracks, "de")).toBe(2);
  });
  it("is rather without noises, in whatever country, and never of pictures", () => {
    const sdh = track({ language: "de", hearingImpaired: true });
    expect(firstTrack([sdh, track({ language: "de" })], "de-AT")).toBe(1);
    expect(firstTrack([track({}), sdh], "de")).toBe(1);
    const drawn = track({ language: "de", picture: true, default: true });
    expect(firstTrack([drawn, sdh], "de")).toBe(1);
    expect(firstTrack([drawn], "de")).toBe(-1);
  });
  it("is the forced lines of the spoken language, or the default one", () => {
    const forced = track({ forced: true });
    expect(firstTrack([track({}), forced], null, "en-GB")).toBe(1);
    expect(firstTrack([track({}), forced], null, "fr")).toBe(-1);
    expect(firstTrack([track({}), track({ language: null, forced: true })], null, null)).toBe(1);
    expect(firstTrack([track({}), track({ default: true })], "fr")).toBe(1);
  });
  it("takes the sound that plays unasked for what is spoken", () => {
    const sound = (language: string | null, isDefault: boolean) =>
      ({ language, default: isDefault }) as Parameters<typeof spokenIn>[0][number];
    expect(spokenIn([sound("en", false), sound("fr", true)])).toBe("fr");
    expect(spokenIn([sound("en", false), sound("fr", false)])).toBe("en");
    expect(spokenIn([])).toBeNull();
  });
});
