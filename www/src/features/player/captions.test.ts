import { describe, expect, it } from "vitest";
import { placeOf } from "./captions.tsx";

describe("a cue", () => {
  it("stands where its line says", () => {
    const place = (line: VTTCue["line"], snapToLines: boolean) => placeOf({ line, snapToLines });
    expect(place("auto", true)).toBe("bottom");
    expect(place(-1, true)).toBe("bottom");
    expect(place(0, true)).toBe("top");
    expect(place(14, true)).toBe("bottom");
    expect(place(0, false)).toBe("top");
    expect(place(50, false)).toBe("middle");
    expect(place(90, false)).toBe("bottom");
  });
});
