// What a person does with a form, for tests of components.
import { act } from "preact/test-utils";

/** Writes into a field, without waiting for anything to be drawn. */
export function write(field: HTMLInputElement | null | undefined, text: string): void {
  if (!field) throw new Error("There is no such field.");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Writes into a field. */
export const type = (field: HTMLInputElement | null | undefined, text: string) =>
  act(() => write(field, text));

/** Sends the form that is there. */
export const submit = (at: HTMLElement) =>
  act(() => {
    const event = new Event("submit", { bubbles: true, cancelable: true });
    at.querySelector("form")?.dispatchEvent(event);
  });
