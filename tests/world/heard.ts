// What a screen reader is told without being asked: all that comes into the live
// regions of a page.
import type { Page } from "playwright-core";

type Listening = { heard: string[] };

/** Runs in the page before its own scripts. */
function listen(): void {
  const heard: string[] = [];
  Object.assign(window, { heard });
  const regions = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
  const tell = (changes: MutationRecord[]): void => {
    const told = new Set<Element>();
    for (const { target, addedNodes } of changes)
      for (const node of [target, ...Array.from(addedNodes)]) {
        const element = node instanceof Element ? node : node.parentElement;
        const inside = element?.querySelectorAll("[role=alert]") ?? [];
        const around = element?.closest(regions);
        for (const region of around ? [around, ...Array.from(inside)] : Array.from(inside))
          told.add(region);
      }
    for (const region of told) {
      // What lies below a page, or is not shown, is not told.
      if (region.closest("[inert], [hidden]") !== null) continue;
      const text = region.textContent?.trim() ?? "";
      if (text !== "") heard.push(text);
    }
  };
  new MutationObserver(tell).observe(document, {
    childList: true,
    characterData: true,
    subtree: true,
  });
}

/** From the next page that is loaded on. */
export const startListening = (page: Page): Promise<unknown> => page.addInitScript(listen);

/** Waits until this was told since the page was loaded, or since `forget`. */
export const hears = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => (window as unknown as Listening).heard.some((one) => one.includes(wanted)),
    text,
  );

/** All that was told; from now on it counts anew. */
export const forget = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as Listening).heard.splice(0));
