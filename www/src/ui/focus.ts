// Moving focus with arrows: by remote control or keyboard. From the focused
// element the nearest focusable one in the arrow's direction is taken; a rail
// (data-rail) remembers where one was, and is entered there again.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export type Direction = "left" | "right" | "up" | "down";

const FOCUSABLE =
  'a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea,[tabindex="0"]';

/**
 * How far `to` lies from `from` in a direction; Infinity when it does not lie
 * there. Along the direction counts once, aside counts double, so that rows
 * stay rows.
 */
export function distance(from: Box, to: Box, direction: Direction): number {
  const aside = (a1: number, a2: number, b1: number, b2: number): number =>
    Math.max(0, b1 - a2, a1 - b2);
  const slack = 2;
  let along: number;
  let across: number;
  if (direction === "left" || direction === "right") {
    along = direction === "right" ? to.left - from.right : from.left - to.right;
    if (direction === "right" ? to.left < from.right - slack : to.right > from.left + slack)
      return Number.POSITIVE_INFINITY;
    across = aside(from.top, from.bottom, to.top, to.bottom);
    if (across > 0) return Number.POSITIVE_INFINITY;
  } else {
    along = direction === "down" ? to.top - from.bottom : from.top - to.bottom;
    if (direction === "down" ? to.top < from.bottom - slack : to.bottom > from.top + slack)
      return Number.POSITIVE_INFINITY;
    across = aside(from.left, from.right, to.left, to.right);
  }
  return Math.max(0, along) + 2 * across;
}

function scope(): ParentNode {
  const dialogs = document.querySelectorAll("dialog[open]");
  return dialogs[dialogs.length - 1] ?? document;
}

function candidates(): HTMLElement[] {
  return [...scope().querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element.getClientRects().length > 0 && element.closest("[inert]") === null,
  );
}

const remembered = new WeakMap<Element, HTMLElement>();

export function remember(element: Element): void {
  const rail = element.closest("[data-rail]");
  if (rail !== null && element instanceof HTMLElement) remembered.set(rail, element);
}

/** The element that an arrow leads to, or null at the edge. */
export function find(from: HTMLElement, direction: Direction): HTMLElement | null {
  const box = from.getBoundingClientRect();
  const rail = from.closest("[data-rail]");
  const sideways = direction === "left" || direction === "right";
  let best: HTMLElement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const element of candidates()) {
    if (element === from) continue;
    if (sideways && rail !== null && element.closest("[data-rail]") !== rail) continue;
    const d = distance(box, element.getBoundingClientRect(), direction);
    if (d < least) {
      least = d;
      best = element;
    }
  }
  const target = best?.closest("[data-rail]");
  if (best !== null && target && target !== rail) {
    const known = remembered.get(target);
    if (known?.isConnected) return known;
  }
  return best;
}

const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function keepsArrow(element: Element, direction: Direction): boolean {
  if (element instanceof HTMLSelectElement) return direction === "up" || direction === "down";
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement))
    return false;
  if (element.type === "range") return direction === "left" || direction === "right";
  if (element.type === "checkbox" || element.type === "radio") return false;
  return direction === "left" || direction === "right";
}

/** Moves the focus; false when there is nothing that way. */
export function move(direction: Direction): boolean {
  const from = document.activeElement;
  if (!(from instanceof HTMLElement) || from === document.body) {
    const first = candidates()[0];
    first?.focus();
    return first !== undefined;
  }
  const to = find(from, direction);
  if (to === null) return false;
  to.focus();
  to.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  return true;
}

/** Starts it for the whole page. */
export function startFocus(): void {
  addEventListener("focusin", (event) => remember(event.target as Element));
  addEventListener("keydown", (event) => {
    const direction = ARROWS[event.key];
    if (direction === undefined || event.defaultPrevented) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const active = document.activeElement;
    if (active !== null && keepsArrow(active, direction)) return;
    if (move(direction)) event.preventDefault();
  });
}
