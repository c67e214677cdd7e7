import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Download, DownloadDetail } from "../../api/index.ts";
import { Detail, readLimit } from "./detail.tsx";
import { download } from "./sample.ts";

let at: HTMLElement;
let status: number;
let peers: number;

/** Lets a second pass, after which it may be asked anew. */
const settle = (ms = 0) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const show = async (part: Partial<Download> = {}) => {
  const props = { download: download(part), put: () => undefined, check: () => undefined };
  await act(() => render(<Detail {...props} />, at));
  await settle();
};

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  status = 200;
  peers = 4;
  vi.stubGlobal("fetch", async () => {
    const detail: Partial<DownloadDetail> = {
      ...download(),
      pieces: { count: 0, size: 0, published: "", admitted: "" },
      fileList: [],
      trackers: [],
      knownSeeds: 1,
      knownPeers: peers,
    };
    const body = status === 200 ? detail : { message: "The disk is full." };
    return new Response(JSON.stringify(body), { status });
  });
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the detail of a download", () => {
  it("is asked for anew when the download has changed", async () => {
    await show();
    expect(at.textContent).toContain("4 fetching it");
    peers = 9;
    await show({ done: 1_300_000_000 });
    await settle(1100);
    await settle();
    expect(at.textContent).toContain("9 fetching it");
  });

  it("comes when it could not be had at first, and says no more of that", async () => {
    status = 500;
    await show();
    expect(at.textContent).toContain("The disk is full.");
    status = 200;
    await settle(5100);
    await settle();
    expect(at.textContent).toContain("4 fetching it");
    expect(at.textContent).not.toContain("The disk is full.");
  });
});

describe("the limits of a download", () => {
  it("are numbers from 0 on, or nothing", () => {
    expect(["", " 200 ", "1,5"].map(readLimit)).toEqual([0, 200, 1.5]);
    for (const wrong of ["-5", "fast", "NaN", "1e9"])
      expect(() => readLimit(wrong), wrong).toThrow("is no limit");
  });
});
