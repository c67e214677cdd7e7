import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Play } from "../../api/index.ts";
import { languagesFor, OnlinePanel } from "./online.tsx";

const found = {
  fileId: 7,
  language: "en",
  release: "First.Light.2019.WEB",
  downloads: 5,
  exactMatch: true,
  forced: false,
  hearingImpaired: true,
  machineTranslated: false,
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
const refusal = (code: string, retryAfter?: number) =>
  json({ code, message: "x", retryAfter }, 503);

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
  // What a browser's own windows do, as far as it matters here.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
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
const sentence = async (): Promise<string> => {
  await vi.waitFor(() => expect(at.querySelector("[role=alert]")).not.toBeNull());
  return String(at.querySelector("[role=alert]")?.textContent);
};

describe("a search for subtitles", () => {
  it("shows boxes in the size of what comes while it searches", async () => {
    await show();
    expect(at.querySelectorAll("li.found.skeleton").length).toBeGreaterThan(3);
    expect(asked[0]).toMatch(/^GET .*\/api\/subtitles\/k\/search\?language=en$/);
  });

  it("fetches what is chosen, once, hands on where it is and closes", async () => {
    await show(json({ results: [found], quota }), json({ index: 1, subtitles: tracks, quota }));
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toContain("First.Light.2019.WEB");
    expect(rows()[0]?.textContent).toContain("Exact matchSDH");
    await act(() => {
      rows()[0]?.click();
      rows()[0]?.click();
    });
    await vi.waitFor(() => expect(taken).toEqual([1]));
    expect(asked.slice(1)).toEqual([
      expect.stringMatching(/^POST .*\/api\/subtitles\/k\/fetch \{"fileId":7\}$/),
    ]);
    await vi.waitFor(() => expect(shuts).toBe(1));
  });

  it("says calmly that the service is down, and asks again when that is wished", async () => {
    await show(refusal("upstream_down"), json({ results: [found], quota }));
    expect(await sentence()).toContain("plays on");
    const again = Array.from(at.querySelectorAll("button")).find((b) =>
      b.textContent?.includes("Try again"),
    );
    await act(() => again?.click());
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    expect(at.querySelector("[role=alert]")).toBeNull();
  });

  it("keeps what was found when the quota is used up, and says until when", async () => {
    await show(json({ results: [found], quota }), refusal("upstream_quota", 7200));
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    await act(() => rows()[0]?.click());
    expect(await sentence()).toMatch(/gives in a day is fetched.*\d/);
    expect([rows().length, taken.length, shuts]).toEqual([1, 0, 0]);
  });

  it("tells too many calls from a quota", async () => {
    await show(refusal("upstream_limit", 60));
    expect(await sentence()).toMatch(/no more calls now.*\d/);
  });

  it("drops the answer of a language that is no longer wanted", async () => {
    let late: ((response: Response) => void) | undefined;
    await show(
      () => new Promise<Response>((done) => (late = done)) as unknown as Response,
      json({ results: [{ ...found, language: "de", release: "Erstes.Licht" }], quota }),
    );
    const select = at.querySelector("select") as HTMLSelectElement;
    select.value = "de";
    await act(() => void select.dispatchEvent(new Event("change", { bubbles: true })));
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    await act(async () => late?.(json({ results: [], quota })()));
    expect(rows()[0]?.textContent).toContain("Erstes.Licht");
  });
});

it("offers the wished language first, then that of the app", () => {
  expect(languagesFor("fr").map(([tag]) => tag)).toEqual(
    expect.arrayContaining(["ar", "de", "en", "fr"]),
  );
  expect(
    languagesFor("fr")
      .slice(0, 2)
      .map(([tag]) => tag),
  ).toEqual(["fr", "en"]);
  expect(languagesFor(null)[0]?.[0]).toBe("en");
});
