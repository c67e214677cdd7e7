// What lies over the picture whether or not the controls show.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { reachable } from "../../api/client.ts";
import { t } from "../../lib/messages.ts";
import { Live } from "../../ui/notice.tsx";
import type { About } from "./about.ts";
import type { Leading } from "./leading.ts";
import { Meanwhile, Trouble } from "./panels.tsx";
import { HintShown, Waiting } from "./parts.tsx";
import { beginOf, type FilmProps, type Running } from "./running.ts";
import type { Playback } from "./state.ts";

/** Calm words about a server that does not answer, while the film goes on. */
function Lost({ playback }: { playback: Playback }): JSX.Element {
  const isQuiet = reachable.value || playback.problem.value !== null;
  return (
    <p class="player-lost" role="status">
      {playback.lost.value ? t("player.lost") : !isQuiet && t("player.lost.quiet")}
    </p>
  );
}

type Cards = typeof import("./cards.tsx");

/** They come when one of them may be shown. */
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
  /** Out of the film. */
  leave: () => void;
}

export function Over({ props, running, frame, leading, about, leave }: OverProps): JSX.Element {
  const { answer, again } = props;
  const { card, skip } = leading;
  const { playback, deck } = running;
  const [resumedAt] = useState(() => (props.from.current === null ? beginOf(props) : 0));
  // Where a film goes on is told before it does.
  const isWanted = resumedAt > 0 || !playback.waiting.value || playback.ended.value;
  const cards = useCards(isWanted);
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
      <Lost playback={playback} />
      <Trouble {...trouble} />
      {cards !== null && <cards.Resumed at={resumedAt} running={running} leave={focusFrame} />}
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
          out={leave}
        />
      )}
      {cards !== null && playback.ended.value && !card.isShown && (
        <cards.EndCard
          title={answer.title}
          running={running}
          leave={leave}
          focusFilm={focusFrame}
        />
      )}
      <Live>{deck.said.value}</Live>
    </>
  );
}
