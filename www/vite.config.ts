import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin, type Rolldown } from "vite";
import { piecesOf, tooLarge } from "./budget.ts";
import { messages } from "./messages.ts";
import { early } from "./plugins/early.ts";
import { old } from "./plugins/old.ts";
import { worker } from "./plugins/worker.ts";

const packable = /^assets\/[^/]+\.(js|css|svg|json|wasm)$/;

/**
 * Each text below assets/ a second and a third time, compressed as far as it
 * goes, in assets/br/ and assets/gz/: under the same name, so that a web server
 * finds its type. All of them, so that it need not look.
 */
function packed(): Plugin {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  // Web servers make a file's tag of its time and size: no two may have the same.
  const pack = (text: Buffer): { br: Buffer; gz: Buffer } => {
    const br = brotliCompressSync(text, { params });
    const gz = [9, 6, 3, 1].map((level) => gzipSync(text, { level }));
    return {
      br,
      gz: gz.find(({ length }) => length !== br.length) ?? gzipSync(text, { level: 0 }),
    };
  };
  return {
    name: "packed",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => packable.test(name))) {
        const text = readFileSync(path.join(dir, name));
        for (const [folder, bytes] of Object.entries(pack(text))) {
          const to = path.join(dir, "assets", folder, path.basename(name));
          mkdirSync(path.dirname(to), { recursive: true });
          writeFileSync(to, bytes);
        }
      }
    },
  };
}

/**
 * The order of the cascade layers at the head of each sheet: a sheet shared by
 * several scripts is loaded before the one that settles the order.
 */
function layered(): Plugin {
  const order = /^@layer [^{]*?;/m.exec(readFileSync("www/src/styles/tokens.css", "utf8"))?.[0];
  return {
    name: "layered",
    generateBundle(_, bundle) {
      for (const output of Object.values(bundle))
        if (output.type === "asset" && output.fileName.endsWith(".css"))
          output.source = order + String(output.source);
    },
  };
}

/** Ends a build that is too large to be loaded quickly. */
function budget(): Plugin {
  return {
    name: "budget",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const findings = tooLarge(piecesOf(bundle));
        if (findings.length > 0) this.error(findings.join("\n"));
      },
    },
  };
}

let files: Map<string, string> | null = null;

/** What the first screen needs is one file: it packs better than several. The script
 * that comes before it (app/early.ts) stays by itself. */
function together(id: string, built: { getModuleInfo: Rolldown.GetModuleInfo }): string | null {
  if (files === null) {
    const found = new Map<string, string>();
    const need = (one: string, file: string): void => {
      if (found.has(one)) return;
      found.set(one, file);
      for (const other of built.getModuleInfo(one)?.importedIds ?? []) need(other, file);
    };
    const source = path.join(import.meta.dirname, "src");
    need(path.join(source, "app/early.ts"), "early");
    const entry = path.join(source, "app/main.tsx");
    need(entry, "first");
    found.delete(entry);
    files = found;
  }
  return files.get(id) ?? null;
}

// Addresses are relative to <base href>, so that a server may move the whole
// app below another path by changing that one line.
export default defineConfig({
  base: "./",
  plugins: [messages(), layered(), packed(), budget(), early(), worker(), old()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: "dist",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: together, debugName: "first" }] } },
    },
  },
});
