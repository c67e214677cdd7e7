import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchAhead } from "../../api/ahead.ts";
import { live, tell } from "../../api/events.ts";
import type { Media, Progress } from "../../api/index.ts";
import { MoviePage } from "./page.tsx";
import { Actions } from "./parts.tsx";
import { begun } from "./sample.ts";
import { loadTitle } from "./state.ts";

const media = (codec: string, codecString: string): Media => ({
  container: "matroska",
  mimeType: "",
  codecString: "",
  videoCodec: "H.264",
  videoCodecString: "avc1.640028",
  width: 640,
  height: 360,
  hdr: "HDR10",
  fps: 25,
  bitDepth: 8,
  startTime: 0,
  duration: 60,
  bitrate: null,
  size: null,
  audio: [
    {
      index: 0,
      language: "en",
      title: null,
      codec,
      codecString,
      channels: 2,
      channelLayout: null,
      default: true,
    },
  ],
  subtitles: [],
  chapters: [],
});

let at: HTMLElement;

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  vi.stubGlobal("MediaSource", {
    isTypeSupported: (type: string): boolean => /avc1|mp4a/.test(type),
  });
});

afterEach(() => {
  render(null, at);
  at.remove();
});

const show = (file: Media | null, playable = true, progress: Progress | null = null): string => {
  const what = { titleId: "movie-1" };
  const reload = (): void => undefined;
  render(<Actions {...{ what, playable, media: file, progress, reload }} />, at);
  return at.textContent ?? "";
};

const links = (): (string | null)[] =>
  [...at.querySelectorAll("a")].map((link) => link.getAttribute("href"));

describe("before Play", () => {
  it("plays what the browser can decode", () => {
    const text = show(media("AAC", "mp4a.40.2"));
    expect(text).toContain("Play");
    expect(text).not.toContain("cannot");
    expect(links()).toEqual(["/watch/movie-1"]);
  });
  it("goes on or starts over", () => {
    expect(show(media("AAC", "mp4a.40.2"), true, begun)).toContain("Resume at 0:30");
    expect(links()).toEqual(["/watch/movie-1", "/watch/movie-1#start"]);
  });
  it("names what is missing and offers another player", () => {
    const text = show({ ...media("AC-3", "ac-3"), duration: null });
    expect(text).toContain("This browser cannot play AC-3 sound.");
    expect(text).toContain("Open in mpv or VLC");
    expect(links()).toEqual(["/watch/movie-1#anyway"]);
  });
  it("plays what the server can convert", () => {
    expect(show(media("AC-3", "ac-3"))).not.toContain("cannot");
    expect(links()).toEqual(["/watch/movie-1"]);
    vi.stubGlobal("MediaSource", undefined);
    expect(show({ ...media("AC-3", "ac-3") })).toContain("cannot play AC-3");
  });
  it("says so when there is no source", () => {
    expect(show(null, false)).toContain("No source yet.");
    expect(links()).toEqual([]);
    expect(at.querySelector("button")).toBeNull();
  });
});

describe("a film that was fetched before it is opened", () => {
  const settle = () => act(() => new Promise<void>((done) => setTimeout(done)));
  const film = {
    type: "movie",
    id: 1,
    title: "Quay",
    poster: null,
    backdrop: null,
    genres: [],
    rating: null,
    media: null,
    playable: false,
  };
  let asked: string[];
  beforeEach(() => {
    asked = [];
    live.value = "open";
    tell("reset", null);
    vi.stubGlobal("scrollTo", () => undefined);
    vi.stubGlobal("fetch", async (url: string) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      return new Response(JSON.stringify(pathname === "/api/me" ? { role: "user" } : film));
    });
  });
  afterEach(() => {
    live.value = "off";
    vi.unstubAllGlobals();
  });
  const films = () => asked.filter((path) => path === "/api/movies/1").length;

  it("is there at once and asked for once", async () => {
    fetchAhead("movie-1", () => loadTitle("movie", 1));
    await settle();
    act(() => render(<MoviePage params={["1"]} />, at));
    expect(at.querySelector("h1")?.textContent).toBe("Quay");
    await settle();
    expect(films()).toBe(1);
  });

  it("is asked for once while it is on its way", async () => {
    fetchAhead("movie-1", () => loadTitle("movie", 1));
    act(() => render(<MoviePage params={["1"]} />, at));
    for (let i = 0; i < 3; i++) await settle();
    expect(at.querySelector("h1")?.textContent).toBe("Quay");
    expect(films()).toBe(1);
  });
});
