import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Player } from "./page.tsx";
import type { FilmProps } from "./running.ts";

let film: FilmProps | undefined;
vi.mock("./film.tsx", () => ({
  Film: (props: FilmProps) => {
    film = props;
    return null;
  },
  leaveTo: () => undefined,
}));

let at: HTMLElement;
/** The sources that there are, and which were not wanted each time. */
let sources: number[];
let unwanted: (number[] | undefined)[];
/** What was said of the device each time, and what is answered of the file. */
let told: { codecs: string[]; hls: { codecs: string[] } }[];
let file: object | null;

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const settle = async () => {
  for (let i = 0; i < 3; i++) await act(() => new Promise<void>((done) => setTimeout(done)));
};
/** What is on the screen fails there; whether another source is tried. */
const fail = async (position: number): Promise<boolean | undefined> => {
  const isTried = film?.again(position, film.answer.sourceId ?? undefined);
  await settle();
  return isTried;
};

beforeEach(async () => {
  document.head.innerHTML = `<base href="${location.origin}/">`;
  at = document.createElement("div");
  film = undefined;
  sources = [1, 2, 3, 4, 5, 6];
  unwanted = [];
  told = [];
  file = null;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (!url.endsWith("/play/start")) return json({ id: "u1", role: "user", profile: {} });
    const { except = [], codecs, hls } = JSON.parse(String(init.body));
    unwanted.push(except);
    told.push({ codecs, hls });
    const sourceId = sources.find((one) => !except.includes(one));
    if (sourceId === undefined) return json({ code: "no_source", message: "None is left." }, 409);
    return json({ titleId: "movie-1", sourceId, media: null, audio: [], ...file });
  });
  act(() => render(<Player params={["movie-1"]} />, at));
  await settle();
});
afterEach(() => {
  act(() => render(null, at));
  vi.unstubAllGlobals();
});

it("goes on with another source four times, then a person is asked", async () => {
  for (const place of [11, 12, 13, 14]) {
    expect(await fail(place)).toBe(true);
    expect(film?.from.current).toBe(place);
  }
  expect(unwanted).toEqual([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
  expect(film?.answer.sourceId).toBe(5);
  expect(await fail(15)).toBe(false);
  expect(unwanted).toHaveLength(5);
  // Who asks begins anew, with all of them.
  expect(film?.again(16)).toBe(true);
  await settle();
  expect(unwanted.at(-1)).toEqual([]);
  expect(await fail(17)).toBe(true);
});

it("begins with the first again when each was tried", async () => {
  sources = [1, 2];
  expect(await fail(11)).toBe(true);
  expect(film?.answer.sourceId).toBe(2);
  expect(await fail(12)).toBe(true);
  expect(film?.answer.sourceId).toBe(1);
  expect(unwanted).toEqual([[], [1], [1, 2], []]);
});

it("asks for it in another way when the browser does not do what it said, once", async () => {
  vi.stubGlobal("MediaSource", { isTypeSupported: () => true });
  const media = { container: "mp4", videoCodec: "HEVC", videoCodecString: "hvc1.1.6.L93" };
  file = { media, method: "transcode", hlsUrl: "/api/hls/k/master.m3u8" };
  film?.again(0);
  await settle();
  expect(told.at(-1)?.codecs.join()).toContain("hvc1");
  expect(film?.again(33, undefined, "picture")).toBe(true);
  await settle();
  expect(told.at(-1)?.codecs.join()).not.toContain("hvc1");
  expect(told.at(-1)?.hls.codecs.join()).not.toContain("hvc1");
  expect(film?.from.current).toBe(33);
  expect(film?.again(33, undefined, "picture")).toBe(false);
  expect(film?.again(33, undefined, "file")).toBe(true);
  await settle();
  expect(told.at(-1)?.codecs).toEqual([]);
});
