// The player: begins where one was, asks before it begins whether this browser
// can play the file, and says plainly when it cannot go on.
import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { auth, isAdmin, type Me, type Play, play, type What } from "../../api/index.ts";
import { back, go } from "../../app/router.ts";
import { judge } from "../../lib/capability.ts";
import { useLoad } from "../../lib/load.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { isHelpShown } from "../../ui/help.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Loading } from "../../ui/page.tsx";
import { Consent } from "../downloads/consent.tsx";
import { External } from "../title/external.tsx";
import { Refusal } from "../title/parts.tsx";
import { pagePath, watchPath, whatOf } from "../title/state.ts";
import { Captions } from "./captions.tsx";
import { Controls } from "./controls.tsx";
import { NextCard, Waiting } from "./parts.tsx";
import { useScreenOn } from "./screen.ts";
import { beginAt, type Playback, startPlayback } from "./state.ts";
import { firstTrack, showTrack, spokenIn } from "./subtitles.ts";
import { toggleFull, useActions, useIdle } from "./surface.ts";
import "./style.css";

const NEXT_CARD_S = 25;
const SOURCES_MAX = 4;
const SOURCES_AGAIN_MS = 120_000;

function whatFrom(params: string[]): What {
  const [titleId = "", season, episode] = params;
  if (season === undefined || episode === undefined) return { titleId };
  return { titleId, season: Number(season), episode: Number(episode) };
}

function leave(titleId: string): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  back(pagePath(titleId));
}

function Tracks({ subtitles }: { subtitles: Play["subtitles"] }): JSX.Element {
  return (
    <>
      {subtitles.map((track) => (
        <track
          key={track.index}
          kind="subtitles"
          src={new URL(track.url, document.baseURI).toString()}
          srclang={track.language ?? undefined}
          label={track.title ?? track.language ?? "Subtitles"}
        />
      ))}
    </>
  );
}

/** The media session: buttons on keyboards, headphones and lock screens. */
function useMediaSession(playback: Playback | null, title: string): void {
  useEffect(() => {
    if (playback === null || !("mediaSession" in navigator)) return;
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({ title });
    session.setActionHandler("play", playback.toggle);
    session.setActionHandler("pause", playback.toggle);
    session.setActionHandler("seekbackward", () => playback.seek(playback.time.value - 10));
    session.setActionHandler("seekforward", () => playback.seek(playback.time.value + 10));
    return () => {
      session.metadata = null;
      for (const name of ["play", "pause", "seekbackward", "seekforward"] as const)
        session.setActionHandler(name, null);
    };
  }, [playback, title]);
}

interface ScreenProps {
  answer: Play;
  me: Me;
  /** Where an earlier source stopped, in seconds. */
  from: { current: number | null };
  /** Another source than the failed one is wanted from there on, or, when a
   * person asks, any; false when enough were tried without anybody asking. */
  again: (at: number, failed?: number) => boolean;
}

function Screen({ answer, me, from: resumed, again }: ScreenProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [playback, setPlayback] = useState<Playback | null>(null);
  const [track, setTrack] = useState(() =>
    firstTrack(answer.subtitles, me.preferences.subtitlesLanguage, spokenIn(answer.audio)),
  );
  const [stay, setStay] = useState(false);
  const { titleId, next } = answer;

  useEffect(() => {
    if (video.current === null) return;
    document.title = `${answer.title} – Miauflix`;
    const begin = resumed.current ?? beginAt(answer, location.hash === "#start");
    const made = startPlayback(video.current, answer, begin, (at) => again(at, answer.sourceId));
    setPlayback(made);
    frame.current?.focus();
    return made.stop;
  }, [answer, resumed, again]);
  useLayoutEffect(() => {
    if (video.current !== null) showTrack(video.current, track);
  }, [track]);
  useMediaSession(playback, answer.title);
  useScreenOn(playback?.playing.value === true);

  const toNext = useCallback(() => {
    if (next !== null) go(watchPath(whatOf(titleId, next)), true);
  }, [titleId, next]);
  const act = useActions(playback, frame, {
    leave: () => leave(titleId),
    next: toNext,
    captions: () => setTrack(track === -1 ? Math.max(0, firstTrack(answer.subtitles, null)) : -1),
  });
  const idle = useIdle(frame, playback?.playing.value === true && !isHelpShown.value);

  const left = playback === null ? 0 : playback.duration.value - playback.time.value;
  const ended = playback?.ended.value === true;
  const nearEnd = ended || (playback !== null && playback.time.value > 60 && left < NEXT_CARD_S);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the whole picture
    <div
      ref={frame}
      class="player always-dark"
      data-idle={idle && !ended}
      tabIndex={-1}
      onKeyDown={act}
      onDblClick={(event) => event.target === video.current && toggleFull(frame.current)}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: the tracks are those that exist */}
      <video ref={video} playsInline onClick={() => playback?.toggle()}>
        <Tracks subtitles={answer.subtitles} />
      </video>
      <Captions video={playback && video.current} track={track} />
      {playback?.waiting.value && playback.problem.value === null && (
        <Waiting why={playback.swarm.why.value} />
      )}
      {playback && (
        <Controls
          playback={playback}
          answer={answer}
          video={video.current}
          track={track}
          setTrack={setTrack}
          toNext={next === null ? null : toNext}
          full={() => toggleFull(frame.current)}
          leave={() => leave(titleId)}
        />
      )}
      {playback?.problem.value && (
        <div class="player-problem">
          <Problem>{playback.problem.value}</Problem>
          <Button kind="main" icon="refresh" onClick={() => again(playback.time.value)}>
            Try again
          </Button>
          <External what={whatFrom(params(answer))} />
        </div>
      )}
      {next !== null && nearEnd && !stay && (
        <NextCard
          next={next}
          counting={ended && me.preferences.autoplay}
          go={toNext}
          stay={() => setStay(true)}
        />
      )}
    </div>
  );
}

