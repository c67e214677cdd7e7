// The service worker: one file beside the page, built by itself so that it stands
// alone, with the names of all files of the app.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "vite";

const FROM = "src/worker/worker.ts";
/** For browsers that ask for no worker: never kept by it. */
const FOREIGN = /^assets\/old-|^robots\.txt$/;

async function bundled(root: string, values: object): Promise<string> {
  const result = await build({
    configFile: false,
    root,
    logLevel: "warn",
    publicDir: false,
    define: { BUILD: JSON.stringify(values) },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: path.join(root, FROM),
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !("output" in output)) throw new Error("There is no worker.");
  return output.output[0].code;
}

export function worker(): Plugin {
  let root = "";
  let publicDir = "";
  return {
    name: "worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const outputs = Object.values(bundle);
        const entry = outputs.find(
          (output) => output.type === "chunk" && output.facadeModuleId?.endsWith("index.html"),
        );
        if (entry === undefined) this.error("There is no entry.");
        const rest = readdirSync(publicDir).sort();
        const hash = createHash("sha256");
        for (const file of rest) hash.update(readFileSync(path.join(publicDir, file)));
        const assets = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
        const values = {
          entry: path.basename(entry.fileName),
          rest: hash.digest("hex").slice(0, 8),
          files: [...assets.sort(), ...rest].filter((name) => !FOREIGN.test(name)),
        };
        const source = await bundled(root, values);
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
