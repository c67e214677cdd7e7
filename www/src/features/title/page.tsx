// The page of a film or a show: what it is, whether this browser can play it,
// and Play.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { knownAhead, takeAhead } from "../../api/ahead.ts";
import { auth, type EpisodeDetail, type Movie, type Show } from "../../api/index.ts";
import { tellIntent } from "../../api/intent.ts";
import { useLibraryNews } from "../../api/library.ts";
import { useLoad } from "../../api/load.ts";
import { decimal, episodeCode, genre, length, list } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { back } from "../../lib/router.ts";
import { IconButton } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { usePageName } from "../../ui/page.tsx";
import { Picture } from "../../ui/poster.tsx";
import { Age, ageMark } from "./age.tsx";
import { Actions, FileFacts, Seasons, TitleSkeleton, useSharing } from "./parts.tsx";
import { type Loaded, loadTitle, whatOf } from "./state.ts";
import { Why } from "./why.tsx";
import "../../ui/shapes.ts";
import "./style.css";

function Head(props: { title: Movie | Show; facts: string[]; children: ComponentChildren }) {
  const { title, facts } = props;
  const page = useRef<HTMLDivElement>(null);
  usePageName(title.title);
  useEffect(() => {
    page.current?.querySelector<HTMLElement>(".button")?.focus({ preventScroll: true });
  }, [title.title]);
  return (
    <div class={`title-page of-${title.type}`} ref={page}>
      <div class="title-backdrop">
        <Picture
          path={title.backdrop ?? title.poster}
          kind="backdrop"
          sizes="100vw"
          eager="first"
        />
      </div>
      <div class="title-back">
        <IconButton icon="back" label={t("title.back")} onClick={() => back()} />
      </div>
      <div class="title-head">
        <Picture
          path={title.poster}
          kind="poster"
          sizes="(max-width: 600px) 34vw, 260px"
          eager
          text={title.title}
        />
        <div class="title-text">
          <h1>{title.title}</h1>
          <p class="facts">{facts.filter(Boolean).join("  ·  ")}</p>
          {title.tagline && <p class="tagline">{title.tagline}</p>}
          <p class="overview">{title.overview}</p>
          {props.children}
        </div>
      </div>
    </div>
  );
}

function MovieBody({ movie, reload }: { movie: Movie; reload: () => void }): JSX.Element {
  const what = { titleId: `movie-${movie.id}` };
  const [share, sharing] = useSharing();
  const isOwn = movie.sources?.some((s) => s.source === "file");
  const facts = [
    String(movie.year ?? ""),
    ageMark(movie),
    list(movie.genres.map(genre)),
    length(movie.runtime ?? movie.media?.duration),
    movie.rating === null ? "" : `★ ${decimal(movie.rating, 1)}`,
  ];
  return (
    <Head title={movie} facts={facts}>
      <Actions
        what={what}
        playable={movie.playable}
        media={movie.media}
        progress={movie.progress}
        reload={reload}
        share={isOwn ? () => share(what, movie.title) : undefined}
      />
      {movie.media && <FileFacts media={movie.media} />}
      {movie.playable && <Why what={what} />}
      <Age title={movie} reload={reload} />
      {sharing}
    </Head>
  );
}

interface ShowProps {
  show: Show;
  detail: EpisodeDetail | null;
  reload: () => void;
}

function ShowBody({ show, detail, reload }: ShowProps): JSX.Element {
  const titleId = `show-${show.id}`;
  const { next } = show;
  const what = whatOf(titleId, next);
  const [share, sharing] = useSharing();
  const [chosen, choose] = useState(next?.season ?? show.seasons[0]?.seasonNumber ?? 1);
  const n = show.seasons.length;
  const code = next === null ? "" : episodeCode(next.season, next.episode);
  const facts = [
    String(show.year ?? ""),
    ageMark(show),
    list(show.genres.map(genre)),
    t("title.seasons", { n }),
    show.rating === null ? "" : `★ ${decimal(show.rating, 1)}`,
  ];
  return (
    <>
      <Head title={show} facts={facts}>
        <Actions
          what={what}
          playable={show.playable}
          media={detail?.media ?? null}
          progress={detail?.progress ?? null}
          reload={reload}
          code={code}
          share={next === null ? undefined : () => share(what, `${show.title} ${code}`)}
        />
        {next !== null && <Why key={code} what={what} code={code} />}
        <Age title={show} reload={reload} />
        {sharing}
      </Head>
      <Seasons
        titleId={titleId}
        seasons={show.seasons}
        chosen={chosen}
        choose={choose}
        reload={reload}
      />
    </>
  );
}

async function load(kind: "movie" | "show", id: number): Promise<Loaded> {
  const titleId = `${kind}-${id}`;
  tellIntent(titleId, "open");
  const ahead = takeAhead<Loaded>(titleId)?.catch(() => loadTitle(kind, id));
  const [loaded] = await Promise.all([ahead ?? loadTitle(kind, id), auth.knowRole()]);
  return loaded;
}

function TitlePage({ kind, id }: { kind: "movie" | "show"; id: number }): JSX.Element {
  const { data, error, reload } = useLoad(`${kind}-${id}`, () => load(kind, id), {
    live: true,
    known: knownAhead,
  });
  useLibraryNews(reload);
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  if (data !== null)
    return (
      <div class="title-whole always-dark">
        {data.title.type === "movie" ? (
          <MovieBody movie={data.title} reload={reload} />
        ) : (
          <ShowBody show={data.title} detail={data.detail} reload={reload} />
        )}
      </div>
    );
  if (error === null) return <TitleSkeleton />;
  return <Failure error={error} retry={reload} />;
}

interface PageProps {
  params: string[];
}

export function MoviePage({ params }: PageProps): JSX.Element {
  return <TitlePage kind="movie" id={Number(params[0])} />;
}

export function ShowPage({ params }: PageProps): JSX.Element {
  return <TitlePage kind="show" id={Number(params[0])} />;
}
