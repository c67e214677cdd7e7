// What the web server's processes hold for those they serve: memory, and files that
// they write, also such as have no name any more.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isLong } from "./place.ts";
import { pss } from "./processes.ts";
import type { World } from "./world.ts";

/** The web servers behind which a test runs that starts worlds of its own: that of
 * this run, or with the full counts each. */
export const fronts = isLong
  ? ["lighttpd", "nginx", "apache"]
  : [process.env.MIAU_TEST_WEBSERVER || "lighttpd"];

export interface Held {
  /** Memory that they do not share, in bytes. */
  memory: number;
  /** Bytes of all files that they have open for writing. */
  files: number;
  /** Bytes that they have written to a disk so far. */
  disk: number;
}

const accessMode = 3;

function written(pid: number, fd: string): number {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"))?.[1];
    if ((Number.parseInt(flags ?? "0", 8) & accessMode) === 0) return 0;
    const file = statSync(`/proc/${pid}/fd/${fd}`);
    return file.isFile() ? file.blocks * 512 : 0;
  } catch {
    return 0; // It was closed meanwhile.
  }
}

function open(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // It has ended meanwhile.
  }
}

function filesOf(pid: number): number {
  return open(pid).reduce((sum, fd) => sum + written(pid, fd), 0);
}

function fromIo(pid: number, what: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/io`, "latin1");
    return Number(new RegExp(`^${what}: (\\d+)`, "m").exec(text)?.[1]);
  } catch {
    return 0; // It has ended meanwhile.
  }
}

/** Of all processes of the web server together. */
export function heldByFront(world: World): Held {
  const all = world.processes(world.front).map((p) => p.pid);
  return {
    memory: all.reduce((sum, pid) => sum + pss(pid), 0),
    files: all.reduce((sum, pid) => sum + filesOf(pid), 0),
    disk: all.reduce((sum, pid) => sum + fromIo(pid, "write_bytes"), 0),
  };
}

/** Files that all its processes together have open, connections among them. */
export function openByFront(world: World): number {
  return world.processes(world.front).reduce((sum, { pid }) => sum + open(pid).length, 0);
}

/** Bytes that a process has written anywhere, sockets included. */
export function writtenBy(pid: number): number {
  return fromIo(pid, "wchar");
}
