// What the programs do that read films: miaud is watched by strace, and with it all that
// it starts, refused calls too.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { until } from "./place.ts";
import type { World } from "./world.ts";

/** One program that was started by miau-confine. */
export interface Reader {
  program: string;
  args: string[];
  environment: string;
  /** Paths that it tried to open. */
  opened: Set<string>;
  /** Its tries to make a socket, or to connect one. */
  sockets: string[];
  /** Limits that it was given before it began, as "RLIMIT_AS 1610612736". */
  limits: string[];
  /** Calls are filtered since before it began. */
  isFiltered: boolean;
}

const calls =
  "execve,open,openat,socket,connect,prlimit64,setrlimit,seccomp,clone,clone3,vfork,fork";

/** A call of strace's words, with those that were interrupted put together again. */
function* callsOf(text: string): Generator<{ pid: string; call: string; rest: string }> {
  const begun = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, pid, words] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined || words === undefined) continue;
    let whole = words;
    if (words.endsWith("<unfinished ...>")) {
      begun.set(pid, words.slice(0, -"<unfinished ...>".length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(words);
    if (resumed) whole = (begun.get(pid) ?? "") + resumed[1];
    const [, call, rest] = /^(\w+)\((.*)$/.exec(whole.replace(/ *\) += (\S+)/, ") = $1")) ?? [];
    if (call !== undefined && rest !== undefined) yield { pid, call, rest };
  }
}

/** "text" in quotes at the beginning, or behind a first argument. */
const quoted = (rest: string): string => /"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? "";

/** Who did what, by strace's words. */
export function readersIn(text: string): Reader[] {
  const parents = new Map<string, string>();
  const all = [...callsOf(text)];
  for (const { pid, call, rest } of all) {
    const child = / = (\d+)$/.exec(rest)?.[1];
    if (/^(clone3?|v?fork)$/.test(call) && child !== undefined) parents.set(child, pid);
  }
  const confined = new Map<string, Reader>();
  const begun = new Map<string, Reader>();
  const found: Reader[] = [];
  const readerOf = (pid: string | undefined): Reader | undefined =>
    pid === undefined ? undefined : (begun.get(pid) ?? readerOf(parents.get(pid)));
  for (const { pid, call, rest } of all) {
    if (call === "execve" && rest.endsWith(" = 0")) {
      const program = path.basename(quoted(rest));
      const [, args = "", environment = ""] = /, \[(.*)\], (\[.*\])\) = 0$/.exec(rest) ?? [];
      const reader = confined.get(pid);
      if (program === "miau-confine")
        confined.set(pid, {
          program,
          args: [],
          environment: "",
          opened: new Set(),
          sockets: [],
          limits: [],
          isFiltered: false,
        });
      else if (reader !== undefined) {
        reader.program = program;
        reader.environment = environment;
        reader.args = [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1] as string);
        begun.set(pid, reader);
        found.push(reader);
      }
      continue;
    }
    const reader = readerOf(pid);
    if (reader === undefined) {
      const limit = /^(?:0, )?(RLIMIT_\w+), \{rlim_cur=([^,]+),/.exec(rest);
      const before = confined.get(pid);
      if (limit && /prlimit64|setrlimit/.test(call)) before?.limits.push(`${limit[1]} ${limit[2]}`);
      if (before !== undefined && call === "seccomp" && rest.endsWith(" = 0"))
        before.isFiltered ||= rest.startsWith("SECCOMP_SET_MODE_FILTER");
    } else if (call === "open" || call === "openat") reader.opened.add(quoted(rest));
    else if (call === "socket" || call === "connect") reader.sockets.push(rest);
  }
  return found;
}

export interface Watch {
  end: () => Promise<void>;
  /** Once it has ended. */
  readers: () => Reader[];
}

