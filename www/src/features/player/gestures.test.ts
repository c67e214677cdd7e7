import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followFingers, SWIPE_S } from "./gestures.ts";

describe("fingers on the picture", () => {
  let told: string[];
  let picture: HTMLElement;
  let end: () => void;
  let now = 0;
  beforeEach(() => {
    told = [];
    now = 1000;
    picture = document.createElement("div");
    picture.getBoundingClientRect = () => ({ left: 0, width: 400 }) as DOMRect;
    end = followFingers(picture, {
      tap: () => told.push("tap"),
      double: (side) => told.push(`double ${side}`),
      swipe: (seconds) => told.push(`swipe ${seconds}`),
      drop: (isTaken) => told.push(`drop ${isTaken}`),
    });
  });
  afterEach(() => end());

  const touch = (name: string, x: number, y = 0, pointerId = 1, pointerType = "touch") => {
    const event = new Event(`pointer${name}`);
    Object.assign(event, { clientX: x, clientY: y, pointerId, pointerType });
    Object.defineProperty(event, "timeStamp", { value: now });
    picture.dispatchEvent(event);
  };
  const tap = (x: number, after = 100) => {
    now += after;
    touch("down", x);
    touch("up", x);
  };

  it("tap once for the controls, more often for ten seconds each", () => {
    tap(100, 1000);
    tap(100);
    tap(100);
    tap(300, 1000);
    tap(300);
    expect(told).toEqual(["tap", "double -1", "double -1", "tap", "double 1"]);
  });
  it("mean two taps when they are slow, or on both halves", () => {
    tap(100, 1000);
    tap(100, 400);
    tap(300);
    expect(told).toEqual(["tap", "tap", "tap"]);
  });
  it("lead along the film sideways, and up and down nowhere", () => {
    touch("down", 100);
    touch("move", 110);
    expect(told).toEqual([]);
    touch("move", 200, 20);
    touch("up", 200, 20);
    touch("down", 100);
    touch("move", 105, 90);
    touch("move", 300, 90);
    touch("up", 300, 90);
    expect(told).toEqual([`swipe ${SWIPE_S / 4}`, "drop true"]);
  });
  it("give up when a second one comes, or the browser takes it", () => {
    touch("down", 100);
    touch("move", 200);
    touch("down", 300, 0, 2);
    touch("up", 200);
    touch("down", 100);
    touch("move", 200);
    touch("cancel", 200);
    expect(told).toEqual([
      `swipe ${SWIPE_S / 4}`,
      "drop false",
      `swipe ${SWIPE_S / 4}`,
      "drop false",
    ]);
  });
  it("are no mouse", () => {
    touch("down", 100, 0, 1, "mouse");
    touch("up", 100, 0, 1, "mouse");
    expect(told).toEqual([]);
  });
});
