// What lies over the picture: the bar to seek with, the sound, what is told.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { clock } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Part } from "../../ui/part.tsx";
import { type Chapter, chapterAt, chapterName } from "./chapters.ts";
import type { Deck, Hint } from "./deck.ts";
import type { Playback } from "./state.ts";
import type { Span } from "./swarm.ts";

function Spans(props: { spans: Span[]; kind: string }): JSX.Element {
  return (
    <>
      {props.spans.map(([from, to]) => (
        <Part key={from} class={props.kind} from={from} to={to} />
      ))}
    </>
  );
}

/** Whether a place in the film is here; all of it when nothing is drawn. */
function isHere(place: number, here: Span[] | null): boolean {
  return here === null || here.some(([from, to]) => from <= place && place < to);
}

/** "12:03 of 1:40:00", and whether that place is here while not all is. */
export function placeText(time: number, duration: number, here: Span[] | null): string {
  const place = t("player.place", { time: clock(time), whole: clock(duration) });
  const isThere = duration <= 0 || isHere(time / duration, here);
  return isThere ? place : t("player.place.absent", { place });
}

/** The same with the name of the chapter in which it lies, if there is one. */
export function chapterText(place: string, chapter: string): string {
  return chapter === "" ? place : t("player.place.chapter", { place, chapter });
}

/** What is here of the part before a place. */
export function before(here: Span[], place: number): Span[] {
  return here
    .filter(([from]) => from < place)
    .map(([from, to]): Span => [from, Math.min(to, place)]);
}

function Track({ playback, place }: { playback: Playback; place: number }): JSX.Element {
  const duration = playback.duration.value;
  const here = playback.swarm.here.value;
  return (
    <div class="seek-track" aria-hidden="true" data-partial={here !== null}>
      <Spans spans={here === null ? [] : playback.swarm.coming.value} kind="seek-coming" />
      <Spans spans={here ?? []} kind="seek-here" />
      {playback.buffered.value.map(([from, to]) => (
        <Part key={from} class="seek-buffered" from={from / duration} to={to / duration} />
      ))}
      <Part class="seek-done" to={place} />
      {here !== null && duration > 0 && <Spans spans={before(here, place)} kind="seek-seen" />}
    </div>
  );
}

/** Where chapters begin; the first is where the film does. */
function Chapters({ chapters, duration }: { chapters: Chapter[]; duration: number }): JSX.Element {
  return (
    <div class="seek-chapters" aria-hidden="true">
      {chapters.slice(1).map(({ start }) => (
        <Part key={start} class="seek-chapter" from={start / duration} to={start / duration} />
      ))}
    </div>
  );
}

type Tip = typeof import("./tip.tsx");

/** What stands above the bar comes while the film begins, at the latest when it is wanted. */
function useTip(isWanted: boolean): Tip | null {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    if (isWanted && tip === null) import("./tip.tsx").then(setTip, () => undefined);
  }, [isWanted, tip]);
  return tip;
}

/** The seek bar: a real range input above the drawn one. */
export function SeekBar(props: {
  playback: Playback;
  deck: Deck;
  chapters: Chapter[];
  thumbnails: Play["thumbnails"];
}): JSX.Element {
  const { playback, deck, chapters, thumbnails } = props;
  const [over, setOver] = useState<number | null>(null);
  const duration = playback.duration.value;
  const aimed = deck.aimed.value;
  const time = aimed ?? playback.time.value;
  const here = playback.swarm.here.value;
  const tip = aimed !== null && duration > 0 ? aimed / duration : over;
  const lazy = useTip(tip !== null || !playback.waiting.value);
  const chapter = (at: number): string => {
    const place = chapterAt(chapters, at);
    return place === -1 ? "" : chapterName(chapters, place);
  };
  const point = (event: PointerEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    setOver(width > 0 ? Math.min(1, Math.max(0, (event.clientX - left) / width)) : null);
  };
  return (
    <div
      class="seek"
      dir="ltr"
      onPointerMove={(event) => event.pointerType !== "touch" && point(event)}
      onPointerLeave={() => setOver(null)}
    >
      <Track playback={playback} place={time / duration} />
      {duration > 0 && <Chapters chapters={chapters} duration={duration} />}
      <input
        type="range"
        aria-label={t("player.position")}
        min={0}
        max={Math.max(1, Math.floor(duration))}
        step={1}
        value={Math.floor(time)}
        aria-valuetext={chapterText(placeText(time, duration, here), chapter(time))}
        onInput={(event) => deck.aim(Number(event.currentTarget.value))}
        onChange={(event) => deck.seek(Number(event.currentTarget.value))}
      />
      {tip !== null && duration > 0 && lazy && (
        <lazy.SeekTip
          place={tip}
          duration={duration}
          chapter={chapter(tip * duration)}
          hasChapters={chapters.length > 0}
          isHere={isHere(tip, here)}
          thumbnails={thumbnails}
        />
      )}
    </div>
  );
}

/** What was just done, for the eye; ears are told by `said`. */
export function HintShown({ hint }: { hint: Hint | null }): JSX.Element | null {
  if (hint === null) return null;
  const { id, side, icon, text } = hint;
  return (
    <div class="hint-shown" dir="ltr" key={id} data-side={side} aria-hidden="true">
      {icon && <Icon name={icon} />}
      {text}
    </div>
  );
}

/** The picture waits; after a while it says for what, and later what else one can do. */
export function Waiting(props: { why: string | null; children: ComponentChildren }): JSX.Element {
  return (
    <div class="player-wait">
      <div class="spinner" role="status" aria-label={t("app.loading")} />
      <div class="player-why">
        <p role="status">{props.why}</p>
        {props.children}
      </div>
    </div>
  );
}

export function Volume({ playback, deck }: { playback: Playback; deck: Deck }): JSX.Element {
  const muted = playback.muted.value || playback.volume.value === 0;
  return (
    <div class="volume">
      <IconButton
        icon={muted ? "muted" : "volume"}
        label={muted ? t("player.sound.on") : t("player.sound.off")}
        onClick={deck.mute}
      />
      <input
        type="range"
        aria-label={t("player.volume")}
        min={0}
        max={100}
        step={5}
        value={muted ? 0 : Math.round(playback.volume.value * 100)}
        onInput={(event) => deck.setVolume(Number(event.currentTarget.value) / 100)}
      />
    </div>
  );
}
