import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "./keyboard.tsx";

const board = (): HTMLDialogElement =>
  document.querySelector("dialog.keyboard") as HTMLDialogElement;
const text = () => board().querySelector(".keyboard-text")?.lastChild?.previousSibling?.textContent;

async function open(html: string): Promise<HTMLInputElement> {
  document.body.innerHTML = `<form>${html}<button id="send"></button></form>`;
  const field = document.querySelector("input") as HTMLInputElement;
  field.focus();
  await act(() => show(field));
  return field;
}

/** Presses keys by what they say. */
function press(...names: string[]): void {
  for (const name of names) {
    const key = [...board().querySelectorAll("button")].find(
      (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
    );
    if (key === undefined) throw new Error(`there is no key ${name}`);
    act(() => key.click());
  }
}

function type(key: string, isTrusted = true, repeat = false): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true });
  Object.defineProperty(event, "isTrusted", { value: isTrusted });
  act(() => void board().querySelector("button")?.dispatchEvent(event));
  return event;
}

afterEach(() => {
  if (board() !== null) act(() => board().close());
  document.body.replaceChildren();
});

describe("the keyboard on the screen", () => {
  it("writes into its field, which hears of it", async () => {
    const field = await open('<label>Name <input value="M"></label>');
    const heard = vi.fn();
    field.addEventListener("input", heard);
    expect(board().getAttribute("aria-label")).toBe("Name ");
    press("i", "a", "Space", "1");
    expect(field.value).toBe("Mia 1");
    press("Delete", "Delete");
    expect(field.value).toBe("Mia");
    expect(heard).toHaveBeenCalledTimes(6);
  });

  it("has capitals for one letter, and for all until they are switched off", async () => {
    const field = await open("<input>");
    press("Capital letters", "A", "b");
    press("Capital letters", "Capital letters", "C", "D", "Capital letters", "e");
    expect(field.value).toBe("AbCDe");
  });

  it("presses nothing by the key that opened it while that is held", async () => {
    await open("<input>");
    expect(type("Enter", true, true).defaultPrevented).toBe(true);
    expect(type("Enter").defaultPrevented).toBe(false);
    expect(type("Enter", true, true).defaultPrevented, "a key on it may be held").toBe(false);
  });

  it("has pages", async () => {
    const field = await open("<input>");
    press("#+= Symbols", "!", "äé Letters with accents", "ß", "abc Letters", "a");
    expect(field.value).toBe("!ßa");
  });

  it("shows a password only when asked to", async () => {
    await open('<input type="password" value="secret">');
    expect(text()).toBe("••••••");
    press("Show the password");
    expect(text()).toBe("secret");
  });

  it("writes no more than a field takes", async () => {
    const short = await open('<input maxlength="2">');
    press("a", "b", "c");
    expect(short.value).toBe("ab");
  });

  it("takes real keys meanwhile, but not those of a game pad", async () => {
    const field = await open("<input>");
    expect(type("x").defaultPrevented).toBe(true);
    type("z", false);
    type("y");
    expect(field.value).toBe("xy");
    type("Backspace");
    expect(field.value).toBe("x");
    expect(type("ArrowDown").defaultPrevented).toBe(false);
    expect(type("Enter").defaultPrevented).toBe(false);
  });

  it("is done by Enter for who types", async () => {
    const field = await open("<input>");
    type("x");
    type("Enter");
    expect(board()).toBeNull();
    expect(field.value).toBe("x");
    expect(document.activeElement?.id).toBe("send");
  });

  it("leads on when it is done, and back to the field when it is left", async () => {
    const field = await open("<input>");
    press("Done");
    expect(board()).toBeNull();
    expect(document.activeElement?.id).toBe("send");
    await act(() => show(field));
    act(() => board().close());
    expect(document.activeElement).toBe(field);
  });
});
