// Subtitles that others made, looked for at OpenSubtitles and fetched for everybody who
// plays the file.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import type { Play } from "../../api/index.ts";
import { type Found, type Quota, subtitles } from "../../api/subtitles.ts";
import { language, moment, number } from "../../lib/format.ts";
import { locale, t } from "../../lib/messages.ts";
import { tongues } from "../../lib/tongues.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import "./online.css";

/** As many as fill the window of a phone. */
const BOXES = 6;

/** "en" of the "en-GB" in which numbers are written. */
const spoken = (): string => locale().replace(/-.*/, "");

/** The languages offered: the wished one, that of the app, then the others by name. */
export function languagesFor(wished: string | null): [string, string][] {
  const own = [wished, spoken()];
  const rank = (tag: string): number => (own.indexOf(tag) + own.length + 1) % (own.length + 1);
  return tongues(wished, (tag) => language(tag)).sort(
    ([a, x], [b, y]) => rank(a) - rank(b) || x.localeCompare(y, locale()),
  );
}

const later = (seconds: number): string =>
  moment(new Date(Date.now() + seconds * 1000).toISOString());

/** Why nothing came, in calm words: the film plays on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t("player.lost.quiet");
  const { code } = error;
  const retryAfter = Number(error.body.retryAfter ?? 0);
  switch (code) {
    case "upstream_quota":
      return retryAfter > 0
        ? t("player.online.quota.over", { time: later(retryAfter) })
        : t("player.online.quota.today");
    case "upstream_limit":
      return t("player.online.busy", { time: later(retryAfter) });
    case "upstream_down":
    case "upstream_answer":
      return t("player.online.down");
    case "upstream_off":
    case "upstream_refused":
      return t("player.online.off");
    default:
      return error.message;
  }
}

function quotaText(quota: Quota): string {
  if (quota === null) return "";
  if (quota.remaining > 0) return t("player.online.quota", { n: quota.remaining });
  return quota.resetAt === null
    ? t("player.online.quota.today")
    : t("player.online.quota.over", { time: moment(quota.resetAt) });
}

function Badges({ found }: { found: Found }): JSX.Element {
  return (
    <span class="found-facts">
      {found.exactMatch && <strong class="found-exact">{t("player.online.exact")}</strong>}
      {found.hearingImpaired && <span>{t("player.online.sdh")}</span>}
      {found.forced && <span>{t("player.online.forced")}</span>}
      {found.machineTranslated && <span>{t("player.online.machine")}</span>}
      <small>
        {t("player.online.downloads", { n: found.downloads, count: number(found.downloads) })}
      </small>
    </span>
  );
}

interface Search {
  results: Found[] | null;
  quota: Quota;
  problem: string | null;
}

const searching: Search = { results: null, quota: null, problem: null };

/** What is found in a language; an answer that is no longer wanted is dropped. */
function useSearch(streamingKey: string, wished: string) {
  const [search, setSearch] = useState<Search>(searching);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isOver = false;
    setSearch(searching);
    subtitles.search(streamingKey, wished).then(
      ({ results, quota }) => !isOver && setSearch({ results, quota, problem: null }),
      (error) => !isOver && setSearch({ results: [], quota: null, problem: reasonOf(error) }),
    );
    return () => {
      isOver = true;
    };
  }, [streamingKey, wished, turn]);
  return { search, setSearch, again: () => setTurn(turn + 1) };
}

interface ListProps {
  results: Found[] | null;
  /** The file that is on its way. */
  taken: number | null;
  take: (fileId: number) => void;
}

function FoundList({ results, taken, take }: ListProps): JSX.Element {
  const rows: ComponentChildren =
    results === null
      ? Array.from({ length: BOXES }, (_, box) => (
          <li key={`box-${box}`} class="found skeleton" aria-hidden="true" />
        ))
      : results.map((found) => (
          <li key={found.fileId}>
            <button
              type="button"
              class="found"
              lang={found.language}
              aria-busy={taken === found.fileId}
              aria-disabled={taken !== null || undefined}
              onClick={() => take(found.fileId)}
            >
              <bdi>{found.release || language(found.language)}</bdi>
              <Badges found={found} />
            </button>
          </li>
        ));
  return (
    <ul class="found-list" aria-busy={results === null || taken !== null}>
      {rows}
    </ul>
  );
}

/** What is told aloud: what is going on, or came of it. */
function saying({ results, problem }: Search, taken: number | null): string {
  if (taken !== null) return t("player.online.fetching");
  if (results === null) return t("player.online.searching");
  return problem === null ? t("player.online.found", { n: results.length }) : "";
}

interface OnlineProps {
  streamingKey: string;
  wished: string | null;
  /** The tracks as they are now, and which of them is the new one. */
  fetched: (tracks: Play["subtitles"], place: number) => void;
  shut: () => void;
}

export function OnlinePanel({ streamingKey, wished, fetched, shut }: OnlineProps): JSX.Element {
  const [chosen, setChosen] = useState(wished ?? spoken());
  const { search, setSearch, again } = useSearch(streamingKey, chosen);
  const [taken, setTaken] = useState<number | null>(null);
  const isTaking = useRef(false);
  // Closed before it goes, so that the focus returns to where it was.
  const [isOpen, setOpen] = useState(true);
  const { results, quota, problem } = search;
  const take = (fileId: number): void => {
    if (isTaking.current) return;
    isTaking.current = true;
    setTaken(fileId);
    setSearch({ ...search, problem: null });
    subtitles.keep(streamingKey, fileId).then(
      ({ subtitles: tracks, index }) => {
        fetched(
          tracks,
          tracks.findIndex((track) => track.index === index),
        );
        setOpen(false);
      },
      (error) => {
        isTaking.current = false;
        setTaken(null);
        setSearch({ ...search, problem: reasonOf(error) });
      },
    );
  };
  const isEmpty = results?.length === 0;
  return (
    <Sheet label={t("player.online.title")} open={isOpen} onClose={shut}>
      <div class="online">
        <Select
          label={t("player.online.language")}
          value={chosen}
          options={languagesFor(wished)}
          disabled={taken !== null}
          change={setChosen}
        />
        {problem !== null && <Problem>{problem}</Problem>}
        {isEmpty && problem === null && <p>{t("player.online.none")}</p>}
        {isEmpty && <Button onClick={again}>{t("app.retry")}</Button>}
        <FoundList results={results} taken={taken} take={take} />
        <p class="hint">{quotaText(quota)}</p>
      </div>
      <Live>{saying(search, taken)}</Live>
    </Sheet>
  );
}
