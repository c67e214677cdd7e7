// Where one is: the path below the app's base path, as a signal. Links are
// ordinary links; a click on one of ours changes the path without loading.
import { computed, signal } from "@preact/signals";

const base = (): string => new URL(document.baseURI).pathname;

function current(): string {
  const path = location.pathname;
  return path.startsWith(base()) ? `/${path.slice(base().length)}` : "/";
}

export const path = signal(current());

export interface Route {
  name: string;
  params: string[];
}

const ROUTES: [string, RegExp][] = [
  ["home", /^\/$/],
  ["list", /^\/list\/([a-z0-9-]+)$/],
  ["movie", /^\/movie\/(\d+)$/],
  ["show", /^\/show\/(\d+)$/],
  ["watch", /^\/watch\/((?:movie|show)-\d+)$/],
  ["watch", /^\/watch\/(show-\d+)\/(\d+)\/(\d+)$/],
  ["door", /^\/(join|reset)$/],
];

/** Screens that are named by their address. */
const PLAIN = /^\/(library|downloads|settings|account|audit|people|link|who|profiles)$/;

export function match(at: string): Route {
  for (const [name, pattern] of ROUTES) {
    const found = pattern.exec(at);
    if (found !== null) return { name, params: found.slice(1) };
  }
  return { name: PLAIN.exec(at)?.[1] ?? "missing", params: [] };
}

export const route = computed(() => match(path.value));

/** The address of a path of ours, for href. */
export function href(to: string): string {
  return base() + to.replace(/^\//, "");
}

let visited = Number((history.state as { visited?: number } | null)?.visited ?? 0);

/** How the change to another page is shown; `link` is what led there. */
type Turn = (change: () => void, link: HTMLAnchorElement) => void;
let turn: Turn = (change) => change();

export function turnBy(how: Turn): void {
  turn = how;
}

export function go(to: string, replace = false, link: HTMLAnchorElement | null = null): void {
  if (replace) history.replaceState({ visited }, "", href(to));
  else {
    visited += 1;
    history.pushState({ visited }, "", href(to));
  }
  const change = (): void => {
    path.value = current();
  };
  if (link === null) change();
  else turn(change, link);
}

/** Back where one came from; to `outside` when one came from elsewhere. */
export function back(outside = "/"): void {
  if (visited > 0) history.back();
  else go(outside, true);
}

/** Back by a key: false at home, where nothing of ours lies before. */
export function leave(): boolean {
  if (visited === 0 && path.value === "/") return false;
  back();
  return true;
}

addEventListener("popstate", (event) => {
  visited = Number((event.state as { visited?: number } | null)?.visited ?? 0);
  path.value = current();
});

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !link.pathname.startsWith(base())) return;
  if (link.pathname.startsWith(`${base()}api/`)) return;
  event.preventDefault();
  go(`/${link.pathname.slice(base().length)}${link.search}${link.hash}`, false, link);
});
