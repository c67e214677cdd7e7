// Downloads as they change, and what is said of one in words.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { on } from "../../api/events.ts";
import { type Download, type DownloadEvent, downloads } from "../../api/index.ts";
import { bytes, length, rate } from "../../lib/format.ts";

export interface DownloadsState {
  list: Download[] | null;
  error: Error | null;
  reload: () => void;
  put: (download: Download) => void;
}

const AGAIN_MS = 20_000;
const SETTLE_MS = 300;

/** The list with one of its rows as it is now; an unknown one comes first. */
export function merge(list: Download[], news: Download): Download[] {
  if (!list.some((d) => d.id === news.id)) return [news, ...list];
  return list.map((d) => (d.id === news.id ? news : d));
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
      on("reset", reload),
    ];
    return () => {
      clearInterval(timer);
      clearTimeout(soon);
      for (const end of ends) end();
    };
  }, [reload, put]);
  return { list, error, reload, put };
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
  switch (download.state) {
    case "hashing":
      return "Reading the file before it is shared";
    case "metadata":
      return "Asking others what is inside";
    case "checking":
      return "Checking what is here";
    case "downloading":
      return download.rate > 0 ? "Fetching" : "Looking for others who have it";
    case "seeding":
      return download.isOwnFile ? "Shared from the library" : "Complete, shared";
    case "paused":
      return isWhole(download) ? "Complete, paused" : "Paused";
    case "finished":
      return "Complete, shared enough";
    case "waiting":
      return "Waiting";
    case "failed":
      return "Stopped";
  }
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
  return peers === 1 ? "1 peer" : `${peers} peers`;
}

/** What the trackers know of the whole swarm. */
export function swarmText(seeds: number, peers: number): string {
  return `In the swarm: ${seeds} with all of it, ${peers} fetching it`;
}

/** 593 → "10 min left": nobody wants the seconds of a guess. */
export function leftText(eta: number): string {
  return `${length(eta < 60 ? Math.max(1, eta) : Math.ceil(eta / 60) * 60)} left`;
}

/** Size, rates, peers, ratio, time left: what there is to say of each. */
export function facts(download: Download): string[] {
  const { size, done, state } = download;
  const whole = isWhole(download);
  const moving = state === "downloading" || state === "seeding" || state === "metadata";
  return [
    size === null ? "" : whole ? bytes(size) : `${bytes(done)} of ${bytes(size)}`,
    moving && !whole && state === "downloading" ? `↓ ${rate(download.rate)}` : "",
    state === "hashing" && download.rate > 0 ? rate(download.rate) : "",
    moving && (download.uploadRate > 0 || whole) ? `↑ ${rate(download.uploadRate)}` : "",
    moving ? peersText(download.peers) : "",
    download.uploaded > 0 ? `ratio ${download.ratio.toFixed(2)}` : "",
    download.eta !== null && !whole && (moving || state === "hashing")
      ? leftText(download.eta)
      : "",
  ].filter(Boolean);
}

/** The magnet links in a text that was pasted or dropped. */
export function magnetsIn(text: string): string[] {
  return [...new Set(text.match(/magnet:\?[^\s"'<>]+/gi) ?? [])];
}
