// Downloads as they change, and what is said of one in words.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import { on } from "../../api/events.ts";
import type { Download, DownloadEvent } from "../../api/index.ts";
import { useReturn } from "../../api/load.ts";
import { bytes, decimal, length, rate } from "../../lib/format.ts";
import { language, said, t } from "../../lib/messages.ts";

export interface DownloadsState {
  list: Download[] | null;
  error: Error | null;
  reload: () => void;
  put: (download: Download) => void;
  /** Shows a part of one as it is wished; what it returns shows it as before. */
  wish: (id: number, part: Part) => () => void;
  /** The server's own answer to such a wish. */
  granted: (part: Part, download: Download) => void;
}

/** What is wished of a download; null: that it is gone. */
export type Part = Partial<Download> | null;

/** Parts by the download and what of it they are about. */
type Wishes = Record<string, { id: number; part: Part }>;

const AGAIN_MS = 20_000;
const SETTLE_MS = 300;

/** The list with one of its rows as it is now; an unknown one comes first. */
export function merge(list: Download[], news: Download): Download[] {
  if (!list.some((d) => d.id === news.id)) return [news, ...list];
  return list.map((d) => (d.id === news.id ? news : d));
}

/** The list as it is wished. */
export function wished(list: Download[], wishes: Wishes): Download[] {
  const all = Object.values(wishes);
  if (all.length === 0) return list;
  return list
    .filter(({ id }) => !all.some((wish) => wish.id === id && wish.part === null))
    .map((one) => {
      const parts = all.filter(({ id }) => id === one.id).map(({ part }) => part);
      return parts.length === 0 ? one : Object.assign({}, one, ...parts);
    });
}

function useWishes(put: (download: Download) => void) {
  const [wishes, setWishes] = useState<Wishes>({});
  const wish = useCallback((id: number, part: Part): (() => void) => {
    const key = `${id} ${Object.keys(part ?? {})}`;
    const to = (value: Wishes[string] | undefined): void =>
      setWishes(({ [key]: _, ...others }) =>
        value === undefined ? others : { ...others, [key]: value },
      );
    let before: Wishes[string] | undefined;
    setWishes((old) => {
      before = old[key];
      return { ...old, [key]: { id, part } };
    });
    return () => to(before);
  }, []);
  const granted = useCallback(
    (part: Part, download: Download): void => {
      put(download);
      setWishes((old) =>
        Object.fromEntries(Object.entries(old).filter(([, value]) => value.part !== part)),
      );
    },
    [put],
  );
  return { wishes, wish, granted };
}

/** All downloads, told live; what went without a word is noticed in time. */
export function useDownloads(): DownloadsState {
  const [list, setList] = useState<Download[] | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [asked, ask] = useState(0);
  const reload = useCallback(() => ask((n) => n + 1), []);
  const put = useCallback((news: Download) => setList((old) => merge(old ?? [], news)), []);
  // `asked` counts the requests for a reload
  useEffect(() => {
    let wanted = true;
    downloads.list().then(
      (answer) => {
        if (!wanted) return;
        setList(answer.downloads);
        setError(null);
      },
      (problem: Error) => wanted && setError(problem),
    );
    return () => {
      wanted = false;
    };
  }, [asked]);
  const ids = useRef<number[]>([]);
  ids.current = list?.map((d) => d.id) ?? [];
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const timer = setInterval(() => !document.hidden && reload(), AGAIN_MS);
    const ends = [
      on<DownloadEvent>("download", (event) => {
        if ("removed" in event) setList((old) => (old ?? []).filter((d) => d.id !== event.id));
        if (!("state" in event)) return;
        if (ids.current.includes(event.id)) return put(event);
        // Added by somebody else, or just removed: the list knows.
        clearTimeout(soon);
        soon = setTimeout(reload, SETTLE_MS);
      }),
    ];
    return () => {
      clearInterval(timer);
      clearTimeout(soon);
      for (const end of ends) end();
    };
  }, [reload, put]);
  useReturn(error, true, reload);
  const { wishes, wish, granted } = useWishes(put);
  const shown = useMemo(() => list && wished(list, wishes), [list, wishes]);
  return { list: shown, error, reload, put, wish, granted };
}

