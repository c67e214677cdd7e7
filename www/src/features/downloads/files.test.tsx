import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type } from "../../../hands.ts";
import type { Download } from "../../api/index.ts";
import { toasts } from "../../ui/toast.tsx";
import { episodeText, Files, readEpisode } from "./files.tsx";
import { download } from "./sample.ts";

const files = ["Quay.mkv", "Tide.mkv", "notes.nfo"].map((path, index) => ({
  index: index + 4,
  path,
  size: 1e9,
  chosen: false,
  episodes: null,
}));
const unsure = { code: "unsure", sentence: "It holds several videos.", confidence: 0 } as const;

let at: HTMLElement;
let asked: unknown[];
let put: (download: Download) => void;
const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 0)));
const show = (part: Partial<Download>) =>
  act(() => render(<Files download={download(part)} files={[...files]} put={put} />, at));

beforeEach(() => {
  at = document.createElement("div");
  document.body.append(at);
  document.head.innerHTML = `<base href="${location.origin}/">`;
  asked = [];
  toasts.value = [];
  put = vi.fn();
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)));
    return new Response(JSON.stringify(download()));
  });
});

afterEach(() => {
  render(null, at);
  at.remove();
  vi.unstubAllGlobals();
});

describe("what a file is", () => {
  it("is its episodes, or not known", () => {
    const episode = (number: number) => ({ season: 1, episode: number });
    expect(episodeText([episode(2)])).toBe("S1 E2");
    expect(episodeText([episode(2), episode(3)])).toBe("S1 E2, S1 E3");
    expect(episodeText([])).toBe("not known");
    expect(episodeText(null)).toBe("not known");
  });
});

describe("the files of a download", () => {
  it("asks which is the film, among the videos, and says why", async () => {
    await show({ choice: unsure });
    expect(at.textContent).toContain("Which file is the film?");
    expect(at.textContent).toContain("It holds several videos.");
    expect(at.textContent).not.toContain("notes.nfo");
    at.querySelectorAll<HTMLInputElement>("input[type=radio]")[1]?.click();
    await settle();
    expect(asked).toEqual([{ fileIndex: 5 }]);
    expect(put).toHaveBeenCalledOnce();
  });

  it("shows at once what was chosen, and takes it back when the server answers 500", async () => {
    let say: (answer: Response) => void = () => {};
    vi.stubGlobal("fetch", () => new Promise((done) => (say = done)));
    await show({ choice: unsure });
    const second = at.querySelectorAll<HTMLInputElement>("input[type=radio]")[1];
    await act(() => second?.click());
    expect(second?.checked).toBe(true);
    await show({ choice: unsure, rate: 1 });
    expect(second?.checked, "what was read meanwhile changes nothing").toBe(true);
    say(new Response(JSON.stringify({ message: "The disk is full." }), { status: 500 }));
    for (let i = 0; i < 3; i++) await settle();
    expect(second?.checked).toBe(false);
    expect(toasts.value.map((one) => one.text)).toEqual([
      "Which file plays was not changed for Long Road. The disk is full.",
    ]);
  });

  it("asks which episode each file of a show is", async () => {
    await show({ titleId: "show-2", choice: unsure });
    expect(at.textContent).toContain("Which file is which episode?");
    const [quay, tide] = at.querySelectorAll<HTMLInputElement>("input");
    const save = async () => {
      at.querySelector<HTMLButtonElement>("button[type=submit]")?.click();
      for (let i = 0; i < 3; i++) await settle();
    };
    type(quay, "2x07");
    type(tide, "nonsense");
    await save();
    expect(at.textContent).toContain("“nonsense” is no episode");
    type(tide, "s2e7");
    await save();
    expect(at.textContent).toContain("Two files cannot both be episode 2x7.");
    expect(asked, "nothing is saved by halves").toEqual([]);
    type(tide, "2x08");
    await save();
    expect(asked).toEqual([
      { fileIndex: 4, season: 2, episode: 7 },
      { fileIndex: 5, season: 2, episode: 8 },
    ]);
    expect([quay?.value, tide?.value]).toEqual(["", ""]);
    type(quay, "2x09");
    at.querySelector<HTMLButtonElement>("button[type=submit]")?.click();
    type(tide, "2x10");
    for (let i = 0; i < 3; i++) await settle();
    expect(asked).toHaveLength(3);
    expect([quay?.value, tide?.value], "what was written meanwhile").toEqual(["", "2x10"]);
  });

  it("reads episodes as people write them", () => {
    expect(readEpisode("1x02")).toEqual({ season: 1, episode: 2 });
    expect(readEpisode("S03E11")).toEqual({ season: 3, episode: 11 });
    expect(readEpisode(" 7 ")).toEqual({ season: 1, episode: 7 });
    expect(readEpisode("x")).toBeNull();
  });
});
