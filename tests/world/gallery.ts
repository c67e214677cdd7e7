// The gallery of www/gallery, built and served by itself under the content policy
// of the app.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { build, root } from "./place.ts";

const KINDS: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Builds it and serves it until the file of tests ends. */
export async function openGallery(): Promise<{ origin: string; base: string }> {
  const config = path.join(root, "www/gallery/vite.config.ts");
  const vite = path.join(root, "node_modules/.bin/vite");
  execFileSync(vite, ["build", "-c", config, "--logLevel", "warn", "www"], { cwd: root });
  const folder = path.join(build, "gallery");
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://gallery");
    try {
      const content = readFileSync(path.join(folder, path.normalize(pathname)));
      response.writeHead(200, {
        "Content-Type": KINDS[path.extname(pathname)] ?? "application/octet-stream",
        "Content-Security-Policy":
          "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'",
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { origin: `http://127.0.0.1:${address.port}`, base: "/" };
}

/** Puts what stands in data-state into that state, as long as the page is open. */
export async function forceStates(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root: top } = await session.send("DOM.getDocument", {});
  const { nodeIds } = await session.send("DOM.querySelectorAll", {
    nodeId: top.nodeId,
    selector: "[data-state]",
  });
  for (const nodeId of nodeIds) {
    const { attributes } = await session.send("DOM.getAttributes", { nodeId });
    const state = attributes[attributes.indexOf("data-state") + 1] ?? "";
    const inside = await session.send("DOM.querySelector", {
      nodeId,
      selector: "a, button, input, select",
    });
    await session.send("CSS.forcePseudoState", {
      nodeId: inside.nodeId,
      forcedPseudoClasses: state === "focus" ? ["focus", "focus-visible"] : [state],
    });
  }
}
