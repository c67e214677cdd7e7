// What lies in a folder in which programs write meanwhile: files are renamed and go
// between being listed and being read.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const isGone = (e: unknown) =>
  ["ENOENT", "ESRCH"].includes((e as NodeJS.ErrnoException).code ?? "");

/** All files below, each with its whole path. */
export function filesOf(folder: string): string[] {
  for (;;)
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    } catch (e) {
      // One of the folders in it; not the folder itself.
      if (!isGone(e) || (e as NodeJS.ErrnoException).path === folder) throw e;
    }
}

/** What is in a file; nothing when it has gone meanwhile. */
export function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (e) {
    if (isGone(e)) return Buffer.alloc(0);
    throw e;
  }
}
