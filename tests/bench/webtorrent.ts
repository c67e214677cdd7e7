// The `webtorrent` package beside us: installed into build/bench when it is to be
// measured and nowhere else, by the lock file beside its package.json.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { build, root } from "../world/place.ts";

export interface WebTorrent {
  pid: number;
  /** Adds a .torrent or a magnet; the film's address as soon as it has one. */
  add(what: string, to: string): Promise<string>;
  remove(hash: string): Promise<void>;
  stop(): Promise<void>;
}

const own = path.join(root, "tests/bench/webtorrent");
const folder = path.join(build, "bench/webtorrent");

/** Its entry, or undefined and a line on stderr when it cannot be had. */
function install(): string | undefined {
  const entry = path.join(folder, "node_modules/webtorrent/index.js");
  const lock = "package-lock.json";
  const have = path.join(folder, lock);
  const wanted = readFileSync(path.join(own, lock));
  if (existsSync(entry) && existsSync(have) && readFileSync(have).equals(wanted)) return entry;
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", lock])
    copyFileSync(path.join(own, name), path.join(folder, name));
  try {
    // Scripts of packages do not run: what is native comes ready made.
    const args = ["ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"];
    execFileSync("npm", args, { cwd: folder, stdio: "pipe" });
    return entry;
  } catch (e) {
    process.stderr.write(`webtorrent is not measured, npm ci failed: ${String(e).slice(0, 300)}\n`);
    return undefined;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: lines of the player's
type Answer = any;

/** Undefined: it could not be installed. */
export async function startWebTorrent(): Promise<WebTorrent | undefined> {
  const entry = install();
  if (entry === undefined) return undefined;
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [path.join(own, "player.ts"), entry],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  child.stderr.on("data", (part) => {
    complaint += part;
  });
  const waiting: ((answer: Answer) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) =>
    waiting.shift()?.(JSON.parse(line)),
  );
  const ended = new Promise<Answer>((done) =>
    child.once("exit", () => done({ error: complaint.slice(-500) })),
  );
  const next = async (field: string): Promise<Answer> => {
    const answer = await Promise.race([new Promise<Answer>((done) => waiting.push(done)), ended]);
    if (answer[field] === undefined) throw new Error(`webtorrent: ${JSON.stringify(answer)}`);
    return answer[field];
  };
  const tell = (order: object) => void child.stdin.write(`${JSON.stringify(order)}\n`);
  await next("listening");
  return {
    pid: child.pid as number,
    add: (what, to) => {
      tell({ add: what, to });
      return next("url");
    },
    remove: async (hash) => {
      tell({ remove: hash });
      await next("removed");
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
