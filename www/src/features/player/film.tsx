// A film on the screen, with everything that lies over it.
import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { reachable } from "../../api/client.ts";
import type { Play } from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { locale, t } from "../../lib/messages.ts";
import { back } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { isHelpShown } from "../../ui/help.tsx";
import { Live } from "../../ui/notice.tsx";
import { pagePath } from "../title/state.ts";
import type { About } from "./about.ts";
import { useTouches } from "./awake.ts";
import { stepChapter } from "./chapters.ts";
import { Controls } from "./controls.tsx";
import { useDelay } from "./delay.ts";
import { type Marking, useMarking } from "./marking.tsx";
import { type Card, useCard } from "./next.ts";
import { Meanwhile, Trouble } from "./panels.tsx";
import { HintShown, Waiting } from "./parts.tsx";
import { usePip } from "./pip.ts";
import {
  beginOf,
  type FilmProps,
  type Running,
  useAbout,
  useFingers,
  useNext,
  useRunning,
  useTrack,
} from "./running.ts";
import { useScreenOn } from "./screen.ts";
import { type Skip, useSkip } from "./skip.ts";
import type { Playback } from "./state.ts";
import { type Others, toggleFull, useActions, useShown } from "./surface.ts";
import { Captions, Tracks, useLook, useOnline } from "./texts.tsx";

const RESUMED_S = 10;
const RESUMED_FROM_S = 10;

export function leaveTo(titleId: string): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  back(pagePath(titleId));
}

type StatsPanel = ComponentType<Running & { answer: Play; shut: () => void }>;

/** The statistics come when they are wanted. */
function useStats(running: Running | null, answer: Play) {
  const [isOpen, setOpen] = useState(false);
  const [Panel, setPanel] = useState<StatsPanel | null>(null);
  const toggle = useCallback(() => setOpen((is) => !is), []);
  useEffect(() => {
    if (!isOpen) return;
    import("./stats.tsx").then(
      (m) => setPanel(() => m.Stats),
      () => setOpen(false),
    );
  }, [isOpen]);
  const shown =
    isOpen && Panel !== null && running !== null ? (
      <Panel {...running} answer={answer} shut={toggle} />
    ) : null;
  return { isOpen, toggle, shown };
}

interface ResumedProps {
  at: number;
  running: Running;
  leave: () => void;
}

/** What was begun before goes on there; from the beginning is one press away, as long
 * as little of the film has passed since. */
function Resumed({ at, running, leave }: ResumedProps): JSX.Element | null {
  const { deck, playback } = running;
  const [isOver, setOver] = useState(at < RESUMED_FROM_S);
  const since = playback.time.value - at;
  const isFar = since < -1 || since > RESUMED_S;
  useEffect(() => {
    if (isFar) setOver(true);
  }, [isFar]);
  if (isOver) return null;
  const restart = (): void => {
    deck.seek(0);
    setOver(true);
    leave();
  };
  return (
    <div class="resumed">
      <Button icon="refresh" onClick={restart}>
        {t("title.restart")}
      </Button>
      <span>{t("player.resumed", { time: clock(at) })}</span>
    </div>
  );
}

/** Calm words about a server that does not answer, while the film goes on. */
function Lost({ playback }: { playback: Playback }): JSX.Element {
  const isQuiet = reachable.value || playback.problem.value !== null;
  return (
    <p class="player-lost" role="status">
      {playback.lost.value ? t("player.lost") : !isQuiet && t("player.lost.quiet")}
    </p>
  );
}

interface Leading {
  marking: Marking;
  skip: Skip | null;
  card: Card;
  proceed: () => void;
  /** What keys do of it. */
  acts: Pick<Others, "card" | "skip" | "chapter">;
}

/** What leads on from here: over an opening, to the next episode. */
function useLeading(
  { answer, me }: FilmProps,
  running: Running | null,
  toNext: (() => void) | null,
): Leading {
  const marking = useMarking(running, answer, me);
  const proceed = useCallback(() => toNext?.(), [toNext]);
  const wish = {
    goesOn: me.preferences.autoplay,
    asks: me.preferences.stillWatching,
    credits: marking.credits,
  };
  const card = useCard(running?.playback ?? null, answer.next, wish, proceed);
  const skip = useSkip(running, marking.segments, !card.isShown);
  useTouches();
  const acts: Leading["acts"] = {
    card: card.isShown ? { go: proceed, shut: card.shut } : null,
    skip,
    chapter: (way) =>
      stepChapter(answer.chapters, running?.playback.time.value ?? 0, way, running?.deck),
  };
  return { marking, skip, card, proceed, acts };
}

type Cards = typeof import("./cards.tsx");

/** They come while the film plays. */
function useCards(isWanted: boolean): Cards | null {
  const [cards, setCards] = useState<Cards | null>(null);
  useEffect(() => {
    if (isWanted && cards === null) import("./cards.tsx").then(setCards, () => undefined);
  }, [isWanted, cards]);
  return cards;
}

