// What the player's menus offer; loaded when the film plays.
import type { Play } from "../../api/index.ts";
import { trackName } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import type { MenuGroup, MenuItem } from "../../ui/menu.tsx";
import { codecName } from "./capability.ts";
import { RATES, rateText } from "./deck.ts";
import { comesByHls, ORIGINAL, type Quality } from "./feed.ts";
import type { Playback } from "./playback.ts";
import { subtitleName } from "./subtitles.ts";

/** What is named alike is numbered. */
function numbered(items: MenuItem[]): MenuItem[] {
  const same = (label: string): boolean => items.filter((one) => one.label === label).length > 1;
  return items.map((one, i) =>
    same(one.label) ? { ...one, label: `${one.label} ${i + 1}` } : one,
  );
}

/** Off, those of words, how they look, and those of pictures, which a browser cannot
 * show: they are drawn into the film's where that can be made. */
export function subtitleGroups(
  answer: Pick<Play, "subtitles" | "hlsUrl">,
  chosen: number,
  choose: (track: number) => void,
  look: () => void,
  online: (() => void) | null,
): MenuGroup[] {
  const canDraw = comesByHls(answer);
  const named = answer.subtitles.map((track, place) => ({
    label: subtitleName(track),
    chosen: place === chosen,
    choose: () => choose(place),
    picture: track.picture,
  }));
  const words = named.filter(({ picture }) => !picture);
  const drawn = named.filter(({ picture }) => picture);
  const off = { label: t("player.captions.none"), chosen: chosen === -1, choose: () => choose(-1) };
  const groups: MenuGroup[] = [{ kind: "menuitemradio", items: [off, ...numbered(words)] }];
  if (drawn.length > 0)
    groups.push({
      title: t("player.captions.drawn"),
      kind: "menuitemradio",
      items: numbered(canDraw ? drawn : drawn.map(({ label }) => ({ label, chosen: false }))),
      note: canDraw ? t("player.captions.drawn.into") : t("player.captions.drawn.note"),
    });
  const search = { label: t("player.online"), choose: online ?? undefined };
  const set = { label: t("player.look"), choose: look };
  groups.push({ kind: "menuitem", items: online === null ? [set] : [search, set] });
  return groups;
}

interface AudioTrackList {
  length: number;
  [place: number]: { enabled: boolean };
}

/** The sound tracks. Of a file itself only some browsers let a page choose; by HLS each
 * can be heard. */
export function audioGroup(
  video: HTMLVideoElement | null,
  answer: Play,
  { feed, time }: Playback,
): MenuGroup {
  const { audio } = answer;
  const own = (video as { audioTracks?: AudioTrackList } | null)?.audioTracks;
  const isOurs = own !== undefined && own.length === audio.length;
  const canTurn = comesByHls(answer);
  const main = Math.max(
    0,
    audio.findIndex((track) => track.default),
  );
  const chosen = feed.wish.value.sound ?? main;
  const hear = (place: number): void => {
    feed.choose({ sound: place }, time.value);
  };
  const enable = (place: number): void => {
    for (let i = 0; isOurs && i < own.length; i++) {
      const other = own[i];
      if (other) other.enabled = i === place;
    }
  };
  const items = audio.map((track, place) => ({
    label: `${place + 1}. ${trackName(track)}`,
    chosen: isOurs ? own[place]?.enabled === true : place === chosen,
    choose: isOurs ? () => enable(place) : canTurn ? () => hear(place) : undefined,
  }));
  const isStuck = audio.length > 1 && !isOurs && !canTurn;
  const note = isStuck ? t("player.sound.note") : undefined;
  return { kind: "menuitemradio", items, note };
}

function qualityText({ name, height }: Quality): string {
  const lines = height > 0 ? t("player.quality.lines", { n: String(height) }) : "";
  if (name !== ORIGINAL) return lines;
  return lines === ""
    ? t("player.quality.original")
    : t("player.quality.original.lines", { quality: lines });
}

/** In which way it comes, and why, in words. */
export function wayText(
  { method, reason, media, audio }: Play,
  isByHls: boolean,
  isDrawn = false,
): string {
  if (isDrawn) return t("player.way.drawn");
  const sound = (audio.find((track) => track.default) ?? audio[0])?.codec ?? "";
  const picture = codecName(media?.videoCodec ?? "");
  if (method === "direct") return isByHls ? t("player.way.chosen") : t("player.way.direct");
  switch (reason.code) {
    case "sound":
      return t("player.way.sound", { codec: sound });
    case "picture":
      return t("player.way.picture", { codec: picture });
    case "depth":
    case "hdr":
    case "size":
      return t(`player.way.${reason.code}`);
    default:
      return t("player.way.container");
  }
}

/** What the line carries, or one quality that stays; with why it comes as it does. */
export function qualityGroup(answer: Play, { feed, time }: Playback): MenuGroup {
  const isByHls = feed.kind.value === "hls";
  const { quality, drawn } = feed.wish.value;
  const shown = feed.qualities.value.find(({ name }) => name === feed.shown.value);
  const auto =
    shown === undefined || quality !== null || !isByHls
      ? t("player.quality.auto")
      : t("player.quality.auto.now", { quality: qualityText(shown) });
  const choose = (name: string | null) => () => feed.choose({ quality: name }, time.value);
  const named = feed.qualities.value.map((one) => ({
    label: qualityText(one),
    chosen: isByHls ? quality === one.name : one.name === ORIGINAL,
    choose: choose(one.name),
  }));
  const first = { label: auto, chosen: quality === null, choose: choose(null) };
  return {
    title: t("player.quality"),
    kind: "menuitemradio",
    items: isByHls ? [first, ...named] : named,
    note: wayText(answer, isByHls, drawn !== null),
  };
}

export function rateGroup(now: number, set: (rate: number) => void): MenuGroup {
  const items = RATES.map((rate) => ({
    label: rateText(rate),
    chosen: rate === now,
    choose: () => set(rate),
  }));
  return { title: t("player.speed"), kind: "menuitemradio", items };
}
