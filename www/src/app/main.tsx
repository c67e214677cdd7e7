// The app's entry.
import "./layers.ts";
import "./early.ts";
import "../styles/tokens.css";
import "../styles/base.css";
import { render } from "preact";
import { chunk } from "../api/chunk.ts";
import { sessionId } from "../api/client.ts";
import { firstLanguage } from "../lib/messages.ts";
import { go, leave, route } from "../lib/router.ts";
import { startKeys } from "../ui/keys.ts";
import { App, fetchPage } from "./app.tsx";

// After what is shown has come, and its pictures.
const LATER_MS = 2000;

function begin(root: HTMLElement): void {
  document.documentElement.dataset.app = "";
  startKeys({
    back: () => sessionId.value !== null && leave(),
    inPlayer: () => route.value.name === "watch",
    who() {
      const isAsked = sessionId.value !== null && !/who|watch/.test(route.value.name);
      if (isAsked) go("/who");
      return isAsked;
    },
  });
  const show = (): void => {
    const name = sessionId.peek() === null ? "signin" : route.peek().name;
    fetchPage(name).catch(() => undefined);
    render(<App />, root);
  };
  // In English at once; other languages come first, or not at all.
  const speaking = firstLanguage();
  if (speaking === null) show();
  else speaking.then(show, show);
  chunk(() => import("../api/news.ts")).then(
    ({ follow }) => follow(),
    () => undefined,
  );
  const later = (): void => {
    setTimeout(() => {
      // It may be just now that the server is away.
      import("./later.ts").then(({ start }) => start(), later);
    }, LATER_MS);
  };
  addEventListener("load", later);
}

const root = document.getElementById("app");
if (root !== null) begin(root);
