// What the player's menus offer; loaded when the film plays.
import type { Play } from "../../api/index.ts";
import { trackName } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import type { MenuGroup, MenuItem } from "../../ui/menu.tsx";
import { RATES, rateText } from "./deck.ts";
import { type Subtitle, subtitleName } from "./subtitles.ts";

/** What is named alike is numbered. */
function numbered(items: MenuItem[]): MenuItem[] {
  const same = (label: string): boolean => items.filter((one) => one.label === label).length > 1;
  return items.map((one, i) =>
    same(one.label) ? { ...one, label: `${one.label} ${i + 1}` } : one,
  );
}

type Inner = NonNullable<Play["media"]>["subtitles"];

/** Off, those beside the file, and those inside it, which a browser cannot show. */
export function subtitleGroups(
  tracks: Subtitle[],
  inner: Inner,
  chosen: number,
  choose: (track: number) => void,
): MenuGroup[] {
  const named = tracks.map((track, place) => ({
    label: subtitleName(track),
    chosen: place === chosen,
    choose: () => choose(place),
  }));
  const off = { label: t("player.captions.none"), chosen: chosen === -1, choose: () => choose(-1) };
  const groups: MenuGroup[] = [{ kind: "menuitemradio", items: [off, ...numbered(named)] }];
  if (inner.length > 0)
    groups.push({
      title: t("player.captions.inner"),
      kind: "menuitemradio",
      items: numbered(inner.map((track) => ({ label: trackName(track), chosen: false }))),
      note: t("player.captions.inner.note"),
    });
  return groups;
}

interface AudioTrackList {
  length: number;
  [place: number]: { enabled: boolean };
}

/** The sound tracks; only some browsers let a page choose among them. */
export function audioGroup(video: HTMLVideoElement | null, audio: Play["audio"]): MenuGroup {
  const own = (video as { audioTracks?: AudioTrackList } | null)?.audioTracks;
  const isOurs = own !== undefined && own.length === audio.length;
  const main = Math.max(
    0,
    audio.findIndex((track) => track.default),
  );
  const items = audio.map((track, place) => ({
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
  return { kind: "menuitemradio", items, note };
}

export function rateGroup(now: number, set: (rate: number) => void): MenuGroup {
  const items = RATES.map((rate) => ({
    label: rateText(rate),
    chosen: rate === now,
    choose: () => set(rate),
  }));
  return { title: t("player.speed"), kind: "menuitemradio", items };
}
