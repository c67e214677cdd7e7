// What a browser may have to load, compressed as it is sent. The build fails
// when it is more.
import { gzipSync } from "node:zlib";

const KB = 1000;

/** Bytes: of all that is loaded before anything shows, of each further file, and of the
 * one with hls.js, which comes only for a film that this browser does not play as it
 * is. */
export const limits = { scripts: 30 * KB, styles: 8 * KB, later: 15 * KB, hls: 195 * KB };

export interface Piece {
  name: string;
  content: string | Uint8Array;
  /** Loaded before anything shows. */
  isFirst: boolean;
}

/** What is too large, in words. */
export function tooLarge(pieces: Piece[]): string[] {
  const sized = pieces.map(({ name, content, isFirst }) => ({
    name,
    isFirst,
    isScript: name.endsWith(".js"),
    bytes: gzipSync(content, { level: 9 }).length,
  }));
  const first = (isScript: boolean): number =>
    sized
      .filter((piece) => piece.isFirst && piece.isScript === isScript)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const over = (what: string, bytes: number, limit: number): string[] =>
    bytes <= limit ? [] : [`${what}: ${bytes} bytes compressed, more than ${limit}`];
  return [
    ...over("scripts of the first screen", first(true), limits.scripts),
    ...over("styles of the first screen", first(false), limits.styles),
    ...sized
      .filter(({ isFirst }) => !isFirst)
      .flatMap(({ name, bytes }) =>
        over(name, bytes, /\bhls-[^/]*\.js$/.test(name) ? limits.hls : limits.later),
      ),
  ];
}

/** What Rolldown says of a file that it is about to write, as far as it matters. */
type Output =
  | { type: "asset"; source: string | Uint8Array }
  | {
      type: "chunk";
      code: string;
      isEntry: boolean;
      imports: string[];
      viteMetadata?: { importedCss: Set<string> };
    };

/** The scripts and styles of a build, with what the page needs at once. */
export function piecesOf(bundle: Record<string, Output>): Piece[] {
  const first = new Set<string>();
  const need = (name: string): void => {
    const output = bundle[name];
    if (output?.type !== "chunk" || first.has(name)) return;
    first.add(name);
    for (const style of output.viteMetadata?.importedCss ?? []) first.add(style);
    output.imports.forEach(need);
  };
  for (const [name, output] of Object.entries(bundle))
    if (output.type === "chunk" && output.isEntry) need(name);
  return (
    Object.entries(bundle)
      // Those for TV sets are another browser's.
      .filter(([name]) => /\.(js|css)$/.test(name) && !name.startsWith("assets/old-"))
      .map(([name, output]) => ({
        name,
        content: output.type === "chunk" ? output.code : output.source,
        isFirst: first.has(name),
      }))
  );
}
