// What the pages of films and shows are made of.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import {
  type Episode,
  isAdmin,
  type Media,
  type Progress,
  type Season,
  type What,
} from "../../api/index.ts";
import { judge } from "../../lib/capability.ts";
import { bytes, container, language, length, trackName } from "../../lib/format.ts";
import { Bar, percentOf } from "../../ui/bar.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Picture } from "../../ui/poster.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { Share } from "../downloads/share.tsx";
import { External } from "./external.tsx";
import { isBegun, playLabel, watchPath } from "./state.ts";

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
        <p>
          {props.picture ? "The picture would play without sound." : "It would stay black here."}{" "}
          mpv and VLC play it.
        </p>
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
  /** The title, for sharing a file of it; without it that is not offered. */
  shareAs?: string;
}

/** Its dialog comes when it is pressed. */
function ShareButton({ what, name }: { what: What; name: string }): JSX.Element {
  const [Later, setLater] = useState<typeof Share | null>(null);
  const open = (): void => {
    import("../downloads/share.tsx").then((m) => setLater(() => m.Share));
  };
  return (
    <>
      <Button icon="share" onClick={open}>
        Share
      </Button>
      {Later !== null && <Later what={what} name={name} close={() => setLater(null)} />}
    </>
  );
}

/** Play, resume, start over, or why not. */
export function Actions(props: ActionsProps): JSX.Element {
  const { what, media, progress } = props;
  const verdict = useMemo(() => (media === null ? null : judge(media)), [media]);
  if (!props.playable)
    return (
      <div class="notice">
        <Icon name="warn" />
        <p>
          <strong>No source yet.</strong> The title is known, but there is no file of it here.
        </p>
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
            Start over
          </Link>
        )}
        <External what={what} />
        {isAdmin.value && props.shareAs !== undefined && (
          <ShareButton what={what} name={props.shareAs} />
        )}
        {refused && verdict.picture && (
          <Link to={`${to}#anyway`} class="button quiet">
            Play without sound
          </Link>
        )}
      </div>
    </>
  );
}

function audioText(media: Media): string {
  return media.audio
    .map((track) => {
      const channels = track.channels === 6 ? " 5.1" : track.channels === 8 ? " 7.1" : "";
      return trackName(track, channels);
    })
    .join(", ");
}

/** The file in a few facts. */
export function FileFacts({ media }: { media: Media }): JSX.Element {
  const rows: [string, string][] = [
    [
      "Picture",
      media.videoCodec === null
        ? ""
        : `${media.videoCodec}${media.width ? `, ${media.width} × ${media.height}` : ""}`,
    ],
    ["Sound", audioText(media)],
    ["Subtitles inside", media.subtitles.map((s) => s.title ?? language(s.language)).join(", ")],
    [
      "File",
      [container(media.container), bytes(media.size), length(media.duration)]
        .filter(Boolean)
        .join(", "),
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

function EpisodeRow({ titleId, episode }: { titleId: string; episode: Episode }): JSX.Element {
  const { seasonNumber: season, episodeNumber: number, progress } = episode;
  const seen = progress?.status === "completed";
  const body = (
    <>
      <Picture
        path={episode.still}
        kind="still"
        sizes="(max-width: 600px) 36vw, 220px"
        text={`${number}`}
      />
      <span class="episode-text">
        <span class="episode-title">
          {number}. {episode.title}
          {seen && <Icon name="check" />}
          {seen && <span class="visually-hidden">watched</span>}
        </span>
        <span class="episode-facts">
          {[length(episode.runtime), episode.airDate, episode.playable ? "" : "No source yet"]
            .filter(Boolean)
            .join("  ·  ")}
        </span>
        {episode.overview && <span class="episode-overview">{episode.overview}</span>}
        {isBegun(progress) && <Bar fraction={progress?.progress ?? 0} />}
        {isBegun(progress) && (
          <span class="visually-hidden">{percentOf(progress?.progress ?? 0)} % watched</span>
        )}
      </span>
    </>
  );
  if (!episode.playable) return <div class="episode absent">{body}</div>;
  return (
    <Link to={watchPath({ titleId, season, episode: number })} class="episode">
      {body}
    </Link>
  );
}

export function Seasons(props: {
  titleId: string;
  seasons: Season[];
  chosen: number;
  choose: (season: number) => void;
}): JSX.Element {
  const season = props.seasons.find((s) => s.seasonNumber === props.chosen) ?? props.seasons[0];
  return (
    <section class="seasons" aria-label="Episodes">
      <Tabs
        label="Season"
        tabs={props.seasons.map((s) => ({ value: s.seasonNumber, label: s.name }))}
        value={season?.seasonNumber ?? props.chosen}
        choose={props.choose}
      >
        {season?.overview && <p class="overview">{season.overview}</p>}
        <ol class="episodes">
          {season?.episodes.map((episode) => (
            <li key={episode.id}>
              <EpisodeRow titleId={props.titleId} episode={episode} />
            </li>
          ))}
        </ol>
      </Tabs>
    </section>
  );
}

export function TitleSkeleton(): JSX.Element {
  return (
    <div class="title-page always-dark" aria-busy="true">
      <h1 class="visually-hidden">Loading</h1>
      <div class="title-head">
        <div class="picture poster skeleton" />
        <div class="title-text">
          <SkeletonLines lines={2} />
        </div>
      </div>
    </div>
  );
}
