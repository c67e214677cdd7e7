// How times, sizes, numbers and names are written for people, in their language.
import { number } from "./brief.ts";
import { locale, t } from "./messages.ts";

export { episodeCode, genre, length, list, number, percent } from "./brief.ts";

/** With so many places behind the point. */
export function decimal(n: number, places: number): string {
  return number(n, { minimumFractionDigits: places, maximumFractionDigits: places });
}

/** "2024-02-29" → "Feb 29, 2024"; what is no date stays as it is. */
export function day(date: string): string {
  const at = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return at.toLocaleDateString(locale(), { dateStyle: "medium", timeZone: "UTC" });
}

/** A moment, here: "Feb 29, 2024, 8:15 PM". */
export function moment(time: string): string {
  return new Date(time).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}

/** 3723 → "1:02:03", 63 → "1:03". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** 1536 → "1.5 kB". */
export function bytes(n: number | null | undefined): string {
  if (n === null || n === undefined) return "";
  let unit = 0;
  let value = n;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const places = unit > 0 && value < 10 ? 1 : 0;
  return t(`app.unit.${UNITS[unit] ?? "B"}`, { n: decimal(value, places) });
}

/** 1536 → "1.5 kB/s". */
export function rate(n: number): string {
  return t("app.unit.rate", { size: bytes(n) });
}

/** "de" → "German"; "und" and nothing → "Unknown language". */
export function language(tag: string | null | undefined, within = locale()): string {
  if (!tag || tag === "und") return t("app.language.unknown");
  try {
    return new Intl.DisplayNames([within], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A language as those who speak it write it: who reads no other finds it. */
export function ownName(tag: string): string {
  const name = language(tag, tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

const CONTAINERS: Record<string, string> = {
  webm: "WebM",
  matroska: "Matroska",
  mpegts: "MPEG-TS",
  asf: "Windows Media",
  ogg: "Ogg",
};

/** "matroska" → "Matroska", "mp4" → "MP4". */
export function container(name: string): string {
  if (name === "other") return t("app.container.unknown");
  return CONTAINERS[name] ?? name.toUpperCase();
}

/** A track by its title or language; what is known of neither is named by its
 * codec alone. */
export function trackName(
  track: { title: string | null; language: string | null; codec: string },
  more = "",
): string {
  const known = track.language && track.language !== "und" ? language(track.language) : null;
  const name = track.title ?? known;
  return name === null ? `${track.codec}${more}` : `${name} (${track.codec}${more})`;
}
