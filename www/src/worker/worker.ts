// The service worker: keeps the app itself, pictures, and what is known of titles,
// so that it opens without a server. Everything else goes past it.
import { answer, isKnown, KEPT, take } from "./known.ts";
import type { Message } from "./names.ts";
import { isPicture, picture } from "./pictures.ts";
import { scope } from "./scope.ts";
import { file, isOwnFile, isPage, keepBuild, page, tidy } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => event.waitUntil(keepBuild()));

self.addEventListener("activate", (event) =>
  event.waitUntil(self.clients.claim().then(() => tidy())),
);

/** The part of an address below the app's path; null elsewhere. */
function pathOf(address: string): string | null {
  const url = new URL(address);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return null;
  return url.pathname.slice(scope.pathname.length);
}

/** Takes over what a page was shown before there was a worker. Pictures come from
 * the browser's own cache. */
async function takeAll(session: string, urls: string[]): Promise<void> {
  const work: Promise<unknown>[] = [];
  for (const url of urls) {
    const path = pathOf(url);
    if (path === null) continue;
    if (isPicture(path)) await picture(new Request(url), (one) => work.push(one));
    else if (KEPT.test(path)) await take(session, url);
  }
  await Promise.all(work);
}

self.addEventListener("message", (event) => {
  const message = event.data as Message;
  if (message.kind === "renew") event.waitUntil(self.skipWaiting());
  else if (message.kind === "tidy") event.waitUntil(tidy());
  else if (message.kind === "take")
    event.waitUntil(takeAll(message.session, message.urls).catch(() => undefined));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = request.method === "GET" ? pathOf(request.url) : null;
  if (path === null || request.headers.has("Range")) return;
  const wait = (work: Promise<unknown>): void => event.waitUntil(work);
  if (request.mode === "navigate") {
    if (isPage(path)) event.respondWith(page(wait));
  } else if (isOwnFile(path)) event.respondWith(file(request));
  else if (isPicture(path)) event.respondWith(picture(request, wait));
  else if (isKnown(request, path)) event.respondWith(answer(request, wait));
});
