// Builds the gallery alone, for the tests: `npm run dev` serves it at /ui, and the
// app that people get does not have it.
import path from "node:path";
import { defineConfig } from "vite";
import { messages } from "../messages.ts";

const www = path.resolve(import.meta.dirname, "..");

export default defineConfig({
  root: www,
  base: "./",
  plugins: [messages()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: path.resolve(www, "../build/gallery"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: path.join(www, "ui.html") },
  },
});
