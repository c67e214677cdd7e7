// The player's menus: subtitles, sound.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Play } from "../../api/index.ts";
import { actionOf } from "../../lib/actions.ts";
import { language, trackName } from "../../lib/format.ts";
import { Icon, type IconName } from "../../ui/icons.tsx";
import type { Subtitle } from "./subtitles.ts";

export interface Choice {
  label: string;
  chosen: boolean;
  choose?: () => void;
}

/** A button that opens a list above itself. */
export function Menu(props: {
  icon: IconName;
  label: string;
  choices: Choice[];
  note?: string;
  open: boolean;
  setOpen: (open: boolean) => void;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { open, setOpen } = props;
  useEffect(() => {
    if (!open) return;
    list.current?.querySelector<HTMLElement>("[aria-checked=true], [role]")?.focus();
    const away = (event: Event): void => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open, setOpen]);
  const shut = (event: KeyboardEvent): void => {
    if (!open || actionOf(event, "everywhere") !== "back") return;
    event.preventDefault();
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the buttons inside
    <div class="menu" onKeyDown={shut}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={props.icon} />
      </button>
      {open && (
        <div class="menu-list" ref={list} role="menu" aria-label={props.label}>
          {props.choices.map((choice) => (
            <button
              key={choice.label}
              type="button"
              role="menuitemradio"
              aria-checked={choice.chosen}
              disabled={choice.choose === undefined && !choice.chosen}
              onClick={() => {
                choice.choose?.();
                setOpen(false);
                button.current?.focus();
              }}
            >
              <span class="menu-check">{choice.chosen && <Icon name="check" />}</span>
              {choice.label}
            </button>
          ))}
          {props.note && <p class="hint">{props.note}</p>}
        </div>
      )}
    </div>
  );
}

export function subtitleChoices(
  tracks: Subtitle[],
  chosen: number,
  choose: (track: number) => void,
): Choice[] {
  const named = tracks.map((track, place) => {
    const marks = [track.forced && "forced", track.hearingImpaired && "SDH"].filter(Boolean);
    const name = track.title ?? language(track.language);
    const label = `${name}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`;
    return { label, chosen: place === chosen, choose: () => choose(place) };
  });
  const same = (label: string): boolean => named.filter((n) => n.label === label).length > 1;
  return [
    { label: "Off", chosen: chosen === -1, choose: () => choose(-1) },
    ...named.map((n, i) => (same(n.label) ? { ...n, label: `${n.label} ${i + 1}` } : n)),
  ];
}

interface AudioTrackList {
  length: number;
  [place: number]: { enabled: boolean };
}

/** The sound tracks; only some browsers let a page choose among them. */
export function audioChoices(video: HTMLVideoElement | null, audio: Play["audio"]): Choice[] {
  const own = (video as { audioTracks?: AudioTrackList } | null)?.audioTracks;
  const isOurs = own !== undefined && own.length === audio.length;
  return audio.map((track, place) => ({
    label: `${place + 1}. ${trackName(track)}`,
    chosen: isOurs ? own[place]?.enabled === true : place === 0,
    choose: isOurs
      ? () => {
          for (let i = 0; i < own.length; i++) {
            const other = own[i];
            if (other) other.enabled = i === place;
          }
        }
      : undefined,
  }));
}
