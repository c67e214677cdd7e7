// The controls over the picture.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { clock, episodeCode } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { IconButton } from "../../ui/button.tsx";
import { isHelpShown } from "../../ui/help.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import { NeedsHttps } from "../account/https.tsx";
import { chapterGroup, dividing } from "./chapters.ts";
import { type Deck, rateText } from "./deck.ts";
import type { Marking } from "./marking.tsx";
import { SeekBar, Volume } from "./parts.tsx";
import type { Playback } from "./state.ts";

type Menus = typeof import("./menus.tsx");

export interface ControlsProps {
  playback: Playback;
  deck: Deck;
  answer: Play;
  /** The show's name, as soon as it is known. */
  show: string | null;
  video: HTMLVideoElement | null;
  track: number;
  setTrack: (track: number) => void;
  /** Opens what is set of subtitles. */
  look: () => void;
  /** Looks for more of them; null where that is not set up. */
  online: (() => void) | null;
  toNext: (() => void) | null;
  full: () => void;
  leave: () => void;
  stats: { isOpen: boolean; toggle: () => void };
  pip: { isOpen: boolean; toggle: () => void } | null;
  marking: Marking;
}

function PlayGroup({ playback, deck }: { playback: Playback; deck: Deck }): JSX.Element {
  const isOn = playback.wished.value;
  const name = isOn ? t("player.pause") : t("app.play");
  return (
    <div class="play-group">
      <IconButton icon="back10" label={t("player.back10")} onClick={() => deck.step(-1)} />
      <button
        type="button"
        class="icon-button play-button"
        aria-label={name}
        title={name}
        onClick={() => deck.toggle()}
      >
        <Icon name={isOn ? "pause" : "play"} />
      </button>
      <IconButton icon="forward10" label={t("player.forward10")} onClick={() => deck.step(1)} />
    </div>
  );
}

/** The lists come while the film begins, and at the latest when one is opened. */
function useMenus(isWanted: boolean): Menus | null {
  const [menus, setMenus] = useState<Menus | null>(null);
  useEffect(() => {
    if (isWanted && menus === null) import("./menus.tsx").then(setMenus, () => undefined);
  }, [isWanted, menus]);
  return menus;
}

/** What is on or off over the picture; what cannot be is not offered. */
function moreItems({ marking, stats, pip }: ControlsProps): MenuItem[] {
  const items: MenuItem[] = [
    { label: t("player.stats"), chosen: stats.isOpen, choose: stats.toggle },
  ];
  if (marking.toggle !== null)
    items.unshift({ label: t("player.mark"), chosen: marking.isOpen, choose: marking.toggle });
  if (pip !== null) items.push({ label: t("player.pip"), chosen: pip.isOpen, choose: pip.toggle });
  return items;
}

function MenuButtons(props: ControlsProps): JSX.Element {
  const [open, setOpen] = useState<"chapters" | "sound" | "captions" | "more" | null>(null);
  const chapters = dividing(props.answer.chapters);
  const { answer, video, track, setTrack, playback, deck } = props;
  const menus = useMenus(open !== null || !playback.waiting.value);
  const opener = (name: typeof open) => ({
    isAbove: true,
    open: open === name,
    setOpen: (is: boolean) => setOpen(is ? name : null),
  });
  return (
    <>
      {chapters.length > 0 && (
        <Menu
          icon="chapters"
          label={t("player.chapters")}
          groups={() => [chapterGroup(chapters, playback.time.value, deck)]}
          {...opener("chapters")}
        />
      )}
      {answer.audio.length > 0 && (
        <Menu
          icon="sound"
          label={t("player.sound")}
          groups={menus && (() => [menus.audioGroup(video, answer, playback)])}
          {...opener("sound")}
        />
      )}
      <Menu
        icon="captions"
        label={t("player.captions")}
        groups={
          menus && (() => menus.subtitleGroups(answer, track, setTrack, props.look, props.online))
        }
        {...opener("captions")}
      />
      <Menu
        icon="gear"
        label={t("player.more.menu")}
        groups={
          menus &&
          (() => [
            ...(playback.feed.qualities.value.length > 0
              ? [menus.qualityGroup(answer, playback)]
              : []),
            menus.rateGroup(playback.rate.value, deck.setRate),
            { title: t("player.more"), kind: "menuitemcheckbox", items: moreItems(props) },
          ])
        }
        {...opener("more")}
      />
    </>
  );
}

function Top({ answer, show, leave }: ControlsProps): JSX.Element {
  const code =
    answer.season === null || answer.episode === null
      ? ""
      : `${episodeCode(answer.season, answer.episode)}  ·  `;
  return (
    <div class="player-top">
      <IconButton icon="back" label={t("title.back")} onClick={leave} />
      <h1>
        {code}
        {answer.title}
        {show !== null && <span class="player-show">{show}</span>}
      </h1>
      <NeedsHttps class="player-note">{t("player.screen")}</NeedsHttps>
    </div>
  );
}

export function Controls(props: ControlsProps): JSX.Element {
  const { playback, deck } = props;
  if (playback.problem.value !== null) return <Top {...props} />;
  const rate = playback.rate.value;
  return (
    <>
      <Top {...props} />
      <div class="controls">
        <SeekBar
          playback={playback}
          deck={deck}
          chapters={dividing(props.answer.chapters)}
          thumbnails={props.answer.thumbnails}
        />
        <div class="controls-row" data-rail>
          <PlayGroup playback={playback} deck={deck} />
          <Volume playback={playback} deck={deck} />
          <span class="player-time">
            {clock(deck.aimed.value ?? playback.time.value)} / {clock(playback.duration.value)}
            {rate !== 1 && <span class="player-rate">{rateText(rate)}</span>}
          </span>
          <span class="spring" />
          {props.toNext && (
            <IconButton icon="next" label={t("player.next")} onClick={props.toNext} />
          )}
          <MenuButtons {...props} />
          <span class="key-button">
            <IconButton
              icon="help"
              label={t("player.keys")}
              onClick={() => {
                isHelpShown.value = true;
              }}
            />
          </span>
          <IconButton icon="full" label={t("player.full")} onClick={props.full} />
        </div>
      </div>
    </>
  );
}
