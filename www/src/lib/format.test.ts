import { describe, expect, it } from "vitest";
import {
  bytes,
  clock,
  container,
  episodeCode,
  genre,
  language,
  length,
  ownName,
  trackName,
} from "./format.ts";
import { loadArea, speak } from "./messages.ts";

describe("clock", () => {
  it("shows hours only when there are some", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(63.9)).toBe("1:03");
    expect(clock(3599)).toBe("59:59");
    expect(clock(3600)).toBe("1:00:00");
    expect(clock(36_000 + 62)).toBe("10:01:02");
  });
  it("takes what a broken file may say", () => {
    expect(clock(-5)).toBe("0:00");
    expect(clock(Number.NaN)).toBe("0:00");
    expect(clock(Number.POSITIVE_INFINITY)).toBe("0:00");
  });
});

describe("length", () => {
  it("is as exact as the length deserves", () => {
    expect(length(40)).toBe("40 s");
    expect(length(60)).toBe("1 min");
    expect(length(90)).toBe("1 min 30 s");
    expect(length(5400)).toBe("1 h 30 min");
    expect(length(7199)).toBe("2 h 0 min");
  });
  it("says nothing of the unknown", () => {
    expect(length(null)).toBe("");
    expect(length(undefined)).toBe("");
    expect(length(0)).toBe("");
  });
});

describe("bytes", () => {
  it("counts in thousands", () => {
    expect(bytes(0)).toBe("0 B");
    expect(bytes(999)).toBe("999 B");
    expect(bytes(1536)).toBe("1.5 kB");
    expect(bytes(314_000_000)).toBe("314 MB");
    expect(bytes(4_000_000_000_000)).toBe("4.0 TB");
    expect(bytes(null)).toBe("");
  });
});

describe("names", () => {
  it("knows languages, or shows the tag", () => {
    expect(language("de")).toBe("German");
    expect(language("pt-BR")).toContain("Portuguese");
    expect(language("und")).toBe("Unknown language");
    expect(language(null)).toBe("Unknown language");
    expect(language("not a tag")).toBe("not a tag");
  });
  it("names tracks by what is known of them", () => {
    const track = { title: null, language: null, codec: "AAC" };
    expect(trackName(track)).toBe("AAC");
    expect(trackName({ ...track, language: "und" }, " 5.1")).toBe("AAC 5.1");
    expect(trackName({ ...track, language: "fr" })).toBe("French (AAC)");
    expect(trackName({ ...track, title: "Director", language: "fr" })).toBe("Director (AAC)");
  });
  it("names containers and episodes", () => {
    expect(container("matroska")).toBe("Matroska");
    expect(container("mp4")).toBe("MP4");
    expect(episodeCode(0, 12)).toBe("S0 E12");
  });
});

describe("a genre", () => {
  it("is said in the language of now, one of its own as the catalogue says", async () => {
    expect(genre("Sci-Fi & Fantasy")).toBe("Sci-Fi & Fantasy");
    await speak("de");
    await loadArea("codes");
    expect(genre("Sci-Fi & Fantasy")).toBe("Science-Fiction & Fantasy");
    expect(genre("War")).toBe("Kriegsfilm");
    expect(genre("Cats on stairs")).toBe("Cats on stairs");
    await speak("en");
    expect(genre("War")).toBe("War");
  });
});

describe("the name of a language", () => {
  it("is its own", () => {
    expect(["en", "de", "fr", "ar"].map(ownName)).toEqual([
      "English",
      "Deutsch",
      "Français",
      "العربية",
    ]);
  });
});
