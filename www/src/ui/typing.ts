// Whether somebody types, or has to choose letters on the screen: who came to a
// field by arrows, a remote control or a game pad gets the keyboard of keyboard.tsx,
// who types, points or lets the browser fill in does not.
import { isTextField } from "../lib/actions.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

let last: "typed" | "arrows" | "pointer" | null = null;

/** The focus was moved by an arrow. */
export function noteArrow(): void {
  last = "arrows";
}

export function startTyping(): void {
  const note = (how: typeof last) => (event: Event) => {
    if (event.isTrusted && (how !== "typed" || isTextField(event.target))) last = how;
  };
  addEventListener("input", note("typed"), true);
  addEventListener("pointerdown", note("pointer"), true);
}

/** A phone brings a keyboard of its own, whose keys a finger can hit. */
const isPhone = (): boolean => matchMedia("(max-width: 600px) and (hover: none)").matches;

/** Whether Enter on a field asks for letters, and not for the form to be sent. */
export function wantsLetters(field: Field, isReal: boolean): boolean {
  if (field.readOnly || isPhone()) return false;
  if (!isReal || last === "arrows") return true;
  // The first key of all: there is something to fill in, or all is filled in.
  return last === null && field.form?.checkValidity() === false;
}

let isOpening = false;

/** Opens it once, however long a key is held while it is on its way. */
export function openKeyboard(field: Field): void {
  if (isOpening) return;
  isOpening = true;
  import("./keyboard.tsx")
    .then((keyboard) => keyboard.show(field))
    .catch(() => undefined)
    .finally(() => {
      isOpening = false;
    });
}
