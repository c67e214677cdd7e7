import { beforeEach, describe, expect, it } from "vitest";
import { type Box, distance, find, move, remember } from "./focus.ts";

const box = (left: number, top: number, width = 100, height = 100): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

describe("distance", () => {
  const from = box(200, 200);
  it("is infinite for what lies elsewhere", () => {
    expect(distance(from, box(0, 200), "right")).toBe(Number.POSITIVE_INFINITY);
    expect(distance(from, box(350, 500), "right")).toBe(Number.POSITIVE_INFINITY);
    expect(distance(from, box(200, 0), "down")).toBe(Number.POSITIVE_INFINITY);
  });
  it("prefers what lies straight ahead", () => {
    const straight = distance(from, box(200, 340), "down");
    const aside = distance(from, box(330, 340), "down");
    expect(straight).toBe(40);
    expect(aside).toBeGreaterThan(straight);
  });
  it("takes neighbours that touch or overlap a little", () => {
    expect(distance(from, box(299, 200), "right")).toBe(0);
  });
});

/** Elements at given places; happy-dom lays nothing out by itself. */
function place(html: string, places: Record<string, Box>): void {
  document.body.innerHTML = html;
  for (const [id, at] of Object.entries(places)) {
    const element = document.getElementById(id);
    if (element === null) throw new Error(id);
    const rect = { ...at, x: at.left, y: at.top, width: 100, height: 100, toJSON: () => at };
    element.getBoundingClientRect = () => rect;
    element.getClientRects = () => [rect] as unknown as DOMRectList;
  }
}

const get = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

describe("moving", () => {
  beforeEach(() => {
    place(
      `<button id="top"></button>
       <div data-rail><button id="a1"></button><button id="a2"></button><button id="a3"></button></div>
       <div data-rail><button id="b1"></button><button id="b2"></button></div>`,
      {
        top: box(0, 0),
        a1: box(0, 200),
        a2: box(120, 200),
        a3: box(240, 200),
        b1: box(0, 400),
        b2: box(120, 400),
      },
    );
  });

  it("goes along a rail and stops at its end", () => {
    expect(find(get("a1"), "right")?.id).toBe("a2");
    expect(find(get("a3"), "right")).toBeNull();
    expect(find(get("a1"), "left")).toBeNull();
  });
  it("goes from rail to rail to what is nearest", () => {
    expect(find(get("a2"), "down")?.id).toBe("b2");
    expect(find(get("b1"), "up")?.id).toBe("a1");
  });
  it("enters a rail where one left it", () => {
    remember(get("a3"));
    expect(find(get("b1"), "up")?.id).toBe("a3");
    expect(find(get("top"), "down")?.id).toBe("a3");
  });
  it("leaves out what is inert or hidden", () => {
    get("a2").setAttribute("inert", "");
    expect(find(get("a1"), "right")?.id).toBe("a3");
    get("a3").getClientRects = () => [] as unknown as DOMRectList;
    expect(find(get("a1"), "right")).toBeNull();
  });
  it("starts at the first element and then moves the focus", () => {
    (document.activeElement as HTMLElement | null)?.blur();
    expect(move("down")).toBe(true);
    expect(document.activeElement?.id).toBe("top");
    move("down");
    expect(document.activeElement?.closest("[data-rail]")).not.toBeNull();
  });
  it("stays within an open dialog", () => {
    document.body.insertAdjacentHTML("beforeend", '<dialog open><button id="d"></button></dialog>');
    const at = box(0, 800) as DOMRect;
    get("d").getClientRects = () => [at] as unknown as DOMRectList;
    get("d").getBoundingClientRect = () => at;
    expect(find(get("b1"), "down")?.id).toBe("d");
    expect(find(get("b1"), "up")).toBeNull();
  });
});
