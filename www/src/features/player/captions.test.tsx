import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { Captions, placeOf } from "./captions.tsx";

const cue = (part: Partial<VTTCue>) =>
  ({ line: "auto", snapToLines: true, position: "auto", align: "center", ...part }) as VTTCue;

describe("a cue", () => {
  it("stands with the others on top or at the foot", () => {
    expect(placeOf(cue({}))).toBe("bottom");
    expect(placeOf(cue({ line: -1 }))).toBe("bottom");
    expect(placeOf(cue({ line: 14 }))).toBe("bottom");
    expect(placeOf(cue({ line: 90, snapToLines: false }))).toBe("bottom");
    expect(placeOf(cue({ line: 0 }))).toBe("top");
    expect(placeOf(cue({ line: 0, snapToLines: false, position: 50 }))).toBe("top");
  });

  it("stands on a spot of its own", () => {
    const spot = (part: Partial<VTTCue>) => placeOf(cue({ snapToLines: false, ...part }));
    expect(spot({ line: 47 })).toEqual({ top: 47, from: 0, width: 100, side: "center" });
    expect(spot({ line: 20, position: 25 })).toEqual({
      top: 20,
      from: 0,
      width: 50,
      side: "center",
    });
    expect(spot({ line: 0, position: 80 })).toEqual({
      top: 0,
      from: 60,
      width: 40,
      side: "center",
    });
    expect(spot({ line: 50, position: 30, align: "left" })).toEqual({
      top: 50,
      from: 30,
      width: 70,
      side: "left",
    });
    expect(placeOf(cue({ align: "right" }))).toEqual({
      top: 85,
      from: 0,
      width: 95,
      side: "right",
    });
  });
});

describe("captions", () => {
  let at: HTMLElement | undefined;
  afterEach(() => {
    if (at !== undefined) render(null, at);
  });

  const look = {
    subtitlesSize: "large",
    subtitlesColour: "yellow",
    subtitlesEdge: "outline",
  } as const;
  const draw = async (cues: VTTCue[], hasSample = false) => {
    const track = Object.assign(new EventTarget(), { id: "text-1", activeCues: cues });
    const other = Object.assign(new EventTarget(), { id: "", activeCues: [] });
    const video = { textTracks: [other, track] } as unknown as HTMLVideoElement;
    const made = document.createElement("div");
    at = made;
    await act(() => render(<Captions {...{ video, track: 1, look, hasSample }} />, made));
    return made;
  };
  const says = (text: string, part: Partial<VTTCue> = {}) =>
    cue({ getCueAsHTML: () => new DocumentFragment(), ...part, text });

  it("are drawn as the profile has it, where they say", async () => {
    const made = await draw([says("a"), says("b", { line: 47, snapToLines: false })]);
    const all = made.querySelector<HTMLElement>(".captions-all");
    expect({ ...all?.dataset }).toEqual({ size: "large", colour: "yellow", edge: "outline" });
    expect(made.querySelectorAll('[data-place="bottom"] p')).toHaveLength(1);
    expect(made.querySelector<HTMLElement>(".captions-spot")?.style.top).toBe("47%");
  });

  it("show a line to look at when nobody speaks", async () => {
    expect((await draw([], true)).textContent).toBe("This is how subtitles look.");
    expect((await draw([says("a")], true)).textContent).toBe("");
    expect((await draw([])).textContent).toBe("");
  });
});
