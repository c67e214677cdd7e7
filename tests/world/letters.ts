// Writing by arrows and Enter alone, on the keyboard of the screen.
import type { Page } from "playwright-core";
import { drawn } from "./browser.ts";

/** Presses arrows until a button of the dialog on top has the focus, by where they
 * lie on the screen: first up or down to its row, then along that. */
async function goTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const way = await page.evaluate((name) => {
      const dialogs = document.querySelectorAll("dialog[open]");
      const top = dialogs[dialogs.length - 1];
      const says = (one: Element) => one.getAttribute("aria-label") ?? one.textContent;
      const to = Array.from(top?.querySelectorAll("button") ?? []).find(
        (one) => says(one) === name,
      );
      if (to === undefined) throw new Error(`no key says ${name}`);
      if (to === document.activeElement) return "there";
      const a = document.activeElement?.getBoundingClientRect() ?? new DOMRect();
      const b = to.getBoundingClientRect();
      if (b.top >= a.bottom) return "ArrowDown";
      if (b.bottom <= a.top) return "ArrowUp";
      return b.left > a.left ? "ArrowRight" : "ArrowLeft";
    }, name);
    if (way === "there") return;
    await page.keyboard.press(way);
  }
  throw new Error(`arrows never led to ${name}`);
}

/** Writes into the field that has the focus, and says that it is done. */
export async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.matches("dialog.keyboard .key"));
  for (const letter of text) {
    if (letter !== letter.toLowerCase()) {
      await goTo(page, "Capital letters");
      await page.keyboard.press("Enter");
    }
    await goTo(page, letter === " " ? "Space" : letter);
    await page.keyboard.press("Enter");
  }
  await goTo(page, "Done");
  await page.keyboard.press("Enter");
  await page.locator("dialog.keyboard").waitFor({ state: "detached" });
  await drawn(page);
}
