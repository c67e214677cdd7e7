// A film in a browser: where it stands, and waiting for it.
import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import { answered } from "./place.ts";

export const sizes = {
  phone: { width: 390, height: 844, hasTouch: true },
  laptop: { width: 1280, height: 800 },
  television: { width: 1920, height: 1080 },
};

/** Where it stands, in seconds. */
export const time = (page: Page) =>
  page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);

/** Waits until the picture moves at or behind this second. */
export async function playing(page: Page, from: number): Promise<void> {
  await page.waitForFunction((at) => {
    const video = document.querySelector("video");
    return video && !video.paused && !video.seeking && video.currentTime >= at;
  }, from);
}

/** Stops the film where it is. */
export async function paused(page: Page): Promise<void> {
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("video")?.paused);
}

/** How often it was sought from now on. */
export async function countSeeks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const w = window as unknown as { seeks: number };
    w.seeks = 0;
    document.querySelector("video")?.addEventListener("seeking", () => {
      w.seeks += 1;
    });
  });
  return () => page.evaluate(() => (window as unknown as { seeks: number }).seeks);
}

/** Waits until it stands there. */
export const settled = (page: Page, at: number) =>
  page.waitForFunction((to) => {
    const video = document.querySelector("video");
    return video && !video.seeking && Math.abs(video.currentTime - to) < 0.5;
  }, at);

/** Chromium answers when the page has dealt with it, which may be never. */
async function sendTouch(
  session: CDPSession,
  type: "touchStart" | "touchMove" | "touchEnd",
  touchPoints: { x: number; y: number }[],
  timestamp = Date.now() / 1000,
): Promise<void> {
  const sent = session.send("Input.dispatchTouchEvent", { type, touchPoints, timestamp });
  await answered(type, sent);
}

/** Two taps of a finger, at a pace of their own: a slow machine makes no two single
 * ones of them. */
export async function tapTwice(session: CDPSession, x: number, y: number): Promise<void> {
  const now = Date.now() / 1000;
  const at = [{ x, y }];
  await sendTouch(session, "touchStart", at, now);
  await sendTouch(session, "touchEnd", [], now + 0.05);
  await sendTouch(session, "touchStart", at, now + 0.15);
  await sendTouch(session, "touchEnd", [], now + 0.2);
}

/** One tap. */
export async function tap(session: CDPSession, x: number, y: number): Promise<void> {
  await sendTouch(session, "touchStart", [{ x, y }]);
  await sendTouch(session, "touchEnd", []);
}

/** A finger that goes along these places and lets go after `held`. */
export async function drag(
  session: CDPSession,
  [first, ...rest]: [x: number, y: number][],
  held: () => Promise<unknown>,
): Promise<void> {
  const at = ([x, y]: [number, number] = [0, 0]) => [{ x, y }];
  await sendTouch(session, "touchStart", at(first));
  for (const next of rest) await sendTouch(session, "touchMove", at(next));
  try {
    await held();
  } finally {
    await sendTouch(session, "touchEnd", []);
  }
}

/** Waits until the seek bar stands about there; a finger that was taken away from the
 * page never leads there. */
export async function aims(page: Page, at: number): Promise<void> {
  const found = await page.waitForFunction((to) => {
    if ((window as unknown as { taken?: boolean }).taken) return "taken";
    const bar = document.querySelector<HTMLInputElement>(".seek input");
    return bar !== null && Math.abs(Number(bar.value) - to) <= 1 && "there";
  }, at);
  assert.equal(await found.jsonValue(), "there", "the finger was taken away");
}

/** From now on it is noted when the browser takes a finger for itself. */
export const noteTaken = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    Object.assign(window, { taken: false });
    addEventListener("pointercancel", () => Object.assign(window, { taken: true }));
  });

/** What a page has told the media session to call, as a test has it kept. */
export interface Session {
  handlers: Record<string, ((details: object) => void) | null>;
}

/** In one go: however slow the machine is, no pause lies between them. */
export function pressThrice(page: Page, key: string): Promise<void> {
  return page.evaluate((named) => {
    const to = { key: named, bubbles: true, cancelable: true };
    for (let i = 0; i < 3; i++)
      document.querySelector(".player")?.dispatchEvent(new KeyboardEvent("keydown", to));
  }, key);
}

/** Looks out for words that are shown for a moment only: what it gives waits until
 * they were, also when nobody looked just then. */
export async function glimpse(
  page: Page,
  selector: string,
  words: string,
): Promise<() => Promise<unknown>> {
  await page.evaluate(
    ([within, text]) => {
      const note = window as unknown as { __glimpsed: boolean };
      note.__glimpsed = false;
      const look = (): void => {
        note.__glimpsed ||= Array.from(document.querySelectorAll(within as string)).some((one) =>
          one.textContent?.includes(text as string),
        );
      };
      const changes = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver(look).observe(document.body, changes);
    },
    [selector, words],
  );
  return () =>
    page.waitForFunction(() => (window as unknown as { __glimpsed: boolean }).__glimpsed);
}

/** Waits until the media session knows that something of this show plays. */
export const told = (page: Page, artist: string) =>
  page.waitForFunction((show) => {
    const { metadata, playbackState } = navigator.mediaSession;
    return metadata?.artist === show && metadata.artwork.length > 0 && playbackState === "playing";
  }, artist);

/** In a page: a browser that plays files alone. */
export function withoutHls(): void {
  Reflect.deleteProperty(window, "MediaSource");
  Reflect.deleteProperty(window, "ManagedMediaSource");
  const { prototype } = HTMLMediaElement;
  const canPlay = prototype.canPlayType;
  prototype.canPlayType = function (type) {
    return type.includes("mpegurl") ? "" : canPlay.call(this, type);
  };
}

/** Runs in a page before its own scripts: as in a browser that says that it shows HEVC
 * and then plays only the sound. */
export function claimHevc(): void {
  const hevc = /hvc1|hev1/;
  const isSupported = MediaSource.isTypeSupported.bind(MediaSource);
  MediaSource.isTypeSupported = (type) => hevc.test(type) || isSupported(type);
  const { prototype } = HTMLMediaElement;
  const canPlay = prototype.canPlayType;
  prototype.canPlayType = function (type) {
    return hevc.test(type) ? "probably" : canPlay.call(this, type);
  };
  const told = { supported: true, smooth: true, powerEfficient: true };
  const { mediaCapabilities } = navigator;
  mediaCapabilities.decodingInfo = async (asked) => ({ ...told, configuration: asked }) as never;
}
