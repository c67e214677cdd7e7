import { describe, expect, it } from "vitest";
import { actionOf, KEYS, keyNames } from "./keys.ts";
import { beginAt } from "./state.ts";
import { firstTrack, type Subtitle, spokenIn } from "./subtitles.ts";

describe("keys", () => {
  it("mean one thing each", () => {
    const all = KEYS.flatMap((row) => row.keys);
    expect(new Set(all).size).toBe(all.length);
  });
  it("are found whatever the shift key does", () => {
    expect(actionOf("K")).toBe("toggle");
    expect(actionOf(" ")).toBe("toggle");
    expect(actionOf("5")).toBe("share");
    expect(actionOf("GoBack")).toBe("leave");
    expect(actionOf("q")).toBeNull();
  });
  it("can all be shown in the help", () => {
    for (const row of KEYS) expect(keyNames(row)).not.toBe("");
  });
});

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
