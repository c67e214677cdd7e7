// What arrows remember: where one was in each rail and on each page. A page that
// was left and is made anew is searched for what looks the same.

const rails = new WeakMap<Element, HTMLElement>();

interface Place {
  /** Not kept alive by this, with the page around it. */
  element: { deref(): HTMLElement | undefined };
  /** What it looks like, and which of those it is. */
  looks: string;
  nth: number;
}

/** Chromium has weak references since 84. */
function held(element: HTMLElement): Place["element"] {
  return "WeakRef" in globalThis ? new WeakRef(element) : { deref: () => element };
}

const pages = new Map<string, Place>();

const PAGES_MAX = 100;

/** A link is known by where it leads: what it says changes with what was watched. */
function looksOf(element: HTMLElement): string {
  const name = element.getAttribute("aria-label") ?? element.getAttribute("name");
  const text = name ?? element.textContent?.trim().slice(0, 80);
  return `${element.tagName}|${element.getAttribute("href") ?? text}`;
}

function alike(element: HTMLElement): HTMLElement[] {
  const looks = looksOf(element);
  return [...document.querySelectorAll<HTMLElement>(element.tagName)].filter(
    (other) => looksOf(other) === looks,
  );
}

/** Notes that this has the focus. What lies over a page is not part of it, and
 * the frame remembers by its rails alone. */
export function remember(element: Element): void {
  if (!(element instanceof HTMLElement)) return;
  const rail = element.closest("[data-rail]");
  const dialog = element.closest("dialog");
  if (rail !== null && !(dialog !== null && rail.contains(dialog))) rails.set(rail, element);
  if (element.closest('dialog, [data-frame], [role="menu"]') !== null) return;
  if (!element.matches("a, button, input, select, textarea")) return;
  const key = location.pathname;
  pages.delete(key);
  pages.set(key, {
    element: held(element),
    looks: looksOf(element),
    nth: alike(element).indexOf(element),
  });
  const [oldest] = pages.keys();
  if (pages.size > PAGES_MAX && oldest !== undefined) pages.delete(oldest);
}

export function rememberedIn(rail: Element): HTMLElement | null {
  return rails.get(rail) ?? null;
}

/** Where one was on a page, among what can be reached now. */
export function placeOf(page: string, among: HTMLElement[]): HTMLElement | null {
  const place = pages.get(page);
  return place === undefined ? null : seek(place, among);
}

function seek(place: Place, among: HTMLElement[]): HTMLElement | null {
  const element = place.element.deref();
  if (element !== undefined && among.includes(element)) return element;
  if (element?.isConnected) return null;
  return (
    among.filter((element) => looksOf(element) === place.looks)[Math.max(0, place.nth)] ?? null
  );
}

let end: () => void = () => undefined;

/** Somebody came back to a page: until he does something himself, the focus goes
 * where it was, as soon as that is there. */
function comeBack(candidates: () => HTMLElement[]): void {
  end();
  const key = location.pathname;
  const place = pages.get(key);
  if (place === undefined) return;
  const attempt = (): void => {
    if (location.pathname !== key) end();
    else if (document.querySelector("dialog[open]") === null) refocus();
  };
  const refocus = (): void => {
    const found = seek(place, candidates());
    if (found !== null && found !== document.activeElement) found.focus();
  };
  const watch = new MutationObserver(attempt);
  watch.observe(document.body, { childList: true, subtree: true, attributes: true });
  const acts = ["keydown", "pointerdown", "wheel"] as const;
  const stop = (): void => {
    end = () => undefined;
    watch.disconnect();
    removeEventListener("focusin", attempt);
    for (const name of acts) removeEventListener(name, stop, true);
  };
  end = stop;
  addEventListener("focusin", attempt);
  for (const name of acts) addEventListener(name, stop, { capture: true, passive: true });
}

export function startMemory(candidates: () => HTMLElement[]): void {
  addEventListener("focusin", (event) => remember(event.target as Element));
  addEventListener("popstate", () => comeBack(candidates));
}
