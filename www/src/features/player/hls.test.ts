import { describe, expect, it } from "vitest";
import { failureOf, soundOf, trackOf } from "./hls.ts";

describe("tracks", () => {
  it("are known by their addresses", () => {
    expect(trackOf("http://x/api/hls/k/v-720.m3u8")).toBe("v-720");
    expect(trackOf("http://x/api/hls/k/a-12-aac.m3u8?x=1")).toBe("a-12-aac");
    expect(trackOf("http://x/api/hls/k/v-720-s12.m3u8")).toBe("v-720");
    expect(trackOf("http://x/api/hls/k/s-0.m3u8")).toBe("s-0");
    expect(trackOf("http://x/api/hls/k/v-720/3.m4s")).toBe("");
    expect(trackOf(undefined)).toBe("");
    expect(soundOf("http://x/api/hls/k/a-12-aac.m3u8")).toBe(12);
    expect(soundOf("http://x/api/hls/k/v-copy.m3u8")).toBe(-1);
  });
});

describe("a failure", () => {
  const of = (part: object) => failureOf(part as Parameters<typeof failureOf>[0]);
  const response = { code: 503, url: "", data: undefined, text: "" };
  const body = JSON.stringify({ message: "Too many films are converted." });
  it("tells what the server said, in text or in bytes", () => {
    const said = { code: 2, status: 503, text: "Too many films are converted." };
    const text = { responseType: "text", response: body };
    expect(of({ type: "networkError", response, networkDetails: text })).toEqual(said);
    const bytes = { responseType: "arraybuffer", response: new TextEncoder().encode(body) };
    expect(of({ type: "networkError", response, networkDetails: bytes })).toEqual(said);
  });
  it("is one of decoding, or says nothing", () => {
    expect(of({ type: "mediaError" })).toEqual({ code: 3, status: 0, text: null });
    const page = { responseType: "text", response: "<html>" };
    expect(of({ type: "networkError", response, networkDetails: page }).text).toBeNull();
    expect(of({ type: "networkError" })).toEqual({ code: 2, status: 0, text: null });
  });
});
