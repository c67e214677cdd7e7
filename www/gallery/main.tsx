// The gallery: each part of the design system in each of its states, for people
// who build with them and for the tests that look at them. ?dir=rtl turns it.
import "../src/styles/tokens.css";
import "../src/styles/base.css";
import { render } from "preact";
import { Help } from "../src/ui/help.tsx";
import { startKeys } from "../src/ui/keys.ts";
import { Toasts } from "../src/ui/toast.tsx";
import { controls } from "./controls.tsx";
import { pictures } from "./pictures.tsx";
import { places } from "./places.tsx";
import { PartView } from "./state.tsx";
import "./style.css";

const parts = [...controls, ...pictures, ...places];

function Gallery() {
  return (
    <>
      <main class="page wide gallery">
        <h1>Parts</h1>
        {parts.map((part) => (
          <PartView key={part.name} part={part} />
        ))}
      </main>
      <Help inPlayer={false} />
      <Toasts />
    </>
  );
}

const wanted = new URLSearchParams(location.search);
if (wanted.get("dir") === "rtl") document.documentElement.dir = "rtl";
startKeys({ back: () => false, inPlayer: () => false, who: () => false });
const root = document.getElementById("app");
if (root !== null) render(<Gallery />, root);
