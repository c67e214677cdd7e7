import { defineConfig } from "vite";

// Addresses are relative to <base href>, so that a server may move the whole
// app below another path by changing that one line.
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: "dist",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
