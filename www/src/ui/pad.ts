// Game pads: a button is told to the page as the key of the same action, so that
// nothing else knows of them. Looked at once a picture, and only while one is
// connected.
import { keyOfButton, type Place } from "../lib/actions.ts";

const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 120;
const STICK = 0.6;
/** Buttons of the cross, which the left stick stands in for. */
const CROSS = { up: 12, down: 13, left: 14, right: 15 };

/** The buttons that are held, the stick's among them. */
export function heldOn(pad: Pick<Gamepad, "buttons" | "axes">): Set<number> {
  const held = new Set<number>();
  for (const [place, button] of pad.buttons.entries()) if (button.pressed) held.add(place);
  const [x = 0, y = 0] = pad.axes;
  if (x < -STICK) held.add(CROSS.left);
  if (x > STICK) held.add(CROSS.right);
  if (y < -STICK) held.add(CROSS.up);
  if (y > STICK) held.add(CROSS.down);
  return held;
}

function tell(key: string, repeat: boolean): void {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true }),
  );
}

/** From the first that is connected on. */
export function startPad(places: () => Place[]): void {
  let frame = 0;
  /** When each held button is told next. */
  const due = new Map<number, number>();
  const look = (now: number): void => {
    const pads = [...navigator.getGamepads()].filter((pad) => pad?.connected);
    if (pads.length === 0) {
      due.clear();
      frame = 0;
      return;
    }
    const held = new Set(pads.flatMap((pad) => (pad === null ? [] : [...heldOn(pad)])));
    for (const button of due.keys()) if (!held.has(button)) due.delete(button);
    for (const button of held) {
      const at = due.get(button);
      if (at !== undefined && now < at) continue;
      due.set(button, now + (at === undefined ? REPEAT_AFTER_MS : REPEAT_EVERY_MS));
      const key = keyOfButton(button, places());
      const isArrow = Object.values(CROSS).includes(button);
      if (key !== null && (at === undefined || isArrow)) tell(key, at !== undefined);
    }
    frame = requestAnimationFrame(look);
  };
  const start = (): void => {
    if (frame === 0) frame = requestAnimationFrame(look);
  };
  addEventListener("gamepadconnected", start);
  start();
}
