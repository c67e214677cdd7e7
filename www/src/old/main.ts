// The same app for browsers of TV sets, down to Chromium 68 (docs/frontend.md).
import "./fill.ts";
import "../app/main.tsx";
import "./style.css";

/** The sheet for the direction in which the language is written. */
function turn(): void {
  const sheet = document.querySelector<HTMLLinkElement>("link[data-rtl]");
  const name = document.documentElement.dir === "rtl" ? "rtl" : "ltr";
  const wanted = sheet?.getAttribute(`data-${name}`) ?? null;
  if (wanted !== null && sheet?.getAttribute("href") !== wanted)
    sheet?.setAttribute("href", wanted);
}

new MutationObserver(turn).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["dir"],
});
turn();
