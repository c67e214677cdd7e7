// The frame of a page: what it is called, and one that is on its way.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../lib/messages.ts";
import { Live } from "./notice.tsx";
import "./page.css";
import "./skeleton.css";

const said = signal("");
// The title of the first page is said by the browser.
let isFirst = true;

/** Says something aloud that is not shown. */
export function say(text: string): void {
  said.value = text;
}

/** Who was on what has gone with the page before begins at the heading. */
function focusHeading(): void {
  // What lies below a page stands before it.
  const heading = [...document.querySelectorAll("h1")].pop();
  if (document.activeElement !== document.body || heading === undefined) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** What the page is called, once that is known and while it is shown; else "". It is
 * the title of the window, and said aloud. */
export function usePageName(name: string): void {
  useEffect(() => {
    if (name === "") return;
    document.title = t("app.page", { name });
    // After all that the page does itself to take the focus.
    if (!isFirst) {
      say(name);
      queueMicrotask(focusHeading);
    }
    isFirst = false;
  }, [name]);
}

/** What is said aloud, whichever page is there. */
export function Said(): JSX.Element {
  return <Live>{said.value}</Live>;
}

/** A page that is on its way. */
export function Loading({ frame = "page" }: { frame?: string }): JSX.Element {
  return (
    <div class={frame} aria-busy="true">
      <h1 class="visually-hidden">{t("app.loading")}</h1>
    </div>
  );
}
