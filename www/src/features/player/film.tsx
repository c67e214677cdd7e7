// A film on the screen, with everything that lies over it.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { back } from "../../lib/router.ts";
import { isHelpShown } from "../../ui/help.tsx";
import { pagePath } from "../title/state.ts";
import { Controls } from "./controls.tsx";
import { useDelay } from "./delay.ts";
import { useLater } from "./later.ts";
import { useLeading } from "./leading.ts";
import { Over } from "./over.tsx";
import { usePip } from "./pip.ts";
import {
  type FilmProps,
  type Running,
  useAbout,
  useFingers,
  useNext,
  useRunning,
  useTrack,
} from "./running.ts";
import { useScreenOn } from "./screen.ts";
import { toggleFull, useActions, useShown } from "./surface.ts";
import { Captions, Tracks, useLook, useOnline } from "./texts.tsx";

export function leaveTo(titleId: string): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  back(pagePath(titleId));
}

const loadStats = () => import("./stats.tsx");

/** The statistics come when they are wanted. */
function useStats(running: Running | null, answer: Play) {
  const { isOpen, toggle, part } = useLater(loadStats);
  const shown = part && running && <part.Stats {...running} answer={answer} shut={toggle} />;
  return { isOpen, toggle, shown };
}

export function Film(props: FilmProps): JSX.Element {
  const { answer, me } = props;
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLElement>(null);
  const running = useRunning(props, video, frame);
  const playback = running?.playback ?? null;
  const isPlaying = playback?.playing.value === true;
  const pip = usePip(running?.video ?? null);
  const online = useOnline(answer, me);
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
      {online.shown}
      {marking.panel}
      {running && <Over {...{ props, running, frame, leading, about, leave }} />}
    </section>
  );
}
