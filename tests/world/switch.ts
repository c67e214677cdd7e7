// What stands between a browser and a world and can be switched: off, so that the
// server is away; or to the files of another build, as after an update.
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { root } from "./place.ts";
import { freePort } from "./port.ts";
import type { World } from "./world.ts";

export interface Switch {
  origin: string;
  /** Nobody answers there any more. */
  off(): Promise<void>;
  on(): Promise<void>;
  /** Answers with the app's files that lie in this folder, and no others. */
  serve(folder: string): void;
  /** Answers with a picture of so many bytes where "?n=" asks for one. */
  draw(bytes: number): void;
  /** Gives only the heads of answers from such addresses; the rest comes by the
   * release. `asked` is how many wait for that. */
  hold(which: RegExp): { asked: () => number; release: () => void };
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** A file of the folder; the page for the app's own addresses; undefined for the rest. */
function fileAt(folder: string, url: string): [type: string, text: Buffer] | number | undefined {
  const name = new URL(url, "http://x").pathname.slice(1);
  if (/^(api|health)/.test(name)) return undefined;
  const file = /\.\w+$/.test(name) ? name : "index.html";
  try {
    return [types[path.extname(file)] ?? "text/plain", readFileSync(path.join(folder, file))];
  } catch {
    return 404;
  }
}

export async function startSwitch(world: World): Promise<Switch> {
  const port = await freePort();
  let folder: string | null = null;
  let drawn = 0;
  let server: http.Server | undefined;
  let held: { which: RegExp; waiting: (() => void)[] } | null = null;
  /** Sends the rest of an answer, now or when it is released. */
  const rest = (url: string, response: http.ServerResponse, send: () => void): void => {
    if (held?.which.test(url)) {
      response.flushHeaders();
      held.waiting.push(send);
    } else send();
  };
  const pass = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const found = folder === null ? undefined : fileAt(folder, request.url ?? "/");
    if (typeof found === "number") {
      response.writeHead(found).end();
      return;
    }
    if (found !== undefined) {
      response.writeHead(200, { "Content-Type": found[0], "Cache-Control": "no-cache" });
      response.end(found[1]);
      return;
    }
    if (drawn > 0 && /^\/api\/images\/.*[?&]n=/.test(request.url ?? "")) {
      response.writeHead(200, { "Content-Type": "image/png", "Cache-Control": "private" });
      rest(request.url ?? "", response, () => response.end(Buffer.alloc(drawn)));
      return;
    }
    const { method, url: target, headers } = request;
    const on = http.request(
      { host: "127.0.0.1", port: world.port, method, path: target, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        rest(target ?? "", response, () => answer.pipe(response));
      },
    );
    on.on("error", () => response.destroy());
    response.on("close", () => on.destroy());
    request.pipe(on);
  };
  const switched: Switch = {
    origin: `http://127.0.0.1:${port}`,
    async off() {
      const ended = new Promise((done) => server?.close(done));
      server?.closeAllConnections();
      await ended;
    },
    async on() {
      server = http.createServer(pass);
      await new Promise<void>((done) => server?.listen(port, "127.0.0.1", done));
    },
    draw(bytes) {
      drawn = bytes;
    },
    serve(files) {
      folder = files;
    },
    hold(which) {
      const mine = { which, waiting: [] as (() => void)[] };
      held = mine;
      return {
        asked: () => mine.waiting.length,
        release() {
          held = null;
          for (const go of mine.waiting.splice(0)) go();
        },
      };
    },
  };
  await switched.on();
  return switched;
}

export const dist = path.join(root, "www/dist");

/** The app as it is built, each of its files under another name and with other
 * content: what an update brings. Lies in `hold`. */
export function anotherBuild(hold: string): string {
  const folder = mkdtempSync(path.join(hold, "build-"));
  cpSync(dist, folder, { recursive: true });
  const assets = path.join(folder, "assets");
  const names = readdirSync(assets).filter((name) => name.includes("."));
  const renamed = (text: string): string =>
    names.reduce((all, name) => all.replaceAll(name, `new-${name}`), text);
  for (const name of names) {
    const file = path.join(assets, name);
    const text = readFileSync(file, "utf8");
    if (/\.(js|css)$/.test(name)) writeFileSync(file, `${renamed(text)}\n/* new */\n`);
    renameSync(file, path.join(assets, `new-${name}`));
  }
  for (const name of ["index.html", "sw.js"]) {
    const file = path.join(folder, name);
    writeFileSync(file, renamed(readFileSync(file, "utf8")));
  }
  return folder;
}
