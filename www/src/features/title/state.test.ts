import { describe, expect, it } from "vitest";
import type { Progress } from "../../api/index.ts";
import { fileName, pagePath, playLabel, playlist, watchPath, whatOf } from "./state.ts";

const progress = (part: Partial<Progress>): Progress => ({
  position: 723,
  duration: 5400,
  progress: 0.13,
  status: "paused",
  updatedAt: "2026-01-01T00:00:00Z",
  ...part,
});

describe("where Play leads", () => {
  it("names films and episodes", () => {
    expect(watchPath({ titleId: "movie-603" })).toBe("/watch/movie-603");
    const next = { season: 0, episode: 3, title: "Lines" };
    expect(watchPath(whatOf("show-5", next))).toBe("/watch/show-5/0/3");
    expect(watchPath(whatOf("show-5", null))).toBe("/watch/show-5");
    expect(pagePath("show-5")).toBe("/show/5");
  });
});

describe("what Play says", () => {
  it("names the place, unless there is none or it is over", () => {
    expect(playLabel(null)).toBe("Play");
    expect(playLabel(null, "S1 E2")).toBe("Play S1 E2");
    expect(playLabel(progress({}))).toBe("Resume at 12:03");
    expect(playLabel(progress({}), "S1 E2")).toBe("Resume S1 E2 at 12:03");
    expect(playLabel(progress({ status: "completed" }))).toBe("Play");
    expect(playLabel(progress({ position: 0 }))).toBe("Play");
  });
});

describe("the playlist", () => {
  it("cannot be broken by a title", () => {
    expect(playlist("A\r\nB", "http://x/")).toBe("#EXTM3U\n#EXTINF:-1,A B\nhttp://x/\n");
  });
  it("gets a name that any file system takes", () => {
    expect(fileName("../A/B: <C>")).toBe("..AB C.m3u");
    expect(fileName("百年 (1999)")).toBe("百年 1999.m3u");
    expect(fileName("//")).toBe("miauflix.m3u");
  });
});
