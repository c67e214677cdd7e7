// One GET as a player sends it, timed by its bytes.
import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";

export interface Timed {
  /** Milliseconds from `since` to the first byte of the body, and to the last
   * that was asked for. */
  first: number;
  last: number;
}

/** Reads `length` bytes from an offset on and leaves, as a player does that goes
 * elsewhere: the range is open at its end. */
export function fetchPart(url: string, since: number, from = 0, length = 1 << 20): Promise<Timed> {
  return new Promise((done, fail) => {
    const headers = { Range: `bytes=${from}-` };
    const req = request(url, { headers, agent: false }, (res) => {
      if (res.statusCode !== 206) {
        fail(new Error(`${url}: ${res.statusCode}`));
        req.destroy();
        return;
      }
      let first = 0;
      let got = 0;
      res.on("data", (part: Buffer) => {
        if (got === 0) first = performance.now() - since;
        got += part.length;
        if (got < length) return;
        done({ first, last: performance.now() - since });
        req.destroy();
      });
      res.on("end", () => fail(new Error(`${url}: ended after ${got} bytes`)));
      res.on("error", fail);
    });
    req.on("error", fail);
    req.end();
  });
}

/** Milliseconds from `since` until ffprobe knows the film's streams. */
export async function probe(url: string, since: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ffprobe", [
    ...["-v", "error", "-show_entries", "stream=codec_type,width", "-of", "csv=p=0", url],
  ]);
  if (!stdout.includes("video,1280")) throw new Error(`ffprobe of ${url} said ${stdout}`);
  return performance.now() - since;
}
