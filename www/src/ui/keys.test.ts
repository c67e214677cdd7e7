import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isHelpShown } from "./help.tsx";
import { startKeys } from "./keys.ts";

const back = vi.fn(() => true);
let frames: FrameRequestCallback[] = [];

beforeAll(() => {
  vi.stubGlobal("requestAnimationFrame", (run: FrameRequestCallback) => frames.push(run));
  startKeys({ back, inPlayer: () => false, who: () => false });
});

/** Things one below the other, 50 apart; two of a row are written "a+b". */
function lay(html: string): void {
  document.body.innerHTML = html;
  const all = [...document.querySelectorAll<HTMLElement>("input,select,textarea,button")];
  for (const [place, element] of all.entries()) {
    const top = place * 50;
    const rect = { left: 0, right: 100, top, bottom: top + 40, x: 0, y: top } as DOMRect;
    element.getBoundingClientRect = () => rect;
    element.getClientRects = () => [rect] as unknown as DOMRectList;
  }
}

const get = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const at = (): string | undefined => document.activeElement?.id;

/** Presses a key on what has the focus; whether the page took it. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  (document.activeElement ?? document.body).dispatchEvent(event);
  for (const run of frames.splice(0)) run(0);
  return event.defaultPrevented;
}

beforeEach(() => {
  history.replaceState(null, "", `/page-${Math.random()}`);
  frames = [];
  back.mockClear();
  isHelpShown.value = false;
});

describe("arrows in a text", () => {
  beforeEach(() => {
    lay('<button id="over"></button><input id="text" value="abc"><button id="under"></button>');
    get("text").focus();
  });
  const caret = (from: number, to = from) =>
    get<HTMLInputElement>("text").setSelectionRange(from, to);
  it("move the caret within it", () => {
    caret(1);
    expect(press("ArrowLeft")).toBe(false);
    expect(press("ArrowRight")).toBe(false);
    caret(0, 3);
    expect(press("ArrowLeft")).toBe(false);
  });
  it("leave it up and down", () => {
    caret(1);
    expect(press("ArrowUp")).toBe(true);
    expect(at()).toBe("over");
    get("text").focus();
    press("ArrowDown");
    expect(at()).toBe("under");
  });
  it("leave it at its ends, which change sides when one reads from right to left", () => {
    const field = get("text");
    const beside = { left: 150, right: 190, top: 50, bottom: 90 } as DOMRect;
    get("under").getBoundingClientRect = () => beside;
    caret(3);
    expect(press("ArrowRight")).toBe(true);
    expect(at()).toBe("under");
    field.style.direction = "rtl";
    field.focus();
    caret(3);
    expect(press("ArrowRight")).toBe(false);
    caret(0);
    expect(press("ArrowRight")).toBe(true);
    expect(at()).toBe("under");
  });
  it("leave a text of several lines at its first and last character", () => {
    lay('<button id="over"></button><textarea id="text">ab</textarea><button id="under"></button>');
    const text = get<HTMLTextAreaElement>("text");
    text.focus();
    text.setSelectionRange(1, 1);
    expect(press("ArrowUp")).toBe(false);
    expect(press("ArrowDown")).toBe(false);
    text.setSelectionRange(2, 2);
    press("ArrowDown");
    expect(at()).toBe("under");
  });
});

describe("arrows on what has a value", () => {
  it("change a select sideways and leave it up and down", () => {
    lay(
      '<select id="one"><option>a</option><option>b</option></select><button id="under"></button>',
    );
    const select = get<HTMLSelectElement>("one");
    const heard = vi.fn();
    select.addEventListener("change", heard);
    select.focus();
    expect(press("ArrowRight")).toBe(true);
    expect(select.value).toBe("b");
    expect(heard).toHaveBeenCalledTimes(1);
    press("ArrowRight");
    expect(heard).toHaveBeenCalledTimes(1);
    press("ArrowDown");
    expect(at()).toBe("under");
    expect(select.value).toBe("b");
  });
  it("leave a slider up and down", () => {
    lay('<input type="range" id="slider"><button id="under"></button>');
    get("slider").focus();
    press("ArrowDown");
    expect(at()).toBe("under");
  });
});

describe("arrows on a slider in a row", () => {
  it("move it up and down, and pass it sideways", () => {
    lay(
      '<div data-rail><input type="range" id="slider" value="50"><button id="on"></button></div>',
    );
    const beside = { left: 150, right: 190, top: 0, bottom: 40 } as DOMRect;
    get("on").getBoundingClientRect = () => beside;
    const slider = get<HTMLInputElement>("slider");
    slider.focus();
    press("ArrowUp");
    expect(at()).toBe("slider");
    press("ArrowRight");
    expect(at()).toBe("on");
  });
});

describe("other keys", () => {
  it("tick a box by Enter, which would send the form", () => {
    lay('<form><input type="checkbox" id="box"></form>');
    const box = get<HTMLInputElement>("box");
    box.focus();
    expect(press("Enter")).toBe(true);
    expect(box.checked).toBe(true);
  });
  it("close the dialog on top before they leave the page", () => {
    lay('<dialog id="d"><button id="in"></button></dialog>');
    const dialog = get<HTMLDialogElement>("d");
    dialog.showModal();
    get("in").focus();
    press("Unidentified", { keyCode: 461 });
    expect(dialog.open).toBe(false);
    expect(back).not.toHaveBeenCalled();
    press("Unidentified", { keyCode: 10009 });
    expect(back).toHaveBeenCalledTimes(1);
  });
  it("do not leave page after page while Back is held", () => {
    press("Escape", { repeat: true });
    expect(back).not.toHaveBeenCalled();
  });
  it("show the help", () => {
    press("?");
    expect(isHelpShown.value).toBe(true);
  });
});

describe("a held arrow", () => {
  it("takes one step a picture", () => {
    lay('<button id="a"></button><button id="b"></button><button id="c"></button>');
    get("a").focus();
    const down = (): void => {
      const event = { key: "ArrowDown", bubbles: true, cancelable: true, repeat: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
    };
    press("ArrowUp");
    down();
    down();
    expect(at()).toBe("b");
    for (const run of frames.splice(0)) run(0);
    down();
    expect(at()).toBe("c");
  });
});

describe("what takes a card out of its row", () => {
  const cards = () => {
    lay('<p><button id="one"></button><a data-remove></a></p><p><button id="two"></button></p>');
    get("one").focus();
  };
  it("is pressed by its key, and one goes on with the next", () => {
    cards();
    const gone = vi.fn();
    document.querySelector("[data-remove]")?.addEventListener("click", gone);
    expect(press("Delete", { repeat: true })).toBe(false);
    expect(press("Delete")).toBe(true);
    expect(gone).toHaveBeenCalledOnce();
    expect(at()).toBe("two");
  });
  it("is pressed by the yellow key of a remote", () => {
    cards();
    expect(press("Unidentified", { keyCode: 405 })).toBe(true);
  });
  it("is not there on other things", () => {
    cards();
    get("two").focus();
    expect(press("Delete")).toBe(false);
    expect(at()).toBe("two");
  });
});
