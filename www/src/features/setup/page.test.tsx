import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { write } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { forgetDrafts } from "../../ui/draft.ts";
import { Setup } from "./page.tsx";

let at: HTMLElement;
const show = (isResumed = false) =>
  act(() =>
    render(<Setup codeNeeded={false} isResumed={isResumed} onFinish={() => undefined} />, at),
  );
const leave = () => act(() => render(null, at));
const field = (name: string) => at.querySelector<HTMLInputElement>(`[name=${name}]`);
const isAsked = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));

const fill = (name: string, value: string): void => write(field(name), value);

beforeEach(async () => {
  await loadArea("setup");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ folders: [], scan: null })));
  show();
});
afterEach(() => {
  leave();
  at.remove();
  forgetDrafts();
  vi.unstubAllGlobals();
});

describe("set-up", () => {
  it("keeps what was typed, of all fields that a browser fills in at once", () => {
    act(() => {
      fill("email", "ada@example.org");
      fill("password", "correct horse");
    });
    leave();
    show();
    expect(field("email")?.value).toBe("ada@example.org");
    expect(field("password")?.value).toBe("correct horse");
    expect(isAsked()).toBe(true);
  });
});
