// Where things are: the checkout, what was built, and small helpers about the
// file system that every part of the tests uses.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
export const build = path.resolve(root, process.env.BUILD ?? "build");
export const miauctl = path.join(build, "bin/miauctl");
export const handlers = path.join(build, "cgi");
export const isLong = process.env.MIAU_TEST_LONG === "1";

/** Why there is nothing to be tried that needs a user namespace; false where one may
 * be made: not so in a chroot. */
export const noUserNamespace =
  spawnSync("unshare", ["--user", "true"]).status === 0 ? false : "user namespaces are refused";

/** The same of Apache, which serves as root only under another name. */
export const noApache = process.getuid?.() === 0 && noUserNamespace;

/** A count that `make test-long` raises. */
export function many(short: number, long: number): number {
  return isLong ? long : short;
}

/** Numbers below n, always the same ones from the same seed (mulberry32). */
export function lots(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** What has not come by now never comes: no measure of speed. */
export const hangMs = 240_000;

/** The same of a page and its browser, which have less to do. */
export const pageMs = 90_000;

/** An answer that may never come, such as a browser's, with an end of its own. */
export async function answered<T>(what: string, asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} was never answered`)), pageMs);
  });
  return Promise.race([asked, never]).finally(() => clearTimeout(timer));
}

/**
 * Does what counts only when it was done within a time, such as a window of the
 * server's: from the start again when this machine was too slow. The time runs
 * from the beginning, or from where the attempt says that it begins.
 */
export async function inTime<T>(
  ms: number,
  attempt: (begins: () => void) => Promise<T>,
): Promise<T> {
  for (let tries = 0; tries < 20; tries++) {
    let begin = performance.now();
    const result = await attempt(() => {
      begin = performance.now();
    });
    if (performance.now() - begin < ms) return result;
  }
  throw new Error(`never done within ${ms} ms`);
}

/**
 * Asks again and again until the answer is something else than undefined or
 * false. `what` names the thing in the error when the time is over.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  options: { within?: number; every?: number; why?: () => string } = {},
): Promise<T> {
  const end = performance.now() + (options.within ?? hangMs);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) {
      throw new Error(`waited in vain for ${what}${options.why ? `: ${options.why()}` : ""}`);
    }
    await sleep(options.every ?? 50);
  }
}

/** The rows of lib/base/errors.def: machine code → HTTP status. */
export function errorCodes(): Map<string, number> {
  const text = readFileSync(path.join(root, "lib/base/errors.def"), "utf8");
  const rows = new Map<string, number>();
  for (const [, status, code] of text.matchAll(/^ERROR\(\w+,\s*(\d+),\s*"(\w+)"/gm)) {
    rows.set(code as string, Number(status));
  }
  return rows;
}
