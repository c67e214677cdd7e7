// What lies over the picture: the bar to seek with, buttons, the next episode.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { EpisodeRef } from "../../api/index.ts";
import { clock, episodeCode } from "../../lib/format.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Part } from "../../ui/part.tsx";
import type { Playback } from "./state.ts";
import type { Span } from "./swarm.ts";

const COUNTDOWN_S = 10;

function Spans(props: { spans: Span[]; kind: string }): JSX.Element {
  return (
    <>
      {props.spans.map(([from, to]) => (
        <Part key={from} class={props.kind} from={from} to={to} />
      ))}
    </>
  );
}

/** "12:03 of 1:40:00", and whether that place is here while not all is. */
export function placeText(time: number, duration: number, here: Span[] | null): string {
  const text = `${clock(time)} of ${clock(duration)}`;
  if (here === null || duration <= 0) return text;
  const at = time / duration;
  return here.some(([from, to]) => from <= at && at < to) ? text : `${text}, not fetched yet`;
}

/** What is here of the part before a place. */
export function before(here: Span[], place: number): Span[] {
  return here
    .filter(([from]) => from < place)
    .map(([from, to]): Span => [from, Math.min(to, place)]);
}

/** The seek bar: a real range input above the drawn one. */
export function SeekBar({ playback }: { playback: Playback }): JSX.Element {
  const duration = playback.duration.value;
  const time = playback.time.value;
  const here = playback.swarm.here.value;
  return (
    <div class="seek" dir="ltr">
      <div class="seek-track" aria-hidden="true" data-partial={here !== null}>
        <Spans spans={here === null ? [] : playback.swarm.coming.value} kind="seek-coming" />
        <Spans spans={here ?? []} kind="seek-here" />
        {playback.buffered.value.map(([from, to]) => (
          <Part key={from} class="seek-buffered" from={from / duration} to={to / duration} />
        ))}
        <Part class="seek-done" to={time / duration} />
        {here !== null && duration > 0 && (
          <Spans spans={before(here, time / duration)} kind="seek-seen" />
        )}
      </div>
      <input
        type="range"
        aria-label="Position"
        min={0}
        max={Math.max(1, Math.floor(duration))}
        step={1}
        value={Math.floor(time)}
        aria-valuetext={placeText(time, duration, here)}
        onInput={(event) => playback.seek(Number(event.currentTarget.value))}
      />
    </div>
  );
}

/** The picture waits; after a while it says for what. */
export function Waiting({ why }: { why: string | null }): JSX.Element {
  return (
    <div class="player-wait">
      <div class="spinner" role="status" aria-label="Loading" />
      <p role="status">{why}</p>
    </div>
  );
}

export function Volume({ playback }: { playback: Playback }): JSX.Element {
  const muted = playback.muted.value || playback.volume.value === 0;
  return (
    <div class="volume">
      <IconButton
        icon={muted ? "muted" : "volume"}
        label={muted ? "Sound on" : "Sound off"}
        onClick={playback.mute}
      />
      <input
        type="range"
        aria-label="Volume"
        min={0}
        max={100}
        step={5}
        value={muted ? 0 : Math.round(playback.volume.value * 100)}
        onInput={(event) =>
          playback.louder(Number(event.currentTarget.value) / 100 - playback.volume.value)
        }
      />
    </div>
  );
}

/** The card of the next episode; counts down after the end if that is wished. */
export function NextCard(props: {
  next: EpisodeRef;
  counting: boolean;
  go: () => void;
  stay: () => void;
}): JSX.Element {
  const [left, setLeft] = useState(COUNTDOWN_S);
  const { counting, go } = props;
  useEffect(() => {
    if (!counting) return;
    const timer = setInterval(() => setLeft((n) => n - 1), 1000);
    return () => clearInterval(timer);
  }, [counting]);
  useEffect(() => {
    if (left <= 0) go();
  }, [left, go]);
  return (
    <section class="next-card" aria-label="Next episode">
      <p class="facts">Next: {episodeCode(props.next.season, props.next.episode)}</p>
      <p class="next-title">{props.next.title}</p>
      <div class="actions" data-rail>
        <Button kind="main" icon="next" onClick={go} autoFocus={counting}>
          {counting ? `Play (${Math.max(0, left)})` : "Play next"}
        </Button>
        <Button kind="quiet" onClick={props.stay}>
          {counting ? "Stay here" : "Hide"}
        </Button>
      </div>
    </section>
  );
}