export function fraction(download: Pick<Download, "size" | "done">): number {
  return download.size ? Math.min(1, download.done / download.size) : 0;
}

/** Never 100 before all is here. */
export function percent(part: number): number {
  return part >= 1 ? 100 : Math.floor(part * 100);
}

export function isWhole(download: Download): boolean {
  if (download.state === "hashing") return false;
  return download.size !== null && download.size > 0 && download.done >= download.size;
}

/** What it is doing. */
export function stateText(download: Download): string {
  const { state } = download;
  if (state === "downloading" && download.rate === 0) return t("downloads.state.searching");
  if (state === "seeding" && download.isOwnFile) return t("downloads.state.own");
  if (state === "paused" && isWhole(download)) return t("downloads.state.paused.whole");
  return t(`downloads.state.${state}`);
}

/** What is wrong with it or why it waits. Reasons without a code are the server's
 * alone: elsewhere than in English its state has to do. */
export function whyText({ problem, sentence }: Download): string | null {
  if (problem !== null) return said(`codes.error.${problem}`, sentence ?? problem);
  return language() === "en" ? sentence : null;
}

/** What of it was given up. */
export function givenText({ bytes: size, sentence }: NonNullable<Download["givenUp"]>): string {
  return language() === "en" ? sentence : t("downloads.given", { size: bytes(size) });
}

/** Something is wrong with it; one that only waits for a viewer is well. */
export function needsHelp(download: Download): boolean {
  const { problem, state, choice } = download;
  return problem !== null || state === "failed" || choice?.code === "unsure";
}

/** The colour that tells the same at a glance. */
export function mood(download: Download): "busy" | "good" | "calm" | "bad" {
  if (needsHelp(download)) return "bad";
  if (download.state === "paused" || download.state === "waiting") return "calm";
  return download.state === "seeding" || isWhole(download) ? "good" : "busy";
}

export function peersText(peers: number): string {
  return t("downloads.peers", { n: peers });
}

/** What the trackers know of the whole swarm. */
export function swarmText(seeds: number, peers: number): string {
  return t("downloads.swarm", { seeds, peers });
}

/** 593 → "10 min left": nobody wants the seconds of a guess. */
export function leftText(eta: number): string {
  const time = length(eta < 60 ? Math.max(1, eta) : Math.ceil(eta / 60) * 60);
  return t("downloads.left", { time });
}

const doneText = (done: number, size: number): string =>
  t("downloads.done", { done: bytes(done), size: bytes(size) });

/** Size, rates, peers, ratio, time left: what there is to say of each. */
export function facts(download: Download): string[] {
  const { size, done, state } = download;
  const whole = isWhole(download);
  const moving = state === "downloading" || state === "seeding" || state === "metadata";
  return [
    size === null ? "" : whole ? bytes(size) : doneText(done, size),
    moving && !whole && state === "downloading" ? `↓ ${rate(download.rate)}` : "",
    state === "hashing" && download.rate > 0 ? rate(download.rate) : "",
    moving && (download.uploadRate > 0 || whole) ? `↑ ${rate(download.uploadRate)}` : "",
    moving ? peersText(download.peers) : "",
    download.uploaded > 0 ? t("downloads.ratio", { ratio: decimal(download.ratio, 2) }) : "",
    download.eta !== null && !whole && (moving || state === "hashing")
      ? leftText(download.eta)
      : "",
  ].filter(Boolean);
}

/** The magnet links in a text that was pasted or dropped. */
export function magnetsIn(text: string): string[] {
  return [...new Set(text.match(/magnet:\?[^\s"'<>]+/gi) ?? [])];
}
