import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submit, type } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { forgetDrafts } from "../../ui/draft.ts";
import { Account } from "./page.tsx";

let at: HTMLElement;
let me: Record<string, unknown>;
let sent: unknown[];
/** Lets the server answer what is saved. */
let answer: () => void;

const settle = async () => {
  for (let i = 0; i < 4; i++) await act(() => new Promise<void>((done) => setTimeout(done)));
};
const name = () => at.querySelector<HTMLInputElement>("[name=displayName]");
const save = () => submit(at);

beforeEach(async () => {
  await loadArea("account");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  me = {
    id: "u1",
    email: "ada@example.org",
    displayName: "Ada",
    role: "user",
    language: "en",
    preferences: { autoplay: true, subtitlesLanguage: null },
  };
  sent = [];
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    if (init.method === "PATCH") {
      const body = JSON.parse(String(init.body));
      sent.push(body);
      await new Promise<void>((done) => {
        answer = done;
      });
      me = { ...me, ...body };
    }
    return new Response(JSON.stringify(me));
  });
  act(() => render(<Account params={[]} />, at));
  await settle();
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  forgetDrafts();
  vi.unstubAllGlobals();
});

describe("the account", () => {
  it("says that it is saved", async () => {
    type(name(), "Ada L");
    save();
    answer();
    await settle();
    expect(sent).toMatchObject([{ displayName: "Ada L", language: "en" }]);
    expect(at.textContent).toContain("Saved");
  });

  it("keeps what is typed while it is saved", async () => {
    type(name(), "Ada L");
    save();
    type(name(), "Ada Lovelace");
    answer();
    await settle();
    expect(name()?.value).toBe("Ada Lovelace");
    expect(at.textContent).not.toContain("Saved");
    save();
    answer();
    await settle();
    expect(sent[1]).toMatchObject({ displayName: "Ada Lovelace" });
    expect(at.textContent).toContain("Saved");
  });
});
