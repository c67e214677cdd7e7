import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submit, write } from "../../../hands.ts";
import { FolderChooser } from "./chooser.tsx";

let at: HTMLElement;

const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 0)));
const button = (name: string): HTMLButtonElement => {
  const found = [...at.querySelectorAll("button")].filter((b) => b.textContent?.trim() === name);
  return found.at(-1) as HTMLButtonElement;
};
const isDisabled = (name: string): boolean => button(name).hasAttribute("aria-disabled");
const field = (): HTMLInputElement => at.querySelector("input[name=path]") as HTMLInputElement;
const note = (): string =>
  document.getElementById(field().getAttribute("aria-describedby") ?? "")?.textContent ?? "";
const type = async (text: string) => {
  write(field(), text);
  await settle();
};

beforeEach(async () => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const refusal = { code: "folder_refused", message: "/proc cannot be a library folder." };
    if (init.method === "POST") return new Response(JSON.stringify(refusal), { status: 422 });
    const list = { path: "/", parent: null, readable: true, reason: null };
    return new Response(JSON.stringify({ ...list, entries: [], videos: 0, truncated: false }));
  });
  render(<FolderChooser onChosen={() => undefined} />, at);
  button("Add a folder").click();
  await settle();
  await settle();
});

afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

describe("the chooser of folders", () => {
  it("forgets a refusal as soon as something else is typed", async () => {
    await type("/proc");
    expect(isDisabled("Add this folder")).toBe(false);
    submit(at);
    await settle();
    await settle();
    expect(note()).toBe("/proc cannot be a library folder.");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    await type("/proc/1");
    expect(note()).not.toContain("cannot be");
    expect(field().hasAttribute("aria-invalid")).toBe(false);
    expect(isDisabled("Add this folder")).toBe(false);
  });

  it("says why a path cannot be added yet", async () => {
    expect(isDisabled("Add this folder")).toBe(true);
    expect(note()).toBe("Choose above or type its path.");
    await type("relative/dir");
    expect(isDisabled("Add this folder")).toBe(true);
    expect(note()).toBe("A path begins with “/”, as in /srv/films.");
    await type("/srv/films");
    expect(isDisabled("Add this folder")).toBe(false);
  });
});
