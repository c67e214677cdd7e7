import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Progress } from "../../api/index.ts";
import { loadArea } from "../../lib/messages.ts";
import { toasts } from "../../ui/toast.tsx";
import { begun } from "./sample.ts";
import { MarkButton, useWatched } from "./watched.tsx";

let at: HTMLElement;
let status: number;
let asked: string[];

function Film({ server }: { server: Progress | null }) {
  const reload = (): void => undefined;
  return <MarkButton {...useWatched({ titleId: "movie-1" }, server, reload)} />;
}

const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 0)));
const press = () => act(() => at.querySelector("button")?.click());
const told = () => toasts.value.map((one) => one.text);

beforeEach(async () => {
  await loadArea("title");
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  document.body.append(at);
  toasts.value = [];
  asked = [];
  status = 204;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${new URL(url).pathname} ${init.body ?? ""}`.trim());
    const text = status === 204 ? null : JSON.stringify({ message: "The database is busy." });
    return new Response(text, { status });
  });
  render(<Film server={null} />, at);
});

afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

describe("the mark", () => {
  it("is there at once and told to the server", async () => {
    press();
    expect(at.textContent).toBe("Mark as not watched");
    expect(told()).toEqual(["Marked as watched"]);
    await settle();
    expect(asked).toEqual([
      'POST /api/progress {"type":"movie","movieId":1,"progress":1,"status":"completed"}',
    ]);
    expect(at.textContent).toBe("Mark as not watched");
  });

  it("goes back when the server answers 500, and that is told", async () => {
    status = 500;
    press();
    expect(at.textContent).toBe("Mark as not watched");
    await settle();
    expect(at.textContent).toBe("Mark as watched");
    expect(told()).toEqual(["The mark was not saved. The database is busy."]);
  });

  it("is taken off again when the server answers 500 to that", async () => {
    act(() => render(<Film server={{ ...begun, status: "completed", progress: 1 }} />, at));
    status = 500;
    press();
    expect(at.textContent).toBe("Mark as watched");
    await settle();
    expect(asked).toEqual(["DELETE /api/progress/movie-1"]);
    expect(at.textContent).toBe("Mark as not watched");
    expect(told()).toEqual(["The mark was not saved. The database is busy."]);
  });

  it("taken back leaves the place where one was", async () => {
    act(() => render(<Film server={begun} />, at));
    press();
    await settle();
    act(() => toasts.value[0]?.undo?.());
    expect(at.textContent).toBe("Mark as watched");
    await settle();
    expect(asked[1]).toBe(
      'POST /api/progress {"type":"movie","movieId":1,"progress":0.5,"status":"paused","position":30}',
    );
  });
});
