// The app's entry.
import { render } from "preact";
import "./style.css";
import { follow } from "../api/events.ts";
import { startFocus } from "../ui/focus.ts";
import { App } from "./app.tsx";

startFocus();
follow();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
