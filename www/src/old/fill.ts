// What newer browsers have and the app uses: put in where it is missing.
import "core-js/actual/global-this";
import "core-js/actual/queue-microtask";
import "core-js/actual/array/at";
import "core-js/actual/array/find-last";
import "core-js/actual/array/find-last-index";
import "core-js/actual/array/flat";
import "core-js/actual/array/flat-map";
import "core-js/actual/array/to-reversed";
import "core-js/actual/array/to-sorted";
import "core-js/actual/array/with";
import "core-js/actual/object/from-entries";
import "core-js/actual/object/group-by";
import "core-js/actual/object/has-own";
import "core-js/actual/promise/all-settled";
import "core-js/actual/promise/any";
import "core-js/actual/promise/with-resolvers";
import "core-js/actual/string/at";
import "core-js/actual/string/match-all";
import "core-js/actual/string/replace-all";
import "core-js/actual/string/trim-end";
import "core-js/actual/string/trim-start";

type Elements = { replaceChildren?: unknown; requestFullscreen?: unknown };
type Prefixed = Element & { webkitRequestFullscreen(): void };
type PrefixedDocument = Document & {
  webkitExitFullscreen(): void;
  webkitFullscreenElement: Element | null;
};

const elements = Element.prototype as unknown as Elements;

elements.replaceChildren ??= function (this: Element, ...nodes: (Node | string)[]): void {
  while (this.lastChild !== null) this.removeChild(this.lastChild);
  this.append(...nodes);
};

if (elements.requestFullscreen === undefined) {
  elements.requestFullscreen = async function (this: Prefixed): Promise<void> {
    this.webkitRequestFullscreen();
  };
  document.exitFullscreen = async () => (document as PrefixedDocument).webkitExitFullscreen();
  Object.defineProperty(document, "fullscreenElement", {
    get: () => (document as PrefixedDocument).webkitFullscreenElement,
  });
}

const forms = HTMLFormElement.prototype as { requestSubmit?: unknown };
forms.requestSubmit ??= function (this: HTMLFormElement): void {
  const button = document.createElement("button");
  button.hidden = true;
  this.append(button);
  button.click();
  button.remove();
};

const drawing = CanvasRenderingContext2D.prototype as { roundRect?: unknown };
drawing.roundRect ??= function (this: CanvasRenderingContext2D, ...box: number[]): void {
  const [x = 0, y = 0, width = 0, height = 0] = box;
  this.rect(x, y, width, height);
};

const intl = Intl as { DisplayNames?: unknown };
intl.DisplayNames ??= class {
  of(tag: string): string {
    return tag;
  }
};

// Lengths that depend on data are set by script (ui/part.tsx).
if (!CSS.supports("inset-inline-start", "0"))
  Object.defineProperty(CSSStyleDeclaration.prototype, "insetInlineStart", {
    set(this: CSSStyleDeclaration, value: string) {
      if (document.documentElement.dir === "rtl") this.right = value;
      else this.left = value;
    },
  });
