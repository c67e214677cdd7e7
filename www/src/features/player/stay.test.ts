import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { heartbeat, keyKeeper } from "./stay.ts";

const answer = { streamingKey: "k", expiresAt: "2030-01-01T00:00:00Z" } as Play;
let status: number;
let sent: { path: string; position?: number; state?: string }[];

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2029-12-31T00:00:00Z") });
  document.head.innerHTML = `<base href="${location.origin}/">`;
  status = 200;
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({ path: new URL(url).pathname, ...JSON.parse(String(init.body)) });
    if (status === 0) throw new TypeError("no network");
    const body = { expiresAt: "2030-01-02T00:00:00Z", code: "key_invalid", message: "Gone." };
    return new Response(JSON.stringify(body), { status });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

it("a position is told once, and again when nobody has heard it", async () => {
  const video = { currentTime: 12, duration: 90, readyState: 4, paused: true, ended: false };
  const beat = heartbeat(video as HTMLVideoElement, answer);
  beat();
  await settle();
  beat();
  await settle();
  expect(sent.map(({ position, state }) => [position, state])).toEqual([[12, "paused"]]);
  video.currentTime = 20;
  status = 0;
  beat();
  await settle();
  status = 200;
  beat();
  await settle();
  expect(sent.map(({ position }) => position)).toEqual([12, 20, 20]);
});

it("nothing is told of a film that has not begun to load", async () => {
  const video = { currentTime: 0, duration: Number.NaN, readyState: 0, ended: false };
  heartbeat(video as HTMLVideoElement, answer)(true);
  await settle();
  expect(sent).toEqual([]);
});

it("a key is renewed as soon as somebody answers, who may also refuse it", async () => {
  const key = keyKeeper(answer);
  const lost = vi.fn();
  const end = new AbortController();
  status = 0;
  const renewed = key.renewSurely(end.signal, lost);
  await settle(2500);
  expect(lost).toHaveBeenCalled();
  status = 200;
  await settle(20_000);
  expect(await renewed).toBe(true);
  status = 403;
  await expect(key.renewSurely(end.signal, lost)).rejects.toThrow();
});

it("who leaves the film waits for no key", async () => {
  const end = new AbortController();
  status = 0;
  const renewed = keyKeeper(answer).renewSurely(end.signal, () => undefined);
  await settle(100);
  end.abort();
  expect(await renewed).toBe(false);
  const before = sent.length;
  await settle(60_000);
  expect(sent).toHaveLength(before);
});

it("a key is old ten minutes before it ends, and young again when it was renewed", async () => {
  const key = keyKeeper(answer);
  expect(key.isOld()).toBe(false);
  vi.setSystemTime(new Date("2029-12-31T23:51:00Z"));
  expect(key.isOld()).toBe(true);
  await key.renew();
  expect(key.isOld()).toBe(false);
});
