// A film in a browser: where it stands, and waiting for it.
import type { CDPSession, Page } from "playwright-core";

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

/** Two taps of a finger, at a pace of their own: a slow machine makes no two single
 * ones of them. */
export async function tapTwice(session: CDPSession, x: number, y: number): Promise<void> {
  const now = Date.now() / 1000;
  for (const [after, isDown] of [
    [0, true],
    [0.05, false],
    [0.15, true],
    [0.2, false],
  ] as const)
    await session.send("Input.dispatchTouchEvent", {
      type: isDown ? "touchStart" : "touchEnd",
      touchPoints: isDown ? [{ x, y }] : [],
      timestamp: now + after,
    });
}

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

/** Waits until the media session knows that something of this show plays. */
export const told = (page: Page, artist: string) =>
  page.waitForFunction((show) => {
    const { metadata, playbackState } = navigator.mediaSession;
    return metadata?.artist === show && metadata.artwork.length > 0 && playbackState === "playing";
  }, artist);
