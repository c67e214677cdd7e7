// How many answers a second, how many bytes a second: by wrk and curl, so that what
// asks is a program of C and not the measurer.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { isLong } from "../world/place.ts";

const run = promisify(execFile);

/** For which wrk asks. */
export const seconds = isLong ? 10 : 3;

/** Answers a second, by wrk with 16 connections. */
export async function rate(url: string, token?: string): Promise<number> {
  const auth = token === undefined ? [] : ["-H", `Authorization: Bearer ${token}`];
  const { stdout } = await run("wrk", ["-t1", "-c16", `-d${seconds}s`, ...auth, url]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1];
  if (bad) throw new Error(`${url}: ${bad} answers were errors\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** Bytes a second of one download. */
export function speed(url: string, range: string): number {
  const format = "%{speed_download} %{http_code}";
  const args = ["-s", "-o", "/dev/null", "-r", range, "-w", format, url];
  const best = [1, 2, 3].map(() => {
    const [bps, code] = execFileSync("curl", args, { encoding: "utf8" }).split(" ");
    if (code !== "206") throw new Error(`${url}: ${code}`);
    return Number(bps);
  });
  return Math.max(...best);
}
