import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import { Tabs } from "./tabs.tsx";

it("is a list of which one is chosen, names what that shows, and tells choices", () => {
  const at = document.createElement("div");
  const choose = vi.fn();
  const tabs = [1, 2, 3].map((value) => ({ value, label: `Season ${value}` }));
  const show = (value: number) =>
    act(() =>
      render(
        <Tabs label="Season" tabs={tabs} value={value} choose={choose}>
          <p>inside</p>
        </Tabs>,
        at,
      ),
    );
  const all = () => [...at.querySelectorAll<HTMLElement>("[role=tab]")];
  show(2);
  expect(at.querySelector("[role=tablist]")?.getAttribute("aria-label")).toBe("Season");
  expect(all().map((tab) => tab.getAttribute("aria-selected"))).toEqual(["false", "true", "false"]);
  expect(all().map((tab) => tab.tabIndex)).toEqual([-1, 0, -1]);
  const panel = at.querySelector("[role=tabpanel]");
  expect(all()[1]?.getAttribute("aria-controls")).toBe(panel?.id);
  expect(panel?.getAttribute("aria-labelledby")).toBe(all()[1]?.id);
  act(() => all()[2]?.click());
  expect(choose).toHaveBeenCalledWith(3);
  // What is chosen may have gone: then Tab stops at the first.
  show(9);
  expect(all().map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
});
