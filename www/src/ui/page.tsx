// The frame of a page, and a page that is on its way.
import type { JSX } from "preact";
import { t } from "../lib/messages.ts";
import "./page.css";
import "./skeleton.css";

/** A page that is on its way. */
export function Loading({ frame = "page" }: { frame?: string }): JSX.Element {
  return (
    <div class={frame} aria-busy="true">
      <h1 class="visually-hidden">{t("app.loading")}</h1>
    </div>
  );
}
