import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setSession } from "../api/session.ts";
import { forgetDrafts, useDraft } from "./draft.ts";

let at: HTMLElement;
let put: ReturnType<typeof useDraft<string>>[1];

function Screen() {
  const [draft, setDraft] = useDraft<string>("name");
  put = setDraft;
  return <>{draft ?? "-"}</>;
}

const show = () => act(() => render(<Screen />, at));
const leave = () => act(() => render(null, at));
/** Whether the browser would ask before the page is left. */
const isAsked = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));

beforeEach(() => {
  at = document.createElement("div");
  setSession("one");
  show();
});
afterEach(() => {
  leave();
  forgetDrafts();
});

describe("what was typed", () => {
  it("outlives its screen", () => {
    act(() => put("Ad"));
    leave();
    show();
    expect(at.textContent).toBe("Ad");
  });
  it("is asked about before the page is left, until it is saved", () => {
    expect(isAsked()).toBe(false);
    act(() => put("Ada"));
    expect(isAsked()).toBe(true);
    act(() => put(null));
    expect(isAsked()).toBe(false);
    expect(at.textContent).toBe("-");
  });
  it("grows with what comes before anything is drawn", () => {
    act(() => {
      put((old) => `${old ?? ""}a`);
      put((old) => `${old ?? ""}b`);
    });
    expect(at.textContent).toBe("ab");
  });
  it("is nothing to the next person", () => {
    act(() => put("Ada"));
    leave();
    setSession("two");
    show();
    expect(at.textContent).toBe("-");
    expect(isAsked()).toBe(false);
  });
});
