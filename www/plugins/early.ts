// The script that asks before the app is here (src/app/early.ts): a file of its own,
// which the app imports as well, so that both have the same answers. Its element in
// the page names the files of each screen, by the first part of the screen's address,
// for it to fetch beside those of the app.
import path from "node:path";
import type { Plugin } from "vite";

const SCREENS: Record<string, string> = {
  signin: "session",
  list: "list",
  movie: "title",
  show: "title",
  watch: "player",
  library: "library",
  downloads: "downloads",
  settings: "settings",
  account: "account",
};

/** What Rolldown says of a file, as far as it matters. */
interface Chunk {
  type: string;
  fileName: string;
  facadeModuleId?: string | null;
  moduleIds?: string[];
  imports?: string[];
  viteMetadata?: { importedCss: Set<string> };
}

export function early(): Plugin {
  let source = "";
  return {
    name: "early",
    apply: "build",
    configResolved({ root }) {
      source = path.join(root, "src");
    },
    buildStart() {
      this.emitFile({ type: "chunk", id: path.join(source, "app/early.ts"), name: "early" });
    },
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {} }) {
        const chunks = Object.values(bundle) as Chunk[];
        const of = (file: string): Chunk => {
          const found = chunks.find(({ moduleIds = [] }) =>
            moduleIds.includes(path.join(source, file)),
          );
          if (found === undefined) throw new Error(`${file} is no file of its own.`);
          return found;
        };
        const needs = (chunk: Chunk | undefined, known = new Set<string>()): Set<string> => {
          if (chunk === undefined || known.has(chunk.fileName)) return known;
          known.add(chunk.fileName);
          for (const style of chunk.viteMetadata?.importedCss ?? []) known.add(style);
          for (const name of chunk.imports ?? [])
            needs(
              chunks.find(({ fileName }) => fileName === name),
              known,
            );
          return known;
        };
        const entry = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith("index.html"));
        const first = needs(entry);
        const files: string[] = [];
        const places = Object.entries(SCREENS).map(([name, folder]) => {
          const own = [...needs(of(`features/${folder}/page.tsx`))].filter((f) => !first.has(f));
          for (const file of own) if (!files.includes(file)) files.push(file);
          return [`data-${name}`, own.map((file) => files.indexOf(file)).join(" ")];
        });
        const attrs = {
          type: "module",
          async: true,
          crossorigin: true,
          fetchpriority: "high",
          src: `./${of("app/early.ts").fileName}`,
          "data-files": files.map((file) => path.basename(file)).join(" "),
          ...Object.fromEntries(places),
        };
        return [{ tag: "script", attrs, injectTo: "head" as const }];
      },
    },
  };
}