interface OverProps {
  props: FilmProps;
  running: Running;
  frame: { current: HTMLElement | null };
  leading: Leading;
  about: About | null;
}

/** What lies over the picture whether or not the controls show. */
function Over({ props, running, frame, leading, about }: OverProps): JSX.Element {
  const { answer, again } = props;
  const { card, skip } = leading;
  const { playback, deck } = running;
  const cards = useCards(!playback.waiting.value || playback.ended.value);
  const [resumedAt] = useState(() => (props.from.current === null ? beginOf(props) : 0));
  const focusFrame = (): void => frame.current?.focus();
  const trouble = { answer, playback, sources: about?.sources, again };
  const isWaiting = playback.waiting.value && playback.problem.value === null;
  return (
    <>
      {isWaiting && (
        <Waiting why={playback.swarm.why.value}>
          {playback.swarm.isLong.value && <Meanwhile {...trouble} />}
        </Waiting>
      )}
      <HintShown hint={deck.hint.value} />
      <Resumed at={resumedAt} running={running} leave={focusFrame} />
      <Lost playback={playback} />
      <Trouble {...trouble} />
      {cards !== null && (
        <cards.Session
          {...{ deck: running, answer, about }}
          next={answer.next && leading.proceed}
        />
      )}
      {cards !== null && skip !== null && <cards.SkipButton skip={skip} leave={focusFrame} />}
      {cards !== null && answer.next !== null && card.isShown && (
        <cards.NextCard
          next={answer.next}
          still={about?.nextStill ?? null}
          card={card}
          isOver={playback.ended.value}
          go={leading.proceed}
          leave={focusFrame}
          out={() => leaveTo(answer.titleId)}
        />
      )}
      {cards !== null && playback.ended.value && !card.isShown && (
        <cards.EndCard
          title={answer.title}
          running={running}
          leave={() => leaveTo(answer.titleId)}
          focusFilm={focusFrame}
        />
      )}
      <Live>{deck.said.value}</Live>
    </>
  );
}

export function Film(props: FilmProps): JSX.Element {
  const { answer, me } = props;
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLElement>(null);
  const running = useRunning(props, video, frame);
  const playback = running?.playback ?? null;
  const isPlaying = playback?.playing.value === true;
  const pip = usePip(running?.video ?? null);
  const online = useOnline(answer);
  const { told, place } = online;
  const { track, choose, toggle } = useTrack(
    { ...props, answer: told },
    running,
    pip?.isOpen === true,
  );
  // The choice is made when the new track is among those told.
  useEffect(() => {
    if (place !== -1) choose(place);
  }, [told, place]);
  const delay = useDelay(answer, running, track);
  const look = useLook(me, delay, () => frame.current?.focus());
  const isLong = playback?.swarm.isLong.value === true;
  const isStuck =
    isHelpShown.value || isLong || look.isOpen || online.isOpen || playback?.problem.value !== null;
  const shown = useShown(frame, isPlaying && !isStuck);
  useFingers(running, shown);
  const stats = useStats(running, answer);
  useScreenOn(isPlaying);
  const toNext = useNext(answer);
  const about = useAbout(answer, isPlaying);
  const leading = useLeading(props, running, toNext);
  const { marking } = leading;
  const leave = (): void => leaveTo(answer.titleId);
  const full = (): void => toggleFull();
  const act = useActions(running, frame, {
    leave,
    next: toNext,
    captions: toggle,
    delay: delay.step,
    stats: stats.toggle,
    pip: () => pip?.toggle(),
    wake: shown.wake,
    ...leading.acts,
  });
  const show = about?.show ?? null;
  const focusFrame = (): void => frame.current?.focus();
  const given = {
    answer: told,
    show,
    toNext,
    full,
    leave,
    stats,
    pip,
    marking,
    track,
    setTrack: choose,
    look: look.open,
    online: online.open,
  };
  return (
    <section
      ref={frame}
      class="player always-dark"
      aria-label={t("player.player")}
      data-idle={!shown.isShown}
      data-waits={playback?.waiting.value === true}
      tabIndex={-1}
      onKeyDown={act}
      onDblClick={(event) => event.target === video.current && full()}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: the tracks are those that exist */}
      <video
        ref={video}
        playsInline
        onClick={(event) => {
          if ((event as unknown as PointerEvent).pointerType !== "touch") running?.deck.toggle();
        }}
      >
        <Tracks subtitles={told.subtitles} />
      </video>
      <Captions
        video={running?.video ?? null}
        track={pip?.isOpen ? -1 : track}
        look={look.look}
        hasSample={look.isOpen}
      />
      {running && <Controls {...running} {...given} />}
      {stats.shown}
      {look.shown}
      {online.Panel !== null && (
        <online.Panel
          streamingKey={answer.streamingKey}
          wished={me.preferences.subtitlesLanguage ?? locale()}
          fetched={online.fetched}
          shut={() => {
            online.shut();
            focusFrame();
          }}
        />
      )}
      {marking.panel}
      {running && <Over {...{ props, running, frame, leading, about }} />}
    </section>
  );
}
