// Where arrows lead. Up and down go to the nearest row, there to what is nearest;
// left and right go along a row. All by where things lie on the screen, so that
// a page from right to left needs nothing of its own. Attributes say more:
// - data-rail: a row that is left sideways only at its end, and that is entered
//   from above and below where one was;
// - data-frame: what stays while the page scrolls; it lies above all of the page
//   (or below, where it is at the foot), and one comes back from it to where one was;
// - data-aside: passed by on the way down, and on the way up unless it lies straight
//   ahead (headings that are links).
import type { Direction } from "../lib/actions.ts";
import { placeOf, rememberedIn } from "./memory.ts";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

// The link that skips the header is for Tab alone: arrows go to the page anyway.
const FOCUSABLE = [
  "a[href]:not(.skip)",
  // Inside a card, which has a key for it.
  "button:not([disabled]):not([data-remove])",
  "input:not([disabled])",
  "select:not([disabled])",
  "textarea:not([disabled])",
  '[tabindex="0"]',
].join();

/** Where one enters a row in which nobody was yet. */
const CHOSEN = '[aria-current], [aria-selected="true"]';

/** Boxes may overlap so much and lie beside each other all the same: what is
 * pressed by a finger is larger than it looks. */
const SLACK = 8;

/** How far two spans lie from each other, 0 when they overlap. */
const gap = (a1: number, a2: number, b1: number, b2: number): number =>
  Math.max(0, b1 - a2, a1 - b2);

function turned(box: Box, direction: Direction): Box {
  // Everything below thinks of "down": along is top to bottom.
  const { left, top, right, bottom } = box;
  if (direction === "down") return box;
  if (direction === "up") return { left, right, top: -bottom, bottom: -top };
  return direction === "right"
    ? { left: top, right: bottom, top: left, bottom: right }
    : { left: top, right: bottom, top: -right, bottom: -left };
}

/** Which of these boxes an arrow leads to, by its place; -1 for none. */
export function nearest(origin: Box, boxes: Box[], direction: Direction): number {
  const from = turned(origin, direction);
  const middle = (from.left + from.right) / 2;
  const sideways = direction === "left" || direction === "right";
  const ahead = boxes
    .map((box, place) => ({ place, box: turned(box, direction) }))
    .filter(({ box }) => box.top >= from.bottom - SLACK)
    .map((one) => ({ ...one, aside: gap(from.left, from.right, one.box.left, one.box.right) }))
    .filter(({ aside }) => !sideways || aside === 0);
  if (ahead.length === 0) return -1;
  // The row that comes first, and all that reaches into it.
  const first = ahead.reduce((a, b) => (b.box.top < a.box.top ? b : a));
  const row = ahead.filter(({ box }) => box.top < first.box.bottom - SLACK || box === first.box);
  const off = ({ box }: { box: Box }): number => Math.abs((box.left + box.right) / 2 - middle);
  // In a row what lies straight ahead; along one what comes first.
  const rank = (one: (typeof ahead)[number]): [number, number] =>
    sideways ? [one.box.top, off(one)] : [one.aside, off(one)];
  return row.reduce((a, b) => {
    const [a1, a2] = rank(a);
    const [b1, b2] = rank(b);
    return b1 < a1 || (b1 === a1 && b2 < a2) ? b : a;
  }).place;
}

/** What arrows stay in: an open menu, the dialog on top, else the page. */
function scope(): ParentNode {
  const menu = document.activeElement?.closest('[role="menu"]');
  const dialogs = document.querySelectorAll("dialog[open]");
  return menu ?? dialogs[dialogs.length - 1] ?? document;
}

/** Whether arrows can lead to it. */
function isReachable(element: HTMLElement): boolean {
  return (
    element.getClientRects().length > 0 &&
    element.closest("[inert]") === null &&
    getComputedStyle(element).visibility !== "hidden"
  );
}

/** All that arrows can lead to, in the document's order. */
export function candidates(): HTMLElement[] {
  return [...scope().querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isReachable);
}

/** Its place; a frame's is at the end of the page at which it stands. */
function boxOf(element: HTMLElement): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const frame = element.closest("[data-frame]");
  if (frame === null) return { left, top, right, bottom };
  const height = document.documentElement.scrollHeight;
  const isHead = frame.getBoundingClientRect().top < innerHeight / 2;
  const shift = isHead ? -scrollY - innerHeight : height - scrollY;
  return { left, right, top: top + shift, bottom: bottom + shift };
}

function pick(from: HTMLElement, among: HTMLElement[], direction: Direction): HTMLElement | null {
  const place = nearest(boxOf(from), among.map(boxOf), direction);
  return among[place] ?? null;
}

function isStraight(from: HTMLElement, to: HTMLElement): boolean {
  const a = boxOf(from);
  const b = boxOf(to);
  return gap(a.left, a.right, b.left, b.right) === 0;
}

function findSideways(from: HTMLElement, all: HTMLElement[], direction: Direction) {
  const rail = from.closest("[data-rail]");
  const inRail = rail === null ? [] : all.filter((element) => rail.contains(element));
  return pick(from, inRail, direction) ?? pick(from, all, direction);
}

/** The element that an arrow leads to, or null at the edge. */
export function find(from: HTMLElement, direction: Direction): HTMLElement | null {
  const all = candidates().filter((element) => element !== from);
  if (direction === "left" || direction === "right") return findSideways(from, all, direction);
  const isMet = (to: HTMLElement): boolean =>
    to.closest("[data-aside]") === null || (direction === "up" && isStraight(from, to));
  const met = all.filter(isMet);
  const best = pick(from, met, direction);
  if (best === null) return null;
  if (from.closest("[data-frame]") !== null && best.closest("[data-frame]") === null) {
    const known = placeOf(location.pathname, all);
    if (known !== null) return known;
  }
  const rail = best.closest("[data-rail]");
  if (rail === null || rail.contains(from)) return best;
  const known = rememberedIn(rail) ?? rail.querySelector<HTMLElement>(CHOSEN);
  return known !== null && all.includes(known) ? known : best;
}

/** Where one begins when nothing has the focus: where one was on this page,
 * else what the page wants, else its first. */
function start(all: HTMLElement[]): HTMLElement | undefined {
  const page = all.filter((element) => element.closest("[data-frame]") === null);
  return (
    placeOf(location.pathname, all) ??
    page.find((element) => element.hasAttribute("data-first")) ??
    page[0] ??
    all[0]
  );
}

function focus(element: HTMLElement): void {
  element.focus();
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
}

/** Moves the focus; false when there is nothing that way. */
export function move(direction: Direction): boolean {
  const from = document.activeElement;
  const all = candidates();
  const isNowhere =
    !(from instanceof HTMLElement) ||
    from.matches("h1") ||
    all.some((one) => one !== from && from.contains(one));
  const to = isNowhere ? (start(all) ?? null) : find(from, direction);
  if (to !== null) focus(to);
  return to !== null;
}

/** To the first or last of the row, grid or menu that has the focus. */
export function moveToEnd(end: "first" | "last"): boolean {
  const rail = document.activeElement?.closest('[data-rail], .grid, [role="menu"]');
  const all = rail ? candidates().filter((element) => rail.contains(element)) : [];
  const to = all[end === "first" ? 0 : all.length - 1];
  if (to !== undefined) focus(to);
  return to !== undefined;
}
