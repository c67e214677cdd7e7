// The app's entry.
import "../styles/tokens.css";
import "../styles/base.css";
import { render } from "preact";
import { follow } from "../api/events.ts";
import { startFocus } from "../ui/focus.ts";
import { App } from "./app.tsx";

startFocus();
follow();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
