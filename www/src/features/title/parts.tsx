// What the pages of films and shows are made of.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { chunk } from "../../api/chunk.ts";
import {
  type Episode,
  isAdmin,
  type Media,
  type Progress,
  type Season,
  type What,
} from "../../api/index.ts";
import {
  bytes,
  container,
  day,
  episodeCode,
  language,
  length,
  list,
  percent,
  trackName,
} from "../../lib/format.ts";
import { loadArea, t } from "../../lib/messages.ts";
import { Bar } from "../../ui/bar.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Picture } from "../../ui/poster.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Share } from "../downloads/share.tsx";
import { isConverted, judge } from "../player/capability.ts";
import { External } from "./external.tsx";
import { isBegun, playLabel, watchPath } from "./state.ts";
import { MarkButton, MarkIcon, useWatched } from "./watched.tsx";

/** What is missing, in words, before anybody presses Play. */
export function Refusal(props: { missing: string[]; picture: boolean }): JSX.Element {
  return (
    <div class="notice refusal" role="note">
      <Icon name="warn" />
      <div>
        {props.missing.map((sentence) => (
          <p key={sentence}>
            <strong>{sentence}</strong>
          </p>
        ))}
        <p>{t(props.picture ? "title.refused.silent" : "title.refused.black")}</p>
      </div>
    </div>
  );
}

interface ActionsProps {
  what: What;
  playable: boolean;
  media: Media | null;
  progress: Progress | null;
  /** "S1 E2" for a show. */
  code?: string;
  /** Loads the page anew. */
  reload: () => void;
  /** Opens the window for sharing a file of it; without it that is not offered. */
  share?: (() => void) | undefined;
}

interface Sharing {
  Window: typeof Share;
  what: What;
  name: string;
}

/** Opens the window for sharing a file of a title, and the window. It stays while
 * the file is looked at anew and there is nothing to share for a moment. */
export function useSharing(): [share: (what: What, name: string) => void, JSX.Element | null] {
  const [now, set] = useState<Sharing | null>(null);
  const share = (what: What, name: string): void => {
    chunk(() => Promise.all([import("../downloads/share.tsx"), loadArea("downloads")])).then(
      ([m]) => set({ Window: m.Share, what, name }),
      (error: Error) => toast({ text: error.message, isProblem: true }),
    );
  };
  return [share, now && <now.Window what={now.what} name={now.name} close={() => set(null)} />];
}

/** Play, resume, start over, or why not. */
export function Actions(props: ActionsProps): JSX.Element {
  const { what, media } = props;
  const watched = useWatched(what, props.progress, props.reload);
  const { progress } = watched;
  const verdict = useMemo(() => (media && !isConverted(media) ? judge(media) : null), [media]);
  if (!props.playable)
    return (
      <div class="notice">
        <Icon name="warn" />
        <p>{t("title.nosource", { b: (inner) => <strong>{inner}</strong> })}</p>
      </div>
    );
  const to = watchPath(what);
  const refused = verdict !== null && !verdict.ok;
  return (
    <>
      {refused && <Refusal missing={verdict.missing} picture={verdict.picture} />}
      <div class="actions" data-rail>
        {!refused && (
          <Link to={to} class="button main">
            <Icon name="play" />
            <span>{playLabel(progress, props.code)}</span>
          </Link>
        )}
        {!refused && isBegun(progress) && (
          <Link to={`${to}#start`} class="button plain">
            {t("title.restart")}
          </Link>
        )}
        {props.code === undefined && <MarkButton {...watched} />}
        <External what={what} />
        {isAdmin.value && props.share && (
          <Button icon="share" onClick={props.share}>
            {t("title.share")}
          </Button>
        )}
        {refused && verdict.picture && (
          <Link to={`${to}#anyway`} class="button quiet">
            {t("title.refused.anyway")}
          </Link>
        )}
      </div>
    </>
  );
}

function audioText(media: Media): string {
  return list(
    media.audio.map((track) => {
      const channels = track.channels === 6 ? " 5.1" : track.channels === 8 ? " 7.1" : "";
      return trackName(track, channels);
    }),
  );
}

