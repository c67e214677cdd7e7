// Subtitles that others made, looked for at OpenSubtitles and fetched for everybody who
// plays the file; set over the film.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import type { Play } from "../../api/index.ts";
import { type Found, type Quota, subtitles } from "../../api/subtitles.ts";
import { language, moment, number } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";

const LANGUAGES = ["ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "tr", "zh"];

/** The languages offered, the wished one among them, by name. */
export function languagesWith(wished: string): [string, string][] {
  const all = new Set([...LANGUAGES, wished]);
  return Array.from(all, (tag): [string, string] => [tag, language(tag)]).sort((a, b) =>
    a[1].localeCompare(b[1]),
  );
}

/** Why nothing came, in calm words: the film plays on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t("player.lost.quiet");
  switch (error.code) {
    case "upstream_limit":
      return error.message;
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
  const left = t("player.online.quota", { n: quota.remaining });
  if (quota.remaining > 0 || quota.resetAt === null) return left;
  return t("player.online.quota.over", { time: moment(quota.resetAt) });
}

function Row({ found, take }: { found: Found; take: (() => void) | undefined }): JSX.Element {
  const facts = [
    language(found.language),
    found.exactMatch && t("player.online.exact"),
    found.hearingImpaired && t("player.online.sdh"),
    found.forced && t("player.online.forced"),
    t("player.online.downloads", { n: found.downloads, count: number(found.downloads) }),
  ].filter((fact) => fact !== false);
  return (
    <li>
      <Button kind="quiet" onClick={() => take?.()}>
        <bdi>{found.release}</bdi> <small>{facts.join(" · ")}</small>
      </Button>
    </li>
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
  }, [streamingKey, wished]);
  return { search, setSearch };
}

export function OnlinePanel(props: {
  streamingKey: string;
  wished: string;
  /** The tracks as they are now, and which of them is the new one. */
  fetched: (tracks: Play["subtitles"], place: number) => void;
  shut: () => void;
}): JSX.Element {
  const { streamingKey, fetched, shut } = props;
  const [wished, setWished] = useState(props.wished);
  const { search, setSearch } = useSearch(streamingKey, wished);
  const [isFetching, setFetching] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.querySelector("select")?.focus(), []);
  const { results, quota, problem } = search;
  const take = (fileId: number): void => {
    setFetching(true);
    subtitles.fetch(streamingKey, fileId).then(
      (answer) => {
        fetched(
          answer.subtitles,
          answer.subtitles.findIndex((track) => track.index === answer.index),
        );
        shut();
      },
      (error) => {
        setFetching(false);
        setSearch({ ...search, problem: reasonOf(error) });
      },
    );
  };
  const isEmpty = results?.length === 0 && problem === null;
  return (
    <section ref={panel} class="stats look" aria-label={t("player.online")}>
      <div class="look-rows" aria-busy={results === null || isFetching}>
        <Select
          label={t("player.online.language")}
          value={wished}
          options={languagesWith(wished)}
          change={setWished}
        />
        {problem !== null && <Problem>{problem}</Problem>}
        {isEmpty && <p>{t("player.online.none")}</p>}
        {results === null ? (
          <SkeletonLines lines={4} />
        ) : (
          <ul>
            {results.map((found) => (
              <Row
                key={found.fileId}
                found={found}
                take={isFetching ? undefined : () => take(found.fileId)}
              />
            ))}
          </ul>
        )}
        <p>{quotaText(quota)}</p>
      </div>
      <IconButton icon="close" label={t("player.online.close")} onClick={shut} />
      <Live>
        {results === null ? t("player.online.searching") : isEmpty && t("player.online.none")}
      </Live>
    </section>
  );
}
