import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Folder } from "../../api/index.ts";
import { loadArea } from "../../lib/messages.ts";
import { sendAll } from "../../lib/optimistic.ts";
import { toasts } from "../../ui/toast.tsx";
import { FolderRow } from "./parts.tsx";

const folder = { id: 3, path: "/srv/films", state: "ok", files: 2, refused: 0 } as Folder;
let at: HTMLElement;
let status: number;
let asked: string[];

beforeEach(async () => {
  await loadArea("library");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("ul");
  toasts.value = [];
  asked = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${new URL(url).pathname}`);
    const text = status === 204 ? null : JSON.stringify({ message: "The disk is full." });
    return new Response(text, { status });
  });
  act(() => render(<FolderRow folder={folder} removed={() => undefined} />, at));
});

afterEach(() => {
  act(() => render(null, at));
  vi.unstubAllGlobals();
});

const remove = () => act(() => at.querySelector("button")?.click());
const end = () => act(() => sendAll().then(() => undefined));

it("a folder is gone at once and can be taken back", async () => {
  status = 204;
  remove();
  expect(at.textContent).toBe("");
  expect(toasts.value[0]?.text).toBe("/srv/films leaves the library. Its files stay.");
  act(() => toasts.value[0]?.undo?.());
  expect(at.textContent).toContain("/srv/films");
  await end();
  expect(asked).toEqual([]);
});

it("a folder is back when the server answers 500", async () => {
  status = 500;
  remove();
  await end();
  expect(asked).toEqual(["DELETE /api/library/folders/3"]);
  expect(at.textContent).toContain("/srv/films");
  expect(toasts.value.map((one) => one.text)).toEqual([
    "/srv/films was not removed. The disk is full.",
  ]);
});
