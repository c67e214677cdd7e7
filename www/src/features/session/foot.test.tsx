import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadArea } from "../../lib/messages.ts";
import { Foot } from "./foot.tsx";

let at: HTMLElement;
const links = () => [...at.querySelectorAll("a")].map((link) => link.textContent);

async function show(signup: string): Promise<void> {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ needed: false, signup })));
  act(() => render(<Foot />, at));
  await vi.waitFor(() => expect(links()).toContain("a new one"));
}

beforeEach(async () => {
  await loadArea("door");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  vi.unstubAllGlobals();
});

describe("below sign-in", () => {
  it("an account is offered to who is invited, or to all", async () => {
    await show("invite");
    expect(at.textContent).toContain("Invited?");
    act(() => render(null, at));
    await show("open");
    expect(at.textContent).toContain("New here?");
    expect(links()).toContain("Make your account");
  });

  it("no account is offered where none can be made", async () => {
    await show("closed");
    expect(links()).not.toContain("Make your account");
  });
});
