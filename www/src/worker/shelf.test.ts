import { describe, expect, it } from "vitest";
import { type Shelf, shelfOf, use } from "./shelf.ts";

const limits = { things: 3, bytes: 100 };

describe("a shelf", () => {
  it("lets go what was used longest ago", () => {
    const shelf: Shelf = [];
    for (const key of ["a", "b", "c"]) expect(use(shelf, key, 10, limits)).toEqual([]);
    expect(use(shelf, "a", 10, limits)).toEqual([]);
    expect(use(shelf, "d", 10, limits)).toEqual(["b"]);
    expect(shelf.map(([key]) => key)).toEqual(["c", "a", "d"]);
  });
  it("keeps to its bytes", () => {
    const shelf: Shelf = [];
    use(shelf, "a", 50, limits);
    use(shelf, "b", 40, limits);
    expect(use(shelf, "c", 60, limits)).toEqual(["a"]);
    expect(use(shelf, "d", 100, limits)).toEqual(["b", "c"]);
  });
  it("does not empty itself for what is larger than all of it", () => {
    const shelf: Shelf = [];
    use(shelf, "a", 50, limits);
    expect(use(shelf, "huge", 101, limits)).toEqual([]);
    expect(use(shelf, "a", 101, limits)).toEqual(["a"]);
    expect(shelf).toEqual([]);
  });
  it("is empty where storage holds something else", () => {
    expect(shelfOf(null)).toEqual([]);
    expect(shelfOf([["a", 1], ["b"], 3, ["c", "4"]])).toEqual([["a", 1]]);
  });
});
