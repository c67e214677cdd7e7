// Keys on every screen: arrows move the focus, Enter opens, Back leaves. What has
// the focus keeps the arrows that it needs itself, and none by which one could
// not leave it:
// - a text field keeps left and right until the caret stands at that end; up and
//   down leave it, a text of several lines at its first and last character;
// - a select is changed by left and right, and opened by Enter; up and down leave it;
// - a slider is moved by left and right, and left up and down; in a row (data-rail)
//   it is the other way round, or one could not pass it;
// - a menu and a dialog keep the arrows inside; Back leaves them.
import {
  type Action,
  actionOf,
  type Direction,
  directionOf,
  isTextField,
  type Place,
} from "../lib/actions.ts";
import { candidates, move, moveToEnd } from "./focus.ts";
import { isHelpShown } from "./help.tsx";
import { startMemory } from "./memory.ts";
import { undoLast } from "./toast.tsx";
import { noteArrow, openKeyboard, startTyping, wantsLetters } from "./typing.ts";

const isRtl = (element: Element): boolean => getComputedStyle(element).direction === "rtl";

/** +1 for the arrow in the direction of reading, -1 against it, else 0. */
function stepOf(element: Element, direction: Direction): number {
  if (direction === "up" || direction === "down") return 0;
  return (direction === "right") === isRtl(element) ? -1 : 1;
}

const isInMenu = (): boolean => document.activeElement?.closest('[role="menu"]') != null;

function keepsCaret(field: HTMLInputElement | HTMLTextAreaElement, direction: Direction): boolean {
  const isLine = field instanceof HTMLInputElement;
  const step = stepOf(field, direction) || (direction === "down" ? 1 : -1);
  if (isLine && (direction === "up" || direction === "down")) return false;
  if (field.value === "") return false;
  // Some kinds do not tell where the caret is: they are left up and down.
  const { selectionStart, selectionEnd } = field;
  if (selectionStart === null || selectionEnd === null) return true;
  if (selectionStart !== selectionEnd) return true;
  return step > 0 ? selectionEnd < field.value.length : selectionStart > 0;
}

function changed(element: HTMLElement): void {
  element.dispatchEvent(new Event("input", { bubbles: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

function stepSelect(select: HTMLSelectElement, step: number): void {
  const to = select.selectedIndex + step;
  if (to < 0 || to >= select.options.length) return;
  select.selectedIndex = to;
  changed(select);
}

/** What the focused element does with an arrow itself: "own" leaves that to the
 * browser, "done" has done it. */
function own(
  element: Element | null,
  direction: Direction,
  isReal: boolean,
): "own" | "done" | null {
  if (element === null) return null;
  const step = stepOf(element, direction);
  if (element instanceof HTMLSelectElement && step !== 0) {
    stepSelect(element, step);
    return "done";
  }
  if (element instanceof HTMLInputElement && element.type === "range") {
    const inRow = element.closest("[data-rail]") !== null;
    if (inRow === (step !== 0)) return null;
    if (isReal) return "own";
    if (step > 0 || direction === "up") element.stepUp();
    else element.stepDown();
    changed(element);
    return "done";
  }
  return isTextField(element) && keepsCaret(element, direction) ? "own" : null;
}

/** Presses what has the focus where the browser would not: boxes to tick, lists
 * to open, and everything for a game pad. True when that was done. */
function press(element: Element | null, isReal: boolean): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLSelectElement) {
    if (typeof element.showPicker !== "function") return false;
    try {
      element.showPicker();
    } catch {
      // Only a person may open it, and a game pad is none to some browsers.
    }
    return true;
  }
  const isBox = element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type);
  if (isTextField(element)) {
    if (!wantsLetters(element, isReal)) return false;
    openKeyboard(element);
  } else if (isBox || !isReal) element.click();
  else return false;
  return true;
}

/** Takes what has the focus out of its row; one goes on with its neighbour. */
export function removeFocused(): boolean {
  const button = document.activeElement?.parentElement?.querySelector<HTMLElement>("[data-remove]");
  if (!button) return false;
  if (!move("right") && !move("left")) move("down");
  button.click();
  return true;
}

interface Engine {
  /** Leaves the page; false when there is nothing to go back to. */
  back(): boolean;
  /** The page is the player's. */
  inPlayer(): boolean;
  /** Asks who is watching; false where that cannot be asked. */
  who(): boolean;
}

function leave(engine: Engine): boolean {
  const dialogs = document.querySelectorAll<HTMLDialogElement>("dialog[open]");
  const top = dialogs[dialogs.length - 1];
  if (top === undefined) return engine.back();
  top.close();
  return true;
}

/** Held keys repeat faster than some sets draw: one step a picture. */
function oncePerFrame(): (event: KeyboardEvent) => boolean {
  let isDrawn = true;
  return (event) => {
    if (event.repeat && !isDrawn) return false;
    isDrawn = false;
    requestAnimationFrame(() => {
      isDrawn = true;
    });
    return true;
  };
}

/** Starts it for the whole page. */
export function startKeys(engine: Engine): void {
  const mayStep = oncePerFrame();
  const step = (event: KeyboardEvent, direction: Direction): boolean => {
    const kept = own(document.activeElement, direction, event.isTrusted);
    if (kept !== null) return kept === "done";
    noteArrow();
    // At the end of a menu the page below it stays where it is.
    return !mayStep(event) || move(direction) || isInMenu();
  };
  const rest: Partial<Record<Action, (event: KeyboardEvent) => boolean>> = {
    first: () => moveToEnd("first"),
    last: () => moveToEnd("last"),
    remove: (event) => !event.repeat && removeFocused(),
    back: (event) => !event.repeat && leave(engine),
    undo: (event) => !event.repeat && undoLast(),
    who: (event) => !event.repeat && engine.who(),
    help: () => {
      isHelpShown.value = true;
      return true;
    },
  };
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const direction = directionOf(event);
    const action = actionOf(event, "everywhere", "list");
    let isDone = false;
    if (direction !== null) isDone = step(event, direction);
    else if (action !== null) isDone = rest[action]?.(event) ?? false;
    else if (actionOf(event, "control") === "select")
      isDone = press(document.activeElement, event.isTrusted);
    if (isDone) event.preventDefault();
  });
  startTyping();
  startMemory(candidates);
  const places = (): Place[] =>
    engine.inPlayer() ? ["player", "control", "everywhere"] : ["control", "everywhere", "list"];
  // Few have one.
  const connected = (): unknown => import("./pad.ts").then((pad) => pad.startPad(places));
  addEventListener("gamepadconnected", connected, { once: true });
}
