import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Me } from "../../api/index.ts";
import type { Delay } from "./delay.ts";
import { type Look, LookPanel } from "./look.tsx";

const preferences = {
  quality: "auto",
  codecs: [],
  subtitlesLanguage: "de",
  subtitlesSize: "medium",
  subtitlesColour: "white",
  subtitlesEdge: "box",
  autoplay: false,
  stillWatching: true,
  spoilers: true,
} as Me["preferences"];
let at: HTMLElement;
let sent: unknown[];
let looks: Look[];
let steps: number[];

beforeEach(async () => {
  sent = [];
  looks = [];
  steps = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return new Response("{}");
  });
  const delay = {
    ms: { value: 150 },
    step: (way: number) => steps.push(way),
    reset: () => steps.push(0),
  } as unknown as Delay;
  at = document.createElement("div");
  document.body.append(at);
  const props = {
    me: { preferences } as Me,
    look: preferences,
    setLook: (look: Look) => looks.push(look),
    delay,
    shut: () => undefined,
  };
  await act(() => render(<LookPanel {...props} />, at));
});
afterEach(() => {
  render(null, at);
  at.remove();
});

it("is seen at once and kept in the profile with what was there", async () => {
  const [, colour] = Array.from(at.querySelectorAll("select"));
  if (colour === undefined) throw new Error("no list of colours");
  await act(() => {
    colour.value = "yellow";
    colour.dispatchEvent(new Event("change", { bubbles: true }));
  });
  expect(looks.map((look) => look.subtitlesColour)).toEqual(["yellow"]);
  expect(sent).toEqual([{ preferences: { ...preferences, subtitlesColour: "yellow" } }]);
});

it("has the focus and says the delay, which its buttons change", async () => {
  expect(document.activeElement?.textContent).toBe("Earlier");
  expect(at.querySelector("output")?.textContent).toBe("+150 ms");
  for (const button of at.querySelectorAll<HTMLElement>(".look-delay button"))
    await act(() => button.click());
  expect(steps).toEqual([-1, 1, 0]);
});
