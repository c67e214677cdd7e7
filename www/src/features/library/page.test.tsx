import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadArea } from "../../lib/messages.ts";
import { toasts } from "../../ui/toast.tsx";
import { Library } from "./page.tsx";

const scan = { state: "idle", found: 0, done: 0, refused: 0, current: null, finishedAt: null };
let at: HTMLElement;
/** The status of what asks for a scan, and of what asks for the folders. */
let status: { scan: number; folders: number };

const settle = async () => {
  for (let i = 0; i < 4; i++) await act(() => new Promise<void>((done) => setTimeout(done, 0)));
};

async function show(): Promise<void> {
  act(() => render(<Library params={[]} />, at));
  await settle();
}

const press = (name: string) =>
  act(() => [...at.querySelectorAll("button")].find((b) => b.textContent === name)?.click());

beforeEach(async () => {
  await loadArea("library");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  toasts.value = [];
  status = { scan: 500, folders: 200 };
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    const code = init.method === "POST" ? status.scan : status.folders;
    const problem = { code: "internal", message: "The disk is full." };
    const body = code >= 400 ? problem : { folders: [], scan };
    return new Response(JSON.stringify(body), { status: code });
  });
});

afterEach(() => {
  act(() => render(null, at));
  vi.unstubAllGlobals();
});

it("a scan is shown at once, and not any more when the server answers 500", async () => {
  await show();
  press("Scan now");
  expect(at.textContent).toContain("Looking for films …");
  await settle();
  expect(at.textContent).not.toContain("Looking for films …");
  expect(toasts.value.map((one) => one.text)).toEqual([
    "The scan did not begin. The disk is full.",
  ]);
});

it("the page is a screen of its own when it could not be loaded, until it can", async () => {
  status.folders = 500;
  await show();
  expect(at.querySelector("h1")?.textContent).toBe("Something went wrong");
  expect(at.textContent).toContain("The disk is full.");
  status.folders = 200;
  press("Try again");
  await settle();
  expect(at.querySelector("h1")?.textContent).toBe("Library");
});
