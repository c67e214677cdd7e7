import { beforeEach, expect, it, vi } from "vitest";
import { noteArrow, openKeyboard, wantsLetters } from "./typing.ts";

const field = (html: string): HTMLInputElement => {
  document.body.innerHTML = html;
  return document.querySelector("input") as HTMLInputElement;
};

beforeEach(() => document.body.replaceChildren());

// The order of these matters: what was done last is remembered.
it("the first key of all asks for letters where something is to be filled in", () => {
  expect(wantsLetters(field("<form><input required></form>"), true)).toBe(true);
  expect(wantsLetters(field('<form><input required value="a"></form>'), true)).toBe(false);
  expect(wantsLetters(field("<input>"), true)).toBe(false);
});

it("a game pad always asks for them, but nothing writes where nothing may be written", () => {
  expect(wantsLetters(field('<form><input value="a"></form>'), false)).toBe(true);
  expect(wantsLetters(field("<form><input readonly></form>"), false)).toBe(false);
});

it("who came by arrows asks for them", () => {
  noteArrow();
  expect(wantsLetters(field('<form><input value="a"></form>'), true)).toBe(true);
});

it("a phone has one of its own", () => {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes("hover: none") }));
  expect(wantsLetters(field('<form><input value="a"></form>'), false)).toBe(false);
  vi.unstubAllGlobals();
  expect(wantsLetters(field('<form><input value="a"></form>'), false)).toBe(true);
});

it("one keyboard comes for a key that is held, and again for the next", async () => {
  const input = field("<input>");
  const boards = () => document.querySelectorAll<HTMLDialogElement>("dialog.keyboard");
  for (let i = 0; i < 2; i++) {
    openKeyboard(input);
    openKeyboard(input);
    await vi.waitFor(() => expect(boards()).toHaveLength(1));
    boards()[0]?.close();
    await vi.waitFor(() => expect(boards()).toHaveLength(0));
  }
});
