import { beforeEach, describe, expect, it } from "vitest";
import { go, href, match, path } from "./router.ts";

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
});

describe("match", () => {
  it("knows the screens", () => {
    expect(match("/")).toEqual({ name: "home", params: [] });
    expect(match("/movie/603")).toEqual({ name: "movie", params: ["603"] });
    expect(match("/watch/movie-603")).toEqual({ name: "watch", params: ["movie-603"] });
    expect(match("/watch/show-5/1/2")).toEqual({ name: "watch", params: ["show-5", "1", "2"] });
    expect(match("/list/genre-science-fiction").params).toEqual(["genre-science-fiction"]);
  });
  it("knows what is none", () => {
    for (const at of ["/movie/x", "/movie/1/2", "/watch/film-1", "/list/UP", "/nope", "//"])
      expect(match(at).name).toBe("missing");
  });
});

describe("go", () => {
  it("changes the path, also with a fragment", () => {
    go("/watch/movie-1#start");
    expect(path.value).toBe("/watch/movie-1");
    expect(location.hash).toBe("#start");
    expect(href("/library")).toBe("/library");
  });
  it("follows a link of ours to the letter", () => {
    const link = document.body.appendChild(document.createElement("a"));
    link.href = "/account?from=mail#name";
    link.click();
    link.remove();
    expect(path.value).toBe("/account");
    expect(location.search + location.hash).toBe("?from=mail#name");
  });
});
