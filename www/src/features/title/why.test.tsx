import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isAdmin, type SourceChoice } from "../../api/index.ts";
import { nameOf, saidOf, Why } from "./why.tsx";

const hd: SourceChoice["sources"][number] = {
  sourceId: 2,
  quality: "HD",
  kind: "torrent",
  downloadId: 7,
  problem: null,
  sentence: null,
  chosen: true,
};
const own = { ...hd, sourceId: 3, quality: "SD", kind: "file", downloadId: null } as const;
const dead = { ...hd, sourceId: 1, quality: "FHD", downloadId: 8, chosen: false } as const;
const choice: SourceChoice = {
  sentence: "The HD torrent plays: better ones do not play now.",
  chosenAt: "2026-01-02T03:04:05Z",
  wish: "auto",
  sources: [hd, { ...dead, problem: "no_peers", sentence: "Nobody shares it." }],
};

let at: HTMLElement;
let asked: string[];
let answer: { choice: SourceChoice | null };
const press = () =>
  act(async () => {
    at.querySelector("button")?.click();
    await new Promise((done) => setTimeout(done, 0));
  });
const show = (what = { titleId: "movie-1" }, code = "") =>
  act(() => render(<Why what={what} code={code} />, at));

beforeEach(() => {
  at = document.createElement("div");
  document.body.append(at);
  document.head.innerHTML = `<base href="${location.origin}/">`;
  isAdmin.value = true;
  asked = [];
  answer = { choice };
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(String(address).replace(/^.*\/api/, "/api"));
    return new Response(JSON.stringify(answer));
  });
});

afterEach(() => {
  render(null, at);
  at.remove();
  isAdmin.value = null;
  vi.unstubAllGlobals();
});

describe("why this source", () => {
  it("is asked for when it is opened, and told", async () => {
    await show();
    expect(asked).toEqual([]);
    expect(at.querySelector("button")?.getAttribute("aria-expanded")).toBe("false");
    await press();
    expect(asked).toEqual(["/api/titles/movie-1/choice"]);
    expect(at.querySelector("button")?.getAttribute("aria-expanded")).toBe("true");
    expect(at.textContent).toContain("better ones do not play now");
    const said = [...at.querySelectorAll("li")].map((li) => li.textContent);
    expect(said).toEqual([
      "HD, download 7It plays.",
      "FHD, download 8Passed over: Nobody shares it.",
    ]);
    await press();
    expect(at.textContent).toBe("Why this source");
  });
  it("asks for the episode that Play would start", async () => {
    answer = { choice: null };
    await show({ titleId: "show-2", season: 1, episode: 3 } as { titleId: string }, "S1 E3");
    await press();
    expect(asked).toEqual(["/api/titles/show-2/choice?season=1&episode=3"]);
    expect(at.textContent).toContain("S1 E3 was not played yet");
  });
  it("is nothing to a person who is no administrator", async () => {
    isAdmin.value = false;
    await show();
    expect(at.innerHTML).toBe("");
  });
  it("names files of the library, and what plays in spite of a problem", () => {
    expect(nameOf(own)).toBe("SD, a file of the library");
    expect(saidOf({ ...hd, problem: "stalled", sentence: "Nothing comes." })).toBe(
      "It plays, although: Nothing comes.",
    );
    expect(saidOf({ ...dead, problem: "no_peers" })).toBe("Passed over: no_peers");
    expect(saidOf(dead)).toBe("Passed over.");
  });
});
