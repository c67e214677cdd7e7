// What runs for a world: every process that was started for it carries the
// world's MIAU_STATE_DIR in its environment, so it is found in /proc even after
// its parent has gone.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

export interface Process {
  pid: number;
  parent: number;
  program: string;
  command: string;
}

function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1");
  } catch {
    return "";
  }
}

function describe(pid: number): Process | undefined {
  const stat = read(pid, "stat");
  const end = stat.lastIndexOf(")");
  const [state, parent] = stat.slice(end + 2).split(" ");
  if (stat === "" || state === "Z" || state === "X") return undefined;
  let program = "";
  try {
    program = path.basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return undefined;
  }
  const command = read(pid, "cmdline").replaceAll("\0", " ").trim();
  return { pid, parent: Number(parent), program: program.replace(/ \(deleted\)$/, ""), command };
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Processes of the world with this state folder, the test itself left out. */
export function processesOf(state: string): Process[] {
  const mark = `MIAU_STATE_DIR=${state}\0`;
  const all = allPids()
    .filter((pid) => pid !== process.pid)
    .map((pid) => ({ pid, isMarked: read(pid, "environ").includes(mark) }));
  const marked = new Set(all.filter((p) => p.isMarked).map((p) => p.pid));
  // Children whose environment was emptied (ffprobe, ffmpeg) belong as well.
  let grew = true;
  while (grew) {
    grew = false;
    for (const { pid } of all) {
      const parent = Number(read(pid, "stat").split(") ").pop()?.split(" ")[1]);
      if (!marked.has(pid) && marked.has(parent)) grew = marked.add(pid).size > 0;
    }
  }
  return [...marked].map(describe).filter((p) => p !== undefined);
}

/** Processes that this one has started and that run still. */
export function childrenOf(pid: number): number[] {
  return allPids().filter((child) => describe(child)?.parent === pid);
}

export function isAlive(pid: number): boolean {
  return describe(pid) !== undefined;
}

/** Memory of a process that it does not share, in bytes (PSS). */
export function pss(pid: number): number {
  const line = /^Pss:\s+(\d+) kB/m.exec(read(pid, "smaps_rollup"));
  return Number(line?.[1] ?? 0) * 1024;
}

/** Processor time used so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = read(pid, "stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}
