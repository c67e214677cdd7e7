// What the page does once it is shown: its worker, which makes it open without a
// server, the way back to one, other pages of this browser in which somebody signs
// in or out, downloads that are done, and what keys do with a card.
import { effect } from "@preact/signals";
import { stored } from "../api/base.ts";
import { address, sessionId } from "../api/client.ts";
import { keepOnly } from "../api/privacy.ts";
import { watchReturn } from "../api/return.ts";
import { heed, opened, store, VIEWER, viewer } from "../api/session.ts";
import { loadArea, t } from "../lib/messages.ts";
import { href, route } from "../lib/router.ts";
import { startCardKeys } from "../ui/card-keys.ts";
import { toast } from "../ui/toast.tsx";
import { type Message, namesOf } from "../worker/names.ts";
import { watchDownloads } from "./finished.ts";
import { startTurns } from "./turn.ts";

const UPDATE_MS = 3_600_000;

const names = namesOf(href("/"));

function tell(worker: ServiceWorker | null, message: Message): void {
  worker?.postMessage(message);
}

/** Keeps the files of this page's build as long as the page is there. */
function holdBuild(): Promise<void> {
  const entry = document.querySelector<HTMLScriptElement>(
    'script[type="module"][src]:not([async])',
  );
  const name = new URL(entry?.src ?? "", document.baseURI).pathname.split("/").pop() ?? "";
  return new Promise((held) => {
    void navigator.locks.request(names.buildLock(name), { mode: "shared" }, () => {
      held();
      return new Promise<never>(() => undefined);
    });
  });
}

/** Says that there is a new version, not over a film. */
function offer(registration: ServiceWorkerRegistration): void {
  const run = (): void => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    tell(registration.waiting, { kind: "renew" });
  };
  const end = effect(() => {
    if (route.value.name === "watch") return;
    queueMicrotask(async () => {
      end();
      await loadArea("later").then(
        () => toast({ text: t("later.update"), act: { label: t("later.update.load"), run } }),
        // Without its words it is offered when the page is loaded the next time.
        () => undefined,
      );
    });
  });
}

function watchUpdates(registration: ServiceWorkerRegistration): void {
  const installed = (worker: ServiceWorker | null): void => {
    // The first one of all replaces nothing.
    if (worker?.state === "installed" && registration.active !== null) offer(registration);
  };
  installed(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh?.addEventListener("statechange", () => installed(fresh));
  });
  const look = (): void => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  };
  addEventListener("visibilitychange", look);
  setInterval(look, UPDATE_MS);
}

/** What was asked before there was a place to keep it, so that it is known as well. */
function asked(since: number): string[] {
  const ours = address("api/");
  const urls = performance
    .getEntriesByType("resource")
    .filter((entry) => entry.startTime >= since)
    .map((entry) => entry.name);
  return [...new Set(urls.filter((url) => url.startsWith(ours)))];
}

/** The worker, once it is at work. */
async function startWorker(): Promise<ServiceWorker | null> {
  const { serviceWorker } = navigator;
  await holdBuild();
  const registration = await serviceWorker.register(href("/sw.js"), {
    scope: href("/"),
    updateViaCache: "none",
  });
  watchUpdates(registration);
  const { active } = await serviceWorker.ready;
  tell(active, { kind: "tidy" });
  return active;
}

/** What is private goes with its session and its viewer, whether or not a worker can be
 * had now. */
function watchSession(worker: Promise<ServiceWorker | null>): void {
  let last = sessionId.peek();
  let from = 0;
  effect(() => {
    const session = sessionId.value;
    // What another session was shown is not for this one.
    if (session !== last) from = performance.now();
    last = session;
    const begin = from;
    const keep = async (isNew: boolean): Promise<void> => {
      if (session === null || !isNew) return;
      const active = await worker;
      // The first is asked before anybody is signed in, and needed to open.
      const urls = [address("api/auth/setup"), ...asked(begin)];
      tell(active, { kind: "take", session, urls });
    };
    // Without room nothing is kept.
    keepOnly(session, viewer.value)
      .then(keep)
      .catch(() => undefined);
  });
}

/** Somebody else is signed in now, or nobody, or another profile watches: this page
 * shows nothing of who did before. */
function watchOthers(): void {
  let shown: string | null = null;
  effect(() => {
    shown ??= opened.value;
  });
  let watched: string | null = null;
  effect(() => {
    const now = viewer.value;
    if (now === null || now === watched) return;
    if (watched !== null) location.replace(href("/"));
    else store(VIEWER, now);
    watched = now;
  });
  const look = (): void => {
    const told = stored(VIEWER) ?? null;
    const isOther = told !== null && watched !== null && told !== watched;
    if (isOther || (shown !== null && opened.peek() !== shown)) location.replace(href("/"));
  };
  addEventListener("storage", look);
  // A page that was laid aside has heard nothing.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    heed();
    look();
  });
}

export function start(): void {
  startTurns();
  watchOthers();
  watchReturn();
  watchDownloads();
  startCardKeys();
  const canWork = isSecureContext && "serviceWorker" in navigator && "locks" in navigator;
  // A browser may refuse a worker; the app does without.
  const isWanted = import.meta.env.PROD && !import.meta.env.VITE_OLD;
  if (!canWork || !isWanted) return;
  const worker = startWorker();
  worker.catch(() => undefined);
  watchSession(worker);
}