/** The file in a few facts. */
export function FileFacts({ media }: { media: Media }): JSX.Element {
  const rows: [string, string][] = [
    [
      t("title.file.picture"),
      media.videoCodec === null
        ? ""
        : list([
            media.videoCodec,
            media.width ? `${media.width} × ${media.height}` : "",
            media.hdr ?? "",
          ]),
    ],
    [t("title.file.sound"), audioText(media)],
    [t("title.file.subtitles"), list(media.subtitles.map((s) => s.title ?? language(s.language)))],
    [
      t("title.file"),
      list([container(media.container), bytes(media.size), length(media.duration)]),
    ],
  ];
  return (
    <dl class="file-facts">
      {rows
        .filter(([, text]) => text !== "")
        .map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

/** An episode's own title, or its number where the server knows no more. */
function episodeTitle({ title, episodeNumber }: Episode): string {
  return title === `Episode ${episodeNumber}`
    ? t("title.episode.n", { n: String(episodeNumber) })
    : title;
}

/** A season's own name, or its number, as above. */
function seasonName({ name, seasonNumber }: Season): string {
  if (name === `Season ${seasonNumber}`) return t("title.season.n", { n: String(seasonNumber) });
  return name === "Specials" ? t("title.season.specials") : name;
}

interface EpisodeProps {
  titleId: string;
  episode: Episode;
  reload: () => void;
}

function EpisodeRow({ titleId, episode, reload }: EpisodeProps): JSX.Element {
  const { seasonNumber: season, episodeNumber: number } = episode;
  const what = { titleId, season, episode: number };
  const watched = useWatched(what, episode.progress ?? null, reload);
  const { progress, isSeen: seen } = watched;
  const body = (
    <>
      <Picture
        path={episode.still}
        kind="still"
        sizes="(max-width: 600px) 36vw, (min-width: 1800px) 320px, 220px"
        text={`${number}`}
      />
      <span class="episode-text">
        <span class="episode-title">
          {number}. {episodeTitle(episode)}
          {seen && <Icon name="check" />}
          {seen && <span class="visually-hidden">{t("title.watched")}</span>}
        </span>
        <span class="episode-facts">
          {[
            length(episode.runtime),
            day(episode.airDate ?? ""),
            episode.playable ? "" : t("app.nosource"),
          ]
            .filter(Boolean)
            .join("  ·  ")}
        </span>
        {episode.overview && <span class="episode-overview">{episode.overview}</span>}
        {isBegun(progress) && <Bar fraction={progress?.progress ?? 0} />}
        {isBegun(progress) && (
          <span class="visually-hidden">
            {t("app.watched", { percent: percent(progress?.progress ?? 0) })}
          </span>
        )}
      </span>
    </>
  );
  return (
    <li class="episode-row" data-rail>
      {episode.playable ? (
        <Link to={watchPath(what)} class="episode">
          {body}
        </Link>
      ) : (
        <div class="episode absent">{body}</div>
      )}
      <MarkIcon {...watched} code={episodeCode(season, number)} />
    </li>
  );
}

/** Whether anything is known of what its episodes are about. */
const isTold = (season?: Season): boolean => season?.episodes.some((e) => e.overview) ?? false;

export function Seasons(props: {
  titleId: string;
  seasons: Season[];
  chosen: number;
  choose: (season: number) => void;
  reload: () => void;
}): JSX.Element {
  const season = props.seasons.find((s) => s.seasonNumber === props.chosen) ?? props.seasons[0];
  return (
    <section class="seasons" aria-label={t("title.episodes")}>
      <Tabs
        label={t("title.season")}
        tabs={props.seasons.map((s) => ({ value: s.seasonNumber, label: seasonName(s) }))}
        value={season?.seasonNumber ?? props.chosen}
        choose={props.choose}
      >
        {season?.overview && <p class="overview">{season.overview}</p>}
        <ol class={isTold(season) ? "episodes" : "episodes brief"}>
          {season?.episodes.map((episode) => (
            <EpisodeRow
              key={episode.id}
              titleId={props.titleId}
              episode={episode}
              reload={props.reload}
            />
          ))}
        </ol>
      </Tabs>
    </section>
  );
}

export function TitleSkeleton(): JSX.Element {
  return (
    <div class="title-whole always-dark" aria-busy="true">
      <div class="title-page">
        <h1 class="visually-hidden">{t("app.loading")}</h1>
        <div class="title-head">
          <div class="picture poster skeleton" />
          <div class="title-text">
            <SkeletonLines lines={2} />
          </div>
        </div>
      </div>
    </div>
  );
}
