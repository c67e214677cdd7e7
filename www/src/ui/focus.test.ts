import { beforeEach, describe, expect, it } from "vitest";
import { type Box, find, move, moveToEnd, nearest } from "./focus.ts";
import { remember } from "./memory.ts";

const box = (left: number, top: number, width = 100, height = 100): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

describe("nearest", () => {
  const from = box(200, 200);
  const to = (direction: "left" | "right" | "up" | "down", ...boxes: Box[]) =>
    nearest(from, boxes, direction);
  it("knows no way to what lies elsewhere", () => {
    expect(to("right", box(0, 200), box(350, 500))).toBe(-1);
    expect(to("left", box(400, 200))).toBe(-1);
    expect(to("down", box(200, 0))).toBe(-1);
    expect(to("up", box(200, 400))).toBe(-1);
  });
  it("takes the nearest row, and there what lies straight ahead", () => {
    expect(to("down", box(200, 600), box(330, 340), box(200, 340))).toBe(2);
    expect(to("up", box(200, 0), box(330, 120, 100, 60))).toBe(1);
  });
  it("passes no row by, however far aside its only thing is", () => {
    expect(to("down", box(200, 600), box(1800, 340, 44, 44))).toBe(1);
  });
  it("takes along a row what comes first, on the side the arrow shows", () => {
    expect(to("right", box(440, 200), box(320, 210))).toBe(1);
    expect(to("left", box(-40, 200), box(80, 190))).toBe(1);
  });
  it("takes neighbours that touch or overlap a little", () => {
    expect(to("right", box(299, 200))).toBe(0);
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
    history.replaceState(null, "", `/page-${Math.random()}`);
    place(
      `<header data-frame><button id="top"></button></header>
       <h2 data-aside><a href="/list" id="heading"></a></h2>
       <div data-rail><button id="a1"></button><button id="a2"></button><button id="a3"></button></div>
       <div data-rail><button id="b1"></button><button id="b2"></button></div>`,
      {
        top: box(0, 0),
        heading: box(0, 150, 100, 20),
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
  });
  it("passes a heading by that lies aside", () => {
    expect(find(get("a3"), "up")?.id).toBe("top");
    expect(find(get("a1"), "up")?.id).toBe("heading");
  });
  it("passes a heading by on the way down", () => {
    expect(find(get("top"), "down")?.id).toBe("a1");
  });
  it("comes down from the frame to where one was", () => {
    expect(find(get("top"), "down")?.id).toBe("a1");
    remember(get("b2"));
    expect(find(get("top"), "down")?.id).toBe("b2");
  });
  it("knows the frame above what was scrolled away", () => {
    const up = (id: string, at: Box) => {
      get(id).getBoundingClientRect = () => at as DOMRect;
    };
    up("a1", box(0, -300));
    up("a2", box(120, -300));
    up("a3", box(240, -300));
    up("b1", box(0, 110));
    expect(find(get("b1"), "up")?.id).toBe("a1");
  });
  it("leaves out what is inert or hidden", () => {
    get("a2").setAttribute("inert", "");
    expect(find(get("a1"), "right")?.id).toBe("a3");
    get("a3").getClientRects = () => [] as unknown as DOMRectList;
    expect(find(get("a1"), "right")).toBeNull();
  });
  it("begins with the page and not with its frame", () => {
    (document.activeElement as HTMLElement | null)?.blur();
    expect(move("down")).toBe(true);
    expect(document.activeElement?.id).toBe("heading");
  });
  it("begins where one was on this page", () => {
    remember(get("a2"));
    (document.activeElement as HTMLElement | null)?.blur();
    move("up");
    expect(document.activeElement?.id).toBe("a2");
  });
  it("goes to the ends of a rail", () => {
    get("a2").focus();
    expect(moveToEnd("last")).toBe(true);
    expect(document.activeElement?.id).toBe("a3");
    moveToEnd("first");
    expect(document.activeElement?.id).toBe("a1");
    get("top").focus();
    expect(moveToEnd("last")).toBe(false);
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
