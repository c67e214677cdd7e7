// The app's entry.
import "../styles/tokens.css";
import "../styles/base.css";
import { render } from "preact";
import { sessionId } from "../api/client.ts";
import { follow } from "../api/events.ts";
import { firstLanguage } from "../lib/messages.ts";
import { startKeys } from "../ui/keys.ts";
import { App } from "./app.tsx";
import { leave, route } from "./router.ts";

startKeys({
  back: () => sessionId.value !== null && leave(),
  inPlayer: () => route.value.name === "watch",
});
follow();
const root = document.getElementById("app");
const show = (): void => {
  if (root !== null) render(<App />, root);
};
// In English at once; other languages come first, or not at all.
const speaking = firstLanguage();
if (speaking === null) show();
else speaking.then(show, show);

// After what is shown has come, and its pictures.
const LATER_MS = 2000;
addEventListener("load", () =>
  setTimeout(() => {
    import("./later.ts").then(
      ({ start }) => start(),
      () => undefined,
    );
  }, LATER_MS),
);
