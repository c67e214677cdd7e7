import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { path } from "../lib/router.ts";
import { Shell } from "./shell.tsx";

let at: HTMLElement;

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  const props = { bare: false, current: "home", isAdmin: false, isShared: false };
  act(() => render(<Shell {...props}>A page</Shell>, at));
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
});

it("what skips the menu leads into the page, and nowhere to come back from", () => {
  const [before, where] = [history.length, path.value];
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  at.querySelector(".skip")?.dispatchEvent(click);
  expect(document.activeElement?.tagName).toBe("MAIN");
  expect(click.defaultPrevented).toBe(true);
  expect([history.length, path.value]).toEqual([before, where]);
});

it("who watches is changed beside the menu, where a phone's bar has no room", () => {
  const props = { bare: false, current: "home", isAdmin: true, isShared: true };
  act(() => render(<Shell {...props}>A page</Shell>, at));
  const menu = [...at.querySelectorAll("nav a")].map((a) => a.getAttribute("href"));
  expect(menu.length).toBe(5);
  expect(at.querySelector("header > a:last-child")?.getAttribute("href")).toMatch(/who$/);
});
