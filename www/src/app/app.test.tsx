import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setSession } from "../api/client.ts";
import { go } from "../lib/router.ts";
import { App } from "./app.tsx";

vi.mock("../features/home/page.tsx", () => ({
  Home: () => {
    throw new Error("Home has broken.");
  },
}));

let at: HTMLElement;
const settle = () => act(() => new Promise<void>((done) => setTimeout(done)));
const answers: Record<string, unknown> = {
  "/api/auth/setup": { needed: false, open: false, codeNeeded: false },
  "/api/me": { id: "u1", role: "admin", language: "en", profile: {}, profiles: 1 },
};

beforeEach(() => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  setSession("s1");
  vi.stubGlobal(
    "fetch",
    async (url: string) => new Response(JSON.stringify(answers[new URL(url).pathname] ?? {})),
  );
});
afterEach(() => {
  act(() => render(null, at));
  at.remove();
  setSession(null);
  vi.unstubAllGlobals();
});

it("a screen that breaks says so in its place; the others go on", async () => {
  act(() => render(<App />, at));
  await settle();
  await settle();
  expect(at.querySelector("main")?.textContent).toContain("Home has broken.");
  expect(at.querySelector("nav")?.textContent).toContain("Account");
  act(() => go("/nowhere"));
  await settle();
  expect(at.textContent).not.toContain("Home has broken.");
  expect(at.querySelector("main h1")).not.toBeNull();
});
