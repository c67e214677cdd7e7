import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FilePage, Folder, LibraryFile } from "../../api/index.ts";
import { loadArea } from "../../lib/messages.ts";
import { sendAll } from "../../ui/optimistic.ts";
import { toasts } from "../../ui/toast.tsx";
import { Files, FolderRow } from "./parts.tsx";

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

describe("files", () => {
  /** Answers that wait, by what was asked for. */
  let answers: Map<string, (page: Partial<FilePage> | Error) => void>;
  const file = (id: number, path: string) =>
    ({ id, path, state: "ready", reason: null, titleId: null }) as LibraryFile;
  const settle = () => act(() => new Promise<void>((done) => setTimeout(done)));
  const answer = async (query: string, page: Partial<FilePage> | Error): Promise<void> => {
    answers.get(query)?.(page);
    await settle();
  };
  const press = (name: string) =>
    act(() => [...at.querySelectorAll("button")].find((b) => b.textContent === name)?.click());
  const paths = () => [...at.querySelectorAll(".path")].map((e) => e.textContent);

  beforeEach(async () => {
    answers = new Map();
    vi.stubGlobal("fetch", async (url: string) => {
      const { searchParams } = new URL(url);
      const query = `${searchParams.get("state")} ${searchParams.get("cursor")}`;
      const page = await new Promise<Partial<FilePage> | Error>((done) => answers.set(query, done));
      if (page instanceof Error)
        return new Response(JSON.stringify({ message: page.message }), { status: 403 });
      return new Response(JSON.stringify({ cursor: null, total: 3, items: [], ...page }));
    });
    act(() => render(<Files stamp="1" />, at));
    await answer("null null", { items: [file(1, "/a")], cursor: "next" });
  });

  it("of another tab do not come under this one", async () => {
    press("Show more");
    press("Refused");
    await answer("refused null", { items: [file(9, "/refused")] });
    await answer("null next", { items: [file(2, "/b")] });
    expect(paths()).toEqual(["/refused"]);
  });

  it("come once, however often they are asked for", async () => {
    press("Show more");
    const first = answers.get("null next");
    press("Show more");
    expect(answers.get("null next")).toBe(first);
    await answer("null next", { items: [file(2, "/b")] });
    expect(paths()).toEqual(["/a", "/b"]);
  });

  it("take a problem away when they come after all", async () => {
    press("Show more");
    await answer("null next", new Error("The disk is full."));
    expect(at.textContent).toContain("The disk is full.");
    press("Show more");
    await answer("null next", { items: [file(2, "/b")] });
    expect(at.textContent).not.toContain("The disk is full.");
    expect(paths()).toEqual(["/a", "/b"]);
  });
});