/** Watches from now on. */
export async function watchReaders(world: World): Promise<Watch> {
  const { pid } = world.process("miaud");
  const kept = path.join(world.hold, "readers.trace");
  const words = ["-f", "-qq", "-v", "-s", "8192", "-e", `trace=${calls}`, "-e", "signal=none"];
  const strace = spawn("strace", [...words, "-o", kept, "-p", String(pid)], { stdio: "ignore" });
  const ended = new Promise<void>((done) => strace.once("exit", () => done()));
  const tracer = `TracerPid:\t${strace.pid}\n`;
  await until("strace to watch all of miaud", () =>
    readdirSync(`/proc/${pid}/task`).every((task) =>
      readFileSync(`/proc/${pid}/task/${task}/status`, "utf8").includes(tracer),
    ),
  );
  return {
    end: async () => {
      strace.kill("SIGTERM");
      await ended;
    },
    readers: () => readersIn(readFileSync(kept, "latin1")),
  };
}

/** What media_sniff names, and pictures that were drawn here. */
const demuxers = ["mjpeg", "mov", "matroska", "mpegts", "avi", "flv", "asf", "ogg"];

/** What programs open by themselves, the film that was given, and what is written. */
const usual = [
  /^\/(usr|lib|lib64|proc\/sys|sys\/devices)\//,
  /^\/etc\/(ld\.so\.|gcrypt\/|fonts\/|ssl\/|gnutls\/|localtime)/,
  /^\/proc\/(filesystems|mounts|cpuinfo|meminfo|self\/(status|auxv|cgroup|maps))$/,
  /^\/dev\/(fd\/3|null|urandom)$/,
  /^[\w.-]+\.(jpg|ass|txt)$/,
];

/** The one way in which a film is named to ffmpeg, whole or while it comes. */
const whole = / -f (\w+)( -enable_drefs 0)? -protocol_whitelist file -i file:\/dev\/fd\/3$/;
const served =
  / -f (\w+)( -enable_drefs 0)? -protocol_whitelist http,tcp -seekable 1 -multiple_requests 0 -reconnect 0 -i http:\/\/127\.0\.0\.1:8080\/film$/;

/** Whether a film is read by the demuxer that it was given, and as is allowed. */
function isForced({ program, args }: Reader): boolean {
  const at = args.indexOf("-i");
  if (program === "miau-index") return demuxers.includes(args[1] ?? "");
  // Pictures may be drawn from nothing.
  if (at === -1) return program === "ffmpeg";
  const input = args.slice(0, at + 2).join(" ");
  if (args[at - 1] === "lavfi") return args[at - 2] === "-f";
  const [, demuxer = "", drefs] = whole.exec(input) ?? served.exec(input) ?? [];
  return demuxers.includes(demuxer) && (demuxer !== "mov" || drefs !== undefined);
}

/** TCP to the one listener that is in its namespace. */
const toFilm = /^AF_INET, SOCK_STREAM|sin_port=htons\(8080\), sin_addr=inet_addr\("127\.0\.0\.1"\)/;

/** Each read the film that it was given and nothing else, by the demuxer that it was
 * told, with limits, and went nowhere. */
export function judgeReaders(readers: Reader[]): void {
  const seen = new Set(readers.map(({ program }) => program));
  for (const program of ["ffprobe", "ffmpeg", "miau-index"])
    assert.ok(seen.has(program), `${program} among ${[...seen]}`);
  for (const reader of readers) {
    const told = `${reader.program} ${reader.args.join(" ")}`;
    assert.ok(isForced(reader), told);
    const strange = [...reader.opened].filter((file) => !usual.some((known) => known.test(file)));
    assert.deepEqual(strange, [], told);
    const isServed = /:8080|\bserved\b/.test(told);
    const elsewhere = reader.sockets.filter((call) => !isServed || !toFilm.test(call));
    assert.deepEqual(elsewhere, [], told);
    assert.equal(reader.environment, "[]", told);
    assert.ok(reader.isFiltered, told);
    for (const name of ["CPU", "AS", "FSIZE", "NOFILE", "CORE"])
      assert.ok(
        reader.limits.some((limit) => limit.startsWith(`RLIMIT_${name} `)),
        `${name}: ${told}`,
      );
  }
}
