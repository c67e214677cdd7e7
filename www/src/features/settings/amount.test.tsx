import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import type { Setting } from "../../api/index.ts";
import { AmountInput } from "./amount.tsx";

const setting: Setting = {
  ...{ name: "a.b", label: "Patience", type: "integer", value: 900, default: 60 },
  ...{ source: "default", secret: false, restart: false, help: "", min: 30, max: 86400 },
  ...{ unit: "seconds", zero: null, choices: [], environment: null },
} as Setting;

const at = document.createElement("div");
document.body.append(at);
let value: Setting["value"] = 900;
const draw = (): Promise<void> =>
  act(() => {
    const change = (next: Setting["value"]): void => {
      value = next;
    };
    const rest = { id: "amount", described: "help", label: "Patience" };
    render(<AmountInput setting={setting} value={value} change={change} {...rest} />, at);
  });
const type = <E extends HTMLInputElement | HTMLSelectElement>(
  element: E | null,
  text: string,
): void => {
  if (element === null) throw new Error("it is not there");
  act(() => {
    element.value = text;
    const kind = element instanceof HTMLInputElement ? "input" : "change";
    element.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  draw();
};
const input = () => at.querySelector("input");
const unit = () => at.querySelector("select");

afterEach(() => {
  act(() => render(null, at));
  value = 900;
});

it("is told in its largest unit, and sent in the smallest", () => {
  draw();
  expect([input()?.value, unit()?.value]).toEqual(["15", "min"]);
  expect([input()?.min, input()?.max]).toEqual(["1", "1440"]);
  type(input(), "20");
  expect(value).toBe(1200);
});

it("keeps the unit that somebody chose for what is typed in it", () => {
  draw();
  type(unit(), "s");
  expect(value).toBe(15);
  type(input(), "120");
  expect([value, input()?.value, unit()?.value]).toEqual([120, "120", "s"]);
});

it("goes back to nothing when it is emptied", () => {
  draw();
  type(input(), "");
  expect(value).toBeNull();
});