function params(answer: Play): string[] {
  return answer.season === null || answer.episode === null
    ? [answer.titleId]
    : [answer.titleId, String(answer.season), String(answer.episode)];
}

/** Asking for a source anew, from where the last one stopped. */
function useNextSource(
  reload: () => void,
  except: { current: number[] },
): Pick<ScreenProps, "from" | "again"> {
  const from = useRef<number | null>(null);
  const tried = useRef({ times: 0, since: 0 });
  const again = useCallback(
    (at: number, failed?: number): boolean => {
      const now = performance.now();
      const { current } = tried;
      if (failed === undefined || now - current.since > SOURCES_AGAIN_MS) {
        current.times = 0;
        except.current = [];
      }
      if (failed !== undefined) except.current = [...except.current, failed];
      current.since = now;
      current.times += 1;
      if (current.times > SOURCES_MAX) return false;
      from.current = at;
      reload();
      return true;
    },
    [reload, except],
  );
  return { from, again };
}

/** The next source; when each was tried, the first anew: swarms come and go, but
 * what is paused waits for a person. */
async function startNext(what: What, except: { current: number[] }): Promise<Play> {
  try {
    return await play.start(what, except.current);
  } catch (error) {
    const isPaused = error instanceof ApiError && error.code === "download_paused";
    if (except.current.length === 0 || isPaused) throw error;
    except.current = [];
    return play.start(what);
  }
}

/** Somebody who may do so has to agree to torrents first. */
function isConsentWanted(error: Error): boolean {
  return error instanceof ApiError && error.code === "consent_needed" && isAdmin.value === true;
}

export function Player(props: { params: string[] }): JSX.Element {
  const what = whatFrom(props.params);
  const except = useRef<number[]>([]);
  const { data, error, reload } = useLoad(props.params.join("/"), () =>
    Promise.all([startNext(what, except), auth.me()]),
  );
  const { from, again } = useNextSource(reload, except);
  const [anyway, setAnyway] = useState(location.hash === "#anyway");
  const verdict = useMemo(() => (data?.[0].media ? judge(data[0].media) : null), [data]);
  if (error !== null)
    return (
      <section class="page centred">
        <Problem>{error.message}</Problem>
        <div class="actions" data-rail>
          {isConsentWanted(error) && <Consent onAgreed={reload} />}
          <Button icon="refresh" onClick={reload} autoFocus>
            Try again
          </Button>
          <Link to={pagePath(what.titleId)} class="button plain">
            To the title
          </Link>
        </div>
      </section>
    );
  if (data === null) return <Loading frame="player" />;
  const [answer, me] = data;
  if (verdict !== null && !verdict.ok && !anyway)
    return (
      <section class="page centred">
        <div class="title-back">
          <IconButton icon="back" label="Back" onClick={() => leave(answer.titleId)} />
        </div>
        <h1>{answer.title}</h1>
        <Refusal missing={verdict.missing} picture={verdict.picture} />
        <div class="actions">
          <External what={what} />
          {verdict.picture && (
            <Button kind="quiet" onClick={() => setAnyway(true)}>
              Play without sound
            </Button>
          )}
        </div>
      </section>
    );
  return <Screen answer={answer} me={me} from={from} again={again} />;
}
