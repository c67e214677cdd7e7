// Keys of a card beyond those of any link: OK opens its page when it is let go, and a
// menu of what can be done with it when it is held; the menu's own key, a right click
// and a finger that rests open that at once. No part of the first load: until it comes
// a card is a link like others.
import { actionOf } from "../lib/actions.ts";

const HOLD_MS = 500;

const cardAt = (at: EventTarget | null): HTMLElement | null =>
  at instanceof Element ? at.closest<HTMLElement>("a.card") : null;

/** Opens the menu of the card that this is in; false when it is in none. */
function openMenu(at: EventTarget | null): boolean {
  const card = cardAt(at);
  if (card === null) return false;
  import("./card-menu.tsx").then((menu) => menu.openMenu(card)).catch(() => undefined);
  return true;
}

const isOk = (event: KeyboardEvent): boolean => actionOf(event, "control") === "select";

/** What a key does that goes down, asked before anybody else is; whether it is taken.
 * A remote control may tell a held key as one that is pressed again and again. */
function followHold(): (event: KeyboardEvent) => boolean {
  let isHeld = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isHeld = false;
  };
  const open = (): void => {
    timer = undefined;
    openMenu(document.activeElement);
  };
  addEventListener("keyup", (event) => {
    if (!isHeld || !isOk(event)) return;
    const isShort = timer !== undefined;
    end();
    if (isShort) cardAt(document.activeElement)?.click();
  });
  return (event) => {
    if (!isOk(event)) {
      end();
      return false;
    }
    if (isHeld) return true;
    if (cardAt(document.activeElement) === null) return false;
    isHeld = true;
    // A key that was held before already is not begun to be held here.
    if (!event.repeat) timer = setTimeout(open, HOLD_MS);
    return true;
  };
}

/** Starts it for the whole page. */
export function startCardKeys(): void {
  const isOfHold = followHold();
  const press = (event: KeyboardEvent): void => {
    const isMenu = actionOf(event, "list") === "menu" && openMenu(document.activeElement);
    // A game pad's buttons are told once, and never let go.
    if (isMenu || (event.isTrusted && isOfHold(event))) event.preventDefault();
  };
  addEventListener("keydown", press, true);
  addEventListener("contextmenu", (event) => {
    if (openMenu(event.target)) event.preventDefault();
  });
}
