import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Button } from "./button.tsx";

let at: HTMLElement;

beforeEach(() => {
  at = document.createElement("div");
  document.body.append(at);
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
});

it("one that is busy keeps the focus, and nothing is sent twice", () => {
  const sent = vi.fn((event: Event) => event.preventDefault());
  const pressed = vi.fn();
  const show = (busy: boolean) =>
    act(() =>
      render(
        <form onSubmit={sent}>
          <Button type="submit" disabled={busy} onClick={pressed}>
            Go on
          </Button>
        </form>,
        at,
      ),
    );
  show(false);
  const button = at.querySelector("button") as HTMLButtonElement;
  button.focus();
  button.click();
  show(true);
  expect(document.activeElement).toBe(button);
  button.click();
  expect([sent.mock.calls.length, pressed.mock.calls.length]).toEqual([1, 1]);
  show(false);
  button.click();
  expect(sent.mock.calls.length).toBe(2);
});
