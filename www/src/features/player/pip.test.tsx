import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Pip, usePip } from "./pip.ts";

let at: HTMLElement;
let video: HTMLVideoElement;
let pip: Pip | null;
let inWindow: Element | null;
let isRefused: boolean;

function Film({ playing }: { playing: HTMLVideoElement | null }) {
  pip = usePip(playing);
  return null;
}

/** What the browser does: the picture is in the window, or in the page. */
function put(to: Element | null): void {
  inWindow = to;
  video.dispatchEvent(new Event(to === null ? "leavepictureinpicture" : "enterpictureinpicture"));
}

beforeEach(() => {
  at = document.createElement("div");
  video = document.createElement("video");
  inWindow = null;
  isRefused = false;
  const has = (on: object, name: string, what: PropertyDescriptor) =>
    Object.defineProperty(on, name, { ...what, configurable: true });
  has(document, "pictureInPictureEnabled", { value: true });
  has(document, "pictureInPictureElement", { get: () => inWindow });
  has(document, "exitPictureInPicture", { value: vi.fn(async () => put(null)) });
  has(video, "requestPictureInPicture", {
    value: async () => {
      if (isRefused) throw new DOMException("There is no picture yet.", "InvalidStateError");
      put(video);
    },
  });
  act(() => render(<Film playing={video} />, at));
});
afterEach(() => {
  act(() => render(null, at));
  for (const name of ["Enabled", "Element"])
    Reflect.deleteProperty(document, `pictureInPicture${name}`);
  Reflect.deleteProperty(document, "exitPictureInPicture");
});

it("the picture goes into its window and back, whoever wants it", async () => {
  expect(pip?.isOpen).toBe(false);
  await act(async () => pip?.toggle());
  expect(pip?.isOpen).toBe(true);
  await act(async () => pip?.toggle());
  expect(pip?.isOpen).toBe(false);
  act(() => put(video));
  expect(pip?.isOpen).toBe(true);
});

it("who leaves the film has no window left", async () => {
  await act(async () => pip?.toggle());
  act(() => render(null, at));
  expect(inWindow).toBeNull();
});

it("a window that is refused, or that there is not, is none", async () => {
  isRefused = true;
  await act(async () => pip?.toggle());
  expect(pip?.isOpen).toBe(false);
  act(() => render(<Film playing={null} />, at));
  expect(pip, "nothing plays").toBeNull();
  Object.defineProperty(document, "pictureInPictureEnabled", { value: false, configurable: true });
  act(() => render(<Film playing={video} />, at));
  expect(pip, "the browser has none").toBeNull();
});
