// A walk by arrows alone: from what has the focus, each arrow is tried on each
// thing that is reached, as somebody would who looks for a way everywhere.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

export interface Walk {
  /** Names of what arrows led to. */
  seen: string[];
  /** … and of what has a place in the order of Tab but was not reached. */
  missed: string[];
}

/** Runs in the page. */
function walkThere(inVainMax: number): Walk {
  const arrows = ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"];
  const name = (element: Element): string =>
    (
      element.getAttribute("aria-label") ??
      (element as HTMLInputElement).labels?.[0]?.textContent ??
      element.textContent ??
      ""
    ).trim() || element.outerHTML.slice(0, 80);
  const within = (): ParentNode => {
    const dialogs = document.querySelectorAll("dialog[open]");
    const menu = document.activeElement?.closest("[role=menu]");
    return menu ?? dialogs[dialogs.length - 1] ?? document;
  };
  // What Tab leads to, found otherwise than the app does; the link that skips
  // the header shows itself to Tab alone.
  const targets = (): HTMLElement[] =>
    Array.from(within().querySelectorAll<HTMLElement>("*")).filter(
      (element) =>
        (element.tabIndex >= 0 || element.matches("[role^=menuitem]")) &&
        !element.matches(":disabled, .skip, dialog, video") &&
        element.matches("a[href], button, input, select, textarea, [tabindex]") &&
        element.closest("[inert]") === null &&
        element.checkVisibility({ visibilityProperty: true }),
    );
  const at = (): HTMLElement => document.activeElement as HTMLElement;
  const press = (key: string): void => {
    at().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  };
  const ways = new Map<HTMLElement, Map<string, HTMLElement>>();
  const waysOf = (element: HTMLElement): Map<string, HTMLElement> => {
    const known = ways.get(element) ?? new Map<string, HTMLElement>();
    ways.set(element, known);
    return known;
  };
  const untried = (element: HTMLElement): string | undefined =>
    arrows.find((arrow) => !waysOf(element).has(arrow));
  // The first arrow of the shortest known way to where one was not yet tried.
  const towards = (): string | undefined => {
    const first = new Map<HTMLElement, string | undefined>([[at(), undefined]]);
    for (const [element, arrow] of first) {
      if (arrow !== undefined && untried(element) !== undefined) return arrow;
      for (const [key, to] of waysOf(element)) if (!first.has(to)) first.set(to, arrow ?? key);
    }
    return undefined;
  };
  // What is remembered may lead elsewhere than before: that is tried for a while.
  for (let inVain = 0; inVain < inVainMax; inVain++) {
    const from = at();
    const fresh = untried(from);
    if (fresh !== undefined) inVain = 0;
    const arrow = fresh ?? towards();
    if (arrow === undefined) break;
    press(arrow);
    waysOf(from).set(arrow, at());
  }
  const all = targets();
  return {
    seen: all.filter((element) => ways.has(element)).map(name),
    missed: all.filter((element) => !ways.has(element)).map(name),
  };
}

export function walk(page: Page): Promise<Walk> {
  return page.evaluate(walkThere, 100);
}

/** A key that a TV set tells by its code alone, or one by its name. */
export async function pressKey(page: Page, key: string | number): Promise<void> {
  if (typeof key === "string") return page.keyboard.press(key);
  const session = await page.context().newCDPSession(page);
  const told = { windowsVirtualKeyCode: key, key: "Unidentified" };
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...told });
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...told });
  await session.detach();
}

/** Arrows lead to everything there is. */
export async function walkAll(page: Page, where: string): Promise<void> {
  const { seen, missed } = await walk(page);
  assert.deepEqual(missed, [], `${where}: not reached; reached: ${seen.join(" | ")}`);
  assert.ok(seen.length > 0, where);
}
