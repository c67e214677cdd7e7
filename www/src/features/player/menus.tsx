// The lists that the player's menus open; loaded when the film plays.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { actionOf } from "../../lib/actions.ts";
import { trackName } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Icon } from "../../ui/icons.tsx";
import { RATES, rateText } from "./deck.ts";
import { type Subtitle, subtitleName } from "./subtitles.ts";

export interface Choice {
  label: string;
  chosen: boolean;
  /** Absent where it is there and cannot be chosen. */
  choose?: () => void;
}

export interface Group {
  title?: string;
  /** One of them holds, or each is on or off by itself. */
  kind: "menuitemradio" | "menuitemcheckbox";
  choices: Choice[];
  note?: string;
}

export function MenuList(props: {
  label: string;
  groups: Group[];
  /** Its button, which keeps the press that opened it. */
  button: { current: HTMLElement | null };
  shut: () => void;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const { button, shut } = props;
  useEffect(() => {
    const items = list.current;
    items?.querySelector<HTMLElement>("[aria-checked=true], [role^=menuitem]")?.focus();
    const away = (event: Event): void => {
      const target = event.target as Node;
      if (!items?.contains(target) && !button.current?.contains(target)) shut();
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [button, shut]);
  const leave = (): void => {
    shut();
    button.current?.focus();
  };
  return (
    <div
      class="menu-list"
      ref={list}
      role="menu"
      aria-label={props.label}
      onKeyDown={(event) => {
        if (actionOf(event, "everywhere") !== "back") return;
        event.preventDefault();
        leave();
      }}
    >
      {props.groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of a menu is no set of fields
        <div key={group.title} role="group" aria-label={group.title ?? props.label}>
          {group.title && <p class="menu-title">{group.title}</p>}
          {group.choices.map((choice) => (
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both kinds are checked or not
            <button
              key={choice.label}
              type="button"
              role={group.kind}
              aria-checked={choice.chosen}
              aria-disabled={choice.choose === undefined && !choice.chosen}
              onClick={() => {
                if (choice.choose === undefined && !choice.chosen) return;
                choice.choose?.();
                leave();
              }}
            >
              <span class="menu-check">{choice.chosen && <Icon name="check" />}</span>
              {choice.label}
            </button>
          ))}
          {group.note && <p class="hint">{group.note}</p>}
        </div>
      ))}
    </div>
  );
}

/** What is named alike is numbered. */
function numbered(choices: Choice[]): Choice[] {
  const same = (label: string): boolean => choices.filter((c) => c.label === label).length > 1;
  return choices.map((c, i) => (same(c.label) ? { ...c, label: `${c.label} ${i + 1}` } : c));
}

type Inner = NonNullable<Play["media"]>["subtitles"];

/** Off, those beside the file, and those inside it, which a browser cannot show. */
export function subtitleGroups(
  tracks: Subtitle[],
  inner: Inner,
  chosen: number,
  choose: (track: number) => void,
): Group[] {
  const named = tracks.map((track, place) => ({
    label: subtitleName(track),
    chosen: place === chosen,
    choose: () => choose(place),
  }));
  const off = { label: t("player.captions.none"), chosen: chosen === -1, choose: () => choose(-1) };
  const groups: Group[] = [{ kind: "menuitemradio", choices: [off, ...numbered(named)] }];
  if (inner.length > 0)
    groups.push({
      title: t("player.captions.inner"),
      kind: "menuitemradio",
      choices: numbered(inner.map((track) => ({ label: trackName(track), chosen: false }))),
      note: t("player.captions.inner.note"),
    });
  return groups;
}

interface AudioTrackList {
  length: number;
  [place: number]: { enabled: boolean };
}

/** The sound tracks; only some browsers let a page choose among them. */
export function audioGroup(video: HTMLVideoElement | null, audio: Play["audio"]): Group {
  const own = (video as { audioTracks?: AudioTrackList } | null)?.audioTracks;
  const isOurs = own !== undefined && own.length === audio.length;
  const main = Math.max(
    0,
    audio.findIndex((track) => track.default),
  );
  const choices = audio.map((track, place) => ({
    label: `${place + 1}. ${trackName(track)}`,
    chosen: isOurs ? own[place]?.enabled === true : place === main,
    choose: isOurs
      ? () => {
          for (let i = 0; i < own.length; i++) {
            const other = own[i];
            if (other) other.enabled = i === place;
          }
        }
      : undefined,
  }));
  const isStuck = audio.length > 1 && !isOurs;
  const note = isStuck ? t("player.sound.note") : undefined;
  return { kind: "menuitemradio", choices, note };
}

export function rateGroup(now: number, set: (rate: number) => void): Group {
  const choices = RATES.map((rate) => ({
    label: rateText(rate),
    chosen: rate === now,
    choose: () => set(rate),
  }));
  return { title: t("player.speed"), kind: "menuitemradio", choices };
}
