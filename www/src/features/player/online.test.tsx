import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { OnlinePanel } from "./online.tsx";

const found = {
  fileId: 7,
  language: "en",
  release: "First.Light.2019.WEB",
  downloads: 5,
  exactMatch: true,
  forced: false,
  hearingImpaired: true,
};
const quota = { remaining: 3, resetAt: null };
const tracks = [{ index: 0 }, { index: 1 }] as Play["subtitles"];
let at: HTMLElement;
let asked: string[];
let answers: (() => Response)[];
let taken: number[];
let shuts: number;

const headers = { "Content-Type": "application/json" };
const json =
  (value: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(value), { status, headers });

async function show(...given: (() => Response)[]): Promise<void> {
  answers = given;
  const props = {
    streamingKey: "k",
    wished: "en",
    fetched: (_: Play["subtitles"], place: number) => taken.push(place),
    shut: () => {
      shuts += 1;
    },
  };
  await act(() => render(<OnlinePanel {...props} />, at));
}

beforeEach(() => {
  asked = [];
  taken = [];
  shuts = 0;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    asked.push(`${init.method} ${pathname}${search} ${init.body ?? ""}`.trim());
    const answer = answers.shift();
    return answer === undefined ? new Promise(() => undefined) : answer();
  });
  at = document.createElement("div");
  document.body.append(at);
});
afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

const rows = () => Array.from(at.querySelectorAll<HTMLButtonElement>("li button"));

it("shows boxes while it searches, with the focus on the language", async () => {
  await show();
  expect(at.querySelectorAll(".skeleton").length).toBeGreaterThan(0);
  expect(document.activeElement).toBe(at.querySelector("select"));
  expect(asked[0]).toMatch(/^GET .*\/api\/subtitles\/k\/search\?language=en$/);
});

it("fetches what is chosen and hands on where it is", async () => {
  await show(json({ results: [found], quota }), json({ index: 1, subtitles: tracks, quota }));
  await vi.waitFor(() => expect(rows()).toHaveLength(1));
  expect(rows()[0]?.textContent).toContain("First.Light.2019.WEB");
  expect(rows()[0]?.textContent).toContain("Exact match · SDH");
  await act(() => rows()[0]?.click());
  await vi.waitFor(() => expect(taken).toEqual([1]));
  expect(asked[1]).toMatch(/^POST .*\/api\/subtitles\/k\/fetch \{"fileId":7\}$/);
  expect(shuts).toBe(1);
});

it("says calmly that the service is down", async () => {
  await show(json({ code: "upstream_down", message: "x" }, 503));
  await vi.waitFor(() => expect(at.querySelector("[role=alert]")?.textContent).toContain("later"));
});

it("keeps what was found when the quota is used up", async () => {
  await show(
    json({ results: [found], quota }),
    json({ code: "upstream_limit", message: "x" }, 503),
  );
  await vi.waitFor(() => expect(rows()).toHaveLength(1));
  await act(() => rows()[0]?.click());
  await vi.waitFor(() => expect(at.querySelector("[role=alert]")).not.toBeNull());
  expect([rows().length, taken.length, shuts]).toEqual([1, 0, 0]);
});
