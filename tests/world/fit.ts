// Whether a page fits a phone, a laptop and a television.
import type { Page } from "playwright-core";
import { sizes } from "./watching.ts";

/** Runs in the page: what is pressed but hard to hit. Words in a line of text may be
 * as high as it, and a box to tick is hit by its words as well. */
export function smallTargets(): string[] {
  const least = 44;
  const pressed = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return Array.from(document.querySelectorAll<HTMLElement>(pressed))
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => one.closest("[inert], .visually-hidden") === null && !one.matches(".skip"))
    .filter((one) => getComputedStyle(one).display !== "inline" || one.matches("input, select"))
    .flatMap((one) => {
      const box = (one.closest("label") ?? one).getBoundingClientRect();
      const isSmall = Math.min(box.width, box.height) < least - 0.5;
      const name = one.getAttribute("aria-label") ?? one.textContent?.trim().slice(0, 40);
      return isSmall ? [`${one.tagName} ${name}: ${box.width} x ${box.height}`] : [];
    });
}

/** What does not fit at one of the three sizes: too small to be hit, or wider than the
 * window, which is as it was afterwards. */
export async function misfits(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const [name, { width, height }] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    const small = await page.evaluate(smallTargets);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const wide = over > 0 ? [`${over} px too wide`] : [];
    found.push(...[...small, ...wide].map((what) => `${name}: ${what}`));
  }
  if (before !== null) await page.setViewportSize(before);
  return found;
}
