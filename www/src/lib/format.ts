// How times, sizes, numbers and names are written for people, in their language.
import { locale, t } from "./messages.ts";

const numbers = new Map<string, Intl.NumberFormat>();

/** 1234.5 → "1,234.5". */
export function number(n: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  const format = numbers.get(key) ?? new Intl.NumberFormat(locale(), options);
  numbers.set(key, format);
  return format.format(n);
}

/** With so many places behind the point. */
export function decimal(n: number, places: number): string {
  return number(n, { minimumFractionDigits: places, maximumFractionDigits: places });
}

/** 0.557 → "56%"; what is more than all is all. */
export function percent(share: number): string {
  return number(Math.min(1, Math.max(0, share)), { style: "percent" });
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

/** What is told one after the other: "a, b". */
export function list(parts: string[]): string {
  return parts.filter((part) => part !== "").join(t("app.comma"));
}

/** 3723 → "1:02:03", 63 → "1:03". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

const SHORT_S = 600;

/** 5400 → "1 h 30 min", 90 → "1 min 30 s", 40 → "40 s". */
export function length(seconds: number | null | undefined): string {
  if (!seconds) return "";
  const all = Math.round(seconds);
  if (seconds < 60) return t("app.time.s", { s: all });
  if (seconds < SHORT_S) {
    const [m, s] = [Math.floor(all / 60), all % 60];
    return s > 0 ? t("app.time.ms", { m, s }) : t("app.time.m", { m });
  }
  const minutes = Math.round(seconds / 60);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return h > 0 ? t("app.time.hm", { h, m }) : t("app.time.m", { m });
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

/** Season 2, episode 3 → "S2 E3". */
export function episodeCode(season: number, episode: number): string {
  return t("app.episode", { season: String(season), episode: String(episode) });
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
