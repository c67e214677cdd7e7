// What leads on from a film, over its picture: over an opening, to the next episode, out
// at the end; and what the system shows of it. They come once the film plays.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EpisodeRef } from "../../api/index.ts";
import { clock, episodeCode, length } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Picture } from "../../ui/poster.tsx";
import type { Card } from "./next.ts";
import type { Running } from "./running.ts";
import { type Skip, skipText } from "./skip.ts";

export { Session } from "./media.ts";

export function SkipButton({ skip, leave }: { skip: Skip; leave: () => void }): JSX.Element {
  const press = (): void => {
    leave();
    skip.go();
  };
  return (
    <div class="skip-offer" data-fresh={skip.isFresh}>
      <Button icon="next" onClick={press}>
        {skipText[skip.segment.kind]()}
      </Button>
    </div>
  );
}

/** It comes near the end, counts down to it, and is answered by Enter and Back. */
export function NextCard(props: {
  next: EpisodeRef;
  still: string | null;
  card: Card;
  /** The film is over: the card has the focus. */
  isOver: boolean;
  go: () => void;
  /** Where the focus goes when the card has gone. */
  leave: () => void;
  /** Out of the film. */
  out: () => void;
}): JSX.Element {
  const { next, card } = props;
  const first = useRef(card.counts);
  const code = episodeCode(next.season, next.episode);
  const shut = (): void => {
    card.shut();
    props.leave();
  };
  return (
    <section class="next-card" aria-label={t("player.next")}>
      {props.still !== null && (
        <Picture path={props.still} kind="still" sizes="380px" eager text={code} />
      )}
      {card.asks && <p class="next-title">{t("player.still")}</p>}
      <p class="visually-hidden" role="status">
        {card.asks && `${t("player.still")} `}
        {first.current === null
          ? t("player.next.said", { title: next.title })
          : t("player.next.said.in", { time: length(first.current), title: next.title })}
      </p>
      <p class="facts">
        {card.counts === null
          ? t("player.next.code", { code })
          : t("player.next.in", { code, time: length(Math.max(1, card.counts)) })}
      </p>
      <p class="next-title">{next.title}</p>
      <div class="actions" data-rail>
        <Button kind="main" icon="play" onClick={props.go} autoFocus={props.isOver}>
          {t("player.next.now")}
        </Button>
        {card.asks ? (
          <Button kind="quiet" onClick={props.out}>
            {t("player.end.leave")}
          </Button>
        ) : (
          <Button kind="quiet" onClick={shut}>
            {card.counts === null ? t("player.next.hide") : t("player.next.cancel")}
          </Button>
        )}
      </div>
    </section>
  );
}

interface EndProps {
  title: string;
  running: Running;
  leave: () => void;
  /** Where the focus goes when the film begins anew. */
  focusFilm: () => void;
}

/** The end of what has nothing after it: out of the film, or from its beginning. */
export function EndCard({ title, running, leave, focusFilm }: EndProps): JSX.Element {
  const restart = (): void => {
    focusFilm();
    running.deck.seek(0);
    running.deck.toggle(true);
  };
  return (
    <section class="next-card" aria-label={t("player.end")}>
      <p class="next-title" role="status">
        {t("player.end.said", { title })}
      </p>
      <div class="actions" data-rail>
        <Button kind="main" onClick={leave} autoFocus>
          {t("player.end.leave")}
        </Button>
        <Button kind="quiet" onClick={restart}>
          {t("title.restart")}
        </Button>
      </div>
    </section>
  );
}

const RESUMED_S = 10;
const RESUMED_FROM_S = 10;

interface ResumedProps {
  at: number;
  running: Running;
  leave: () => void;
}

/** What was begun before goes on there; from the beginning is one press away, as long
 * as little of the film has passed since. */
export function Resumed({ at, running, leave }: ResumedProps): JSX.Element | null {
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
