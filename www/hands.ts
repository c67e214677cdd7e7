// A screen and what a person does on it, for tests of components.
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, vi } from "vitest";
import { forgetDrafts } from "./src/ui/draft.ts";

let at: HTMLElement;

/** Draws into the document, until the test is over. */
export function draw(what: ComponentChild): HTMLElement {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  vi.stubGlobal("scrollTo", () => undefined);
  at = document.createElement("div");
  document.body.append(at);
  act(() => render(what, at));
  return at;
}

/** Takes away after each test what it drew, what was typed, and what stood in. */
export const clearAfterEach = () =>
  afterEach(() => {
    act(() => render(null, at));
    at.remove();
    forgetDrafts();
    vi.unstubAllGlobals();
  });

/** Lets what was asked for come, and be drawn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await act(() => new Promise<void>((done) => setTimeout(done)));
}

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
