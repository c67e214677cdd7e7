// The second bundle, for browsers of TV sets down to Chromium 68: the same app with
// its syntax and styles lowered and checked, and the script that chooses it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "acorn";
import ts from "typescript";
import { build, type InlineConfig, type Plugin } from "vite";
import { languages, messages, readCatalogue } from "../messages.ts";
import { fine } from "./fine.ts";
import { oldStyles } from "./oldstyle.ts";
import { OLDEST, strange } from "./since.ts";

const ADVICE = `not in Chromium ${OLDEST}: fill it in www/src/old/fill.ts, or say in www/plugins/fine.ts
that it is looked for before it is used, or that the name is the app's own`;

/** All files start so: they are none of the budget's, and no worker keeps them. */
const named = (name: string, text: string, ending: string): string =>
  `assets/old-${name}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.${ending}`;

interface Old {
  files: Map<string, string>;
  problems: string[];
  start: Record<string, string>;
}

function configOf(root: string): InlineConfig {
  return {
    configFile: false,
    root,
    base: "./",
    logLevel: "warn",
    publicDir: false,
    plugins: [messages()],
    define: { "import.meta.env.VITE_OLD": "true" },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      target: `chrome${OLDEST}`,
      cssCodeSplit: false,
      cssMinify: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { app: path.join(root, "src/old/main.ts") },
        output: {
          codeSplitting: { groups: [{ name: "fill", test: /core-js/ }] },
          entryFileNames: "assets/old-[name]-[hash].js",
          chunkFileNames: "assets/old-[name]-[hash].js",
        },
      },
    },
  };
}

/** A script that may be read by any browser. */
function script(root: string, name: string, texts?: string): string {
  const source = readFileSync(path.join(root, `src/old/${name}.ts`), "utf8");
  const compilerOptions = {
    target: ts.ScriptTarget.ES5,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
  };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const code = `(function () {\n${outputText.replace(/^export \{\};$/m, "")}})();\n`;
  const whole = texts === undefined ? code : code.replace(/TEXTS/g, texts);
  parse(whole, { ecmaVersion: 5 });
  return whole;
}

function textsOf(): string {
  const all = languages().map((language) => {
    const { heading, text } = readCatalogue(language, "old");
    return [language, { "old.heading": heading, "old.text": text }];
  });
  return `(${JSON.stringify(Object.fromEntries(all))})`;
}

async function made(root: string): Promise<Old> {
  const result = await build(configOf(root));
  const [built] = Array.isArray(result) ? result : [result];
  if (built === undefined || !("output" in built)) throw new Error("There is no old bundle.");
  const old: Old = { files: new Map(), problems: [], start: {} };
  const tokens = readFileSync(path.join(root, "src/styles/tokens.css"), "utf8");
  const order = /^@layer [^{]*?;/m.exec(tokens)?.[0] ?? "";
  const put = (name: string, text: string, ending: string): string => {
    const file = named(name, text, ending);
    old.files.set(file, text);
    return `./${file}`;
  };
  for (const output of built.output)
    if (output.type === "chunk") {
      old.files.set(output.fileName, output.code);
      if (output.isEntry) old.start["data-app"] = `./${output.fileName}`;
      // What fills the gaps, and hls.js, look for what is newest by themselves.
      const looks = output.name === "fill" || output.name === "hls";
      const found = looks ? strange(output.code, null) : strange(output.code, fine());
      old.problems.push(...found.map((what) => `${output.name}: ${what} is ${ADVICE}`));
    } else
      for (const side of ["ltr", "rtl"] as const) {
        const { css, problems } = oldStyles(order + String(output.source), side);
        old.start[`data-${side}`] = put(side, css, "css");
        old.problems.push(...problems.map((what) => `styles: ${what} is ${ADVICE}`));
      }
  old.start["data-refused"] = put("refused", script(root, "refused", textsOf()), "js");
  old.start.src = put("start", script(root, "start"), "js");
  return old;
}

export function old(): Plugin {
  let root = "";
  let making: Promise<Old> | null = null;
  return {
    name: "old",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    buildStart() {
      making = made(root);
      // Told when it is waited for.
      making.catch(() => undefined);
    },
    transformIndexHtml: {
      order: "post",
      async handler() {
        const { start = {} } = (await making) ?? {};
        return [{ tag: "script", attrs: { defer: true, ...start }, injectTo: "head" as const }];
      },
    },
    async generateBundle() {
      const { files, problems } = (await making) ?? (await made(root));
      if (problems.length > 0) this.error([...new Set(problems)].join("\n"));
      let bytes = 0;
      for (const [fileName, source] of files) {
        this.emitFile({ type: "asset", fileName, source });
        bytes += gzipSync(source, { level: 9 }).length;
      }
      const size = Math.round(bytes / 100) / 10;
      console.log(`for TV sets: ${files.size} files, ${size} kB compressed`);
    },
  };
}
