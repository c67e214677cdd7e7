// A file system of its own that is soon full, for tests of what happens then.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";

export interface Disk {
  folder: string;
  /** Why there is none; false when there is. */
  skip: string | false;
  /** Takes all that is free. */
  fill(): void;
  /** Gives that back. */
  empty(): void;
}

/** It goes with the test file, after what lies on it. */
export function smallDisk(mebibytes: number): Disk {
  const folder = `/tmp/miau-full-${process.pid}`;
  const filler = path.join(folder, "filler");
  mkdirSync(folder, { recursive: true });
  const options = `size=${mebibytes}m,mode=0700`;
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  const free = () => {
    if (!existsSync(folder)) return;
    spawnSync("umount", [folder]);
    rmdirSync(folder);
  };
  after(free);
  // After the world on it, whose end was noted before.
  process.once("exit", free);
  return {
    folder,
    skip: mount.status === 0 ? false : "a small file system cannot be mounted here",
    fill: () => {
      for (const size of ["64k", "4k"])
        spawnSync("dd", [
          "if=/dev/zero",
          `of=${filler}`,
          `bs=${size}`,
          "oflag=append",
          "conv=notrunc",
        ]);
    },
    empty: () => rmSync(filler),
  };
}
