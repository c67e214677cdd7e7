import { render } from "preact";
import { useState } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { type Delay, delayText, shiftCues, useDelay } from "./delay.ts";
import type { Running } from "./running.ts";

const cue = (startTime: number, endTime: number) => ({ startTime, endTime }) as VTTCue;
const times = (cues: VTTCue[]) =>
  cues.map(({ startTime, endTime }) => [Math.round(startTime * 1000), Math.round(endTime * 1000)]);

let sent: { url: string; body: unknown }[];
let at: HTMLElement;
let delay: Delay;
let cues: VTTCue[];
let video: HTMLVideoElement;
const shown: string[] = [];

function Probe({ ms }: { ms: number }) {
  const [answer] = useState({ subtitleDelay: ms, streamingKey: "KEY" } as Play);
  const deck = { say: () => undefined, show: (text: string) => shown.push(text) };
  delay = useDelay(answer, { video, deck } as unknown as Running, 0);
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  shown.length = 0;
  cues = [cue(1, 2), cue(5, 6)];
  video = Object.assign(document.createElement("div"), {
    textTracks: [{ id: "text-0", cues }],
  }) as unknown as HTMLVideoElement;
  at = document.createElement("div");
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) });
    return new Response("{}");
  });
});
afterEach(() => {
  render(null, at);
  vi.useRealTimers();
});

it("moves cues from wherever they were", () => {
  shiftCues({ cues } as unknown as TextTrack, 250);
  expect(times(cues)).toEqual([
    [1250, 2250],
    [5250, 6250],
  ]);
  shiftCues({ cues } as unknown as TextTrack, -100);
  expect(times(cues)).toEqual([
    [900, 1900],
    [4900, 5900],
  ]);
});

it("is the file's from the beginning, also for cues that come later", async () => {
  await act(() => render(<Probe ms={300} />, at));
  expect(times(cues)[0]).toEqual([1300, 2300]);
  cues.push(cue(9, 10));
  await act(() => void video.dispatchEvent(new Event("timeupdate")));
  expect(times(cues)).toEqual([
    [1300, 2300],
    [5300, 6300],
    [9300, 10300],
  ]);
});

it("is changed in steps, seen at once and kept once", async () => {
  await act(() => render(<Probe ms={0} />, at));
  await act(() => delay.step(1));
  await act(() => delay.step(1));
  expect(times(cues)[0]).toEqual([1100, 2100]);
  expect(shown).toEqual(["Subtitles +50 ms", "Subtitles +100 ms"]);
  expect(sent).toEqual([]);
  await act(() => void vi.advanceTimersByTime(1000));
  expect(sent.map(({ url, body }) => [url.replace(/^.*\/api/, "/api"), body])).toEqual([
    ["/api/subtitles/KEY", { delay: 100 }],
  ]);
  await act(() => delay.reset());
  expect(times(cues)[0]).toEqual([1000, 2000]);
  await act(() => void vi.advanceTimersByTime(1000));
  expect(sent.map(({ body }) => body)).toEqual([{ delay: 100 }, { delay: 0 }]);
});

it("is kept when the film is left before", async () => {
  await act(() => render(<Probe ms={0} />, at));
  await act(() => delay.step(-1));
  await act(() => render(null, at));
  expect(sent.map(({ body }) => body)).toEqual([{ delay: -50 }]);
});

it("is kept when the page is closed before", async () => {
  await act(() => render(<Probe ms={0} />, at));
  await act(() => delay.step(-1));
  dispatchEvent(new Event("pagehide"));
  expect(sent.map(({ body }) => body)).toEqual([{ delay: -50 }]);
});

it("is said with its sign", () => {
  expect([0, 50, -1250].map(delayText)).toEqual(["0 ms", "+50 ms", "−1,250 ms"]);
});
