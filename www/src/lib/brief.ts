// How what the first screen says is written for people, in their language; all else
// is in format.ts, which gives these as well.
import { locale, said, t } from "./messages.ts";

const numbers = new Map<string, Intl.NumberFormat>();

/** 1234.5 → "1,234.5". */
export function number(n: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  const format = numbers.get(key) ?? new Intl.NumberFormat(locale(), options);
  numbers.set(key, format);
  return format.format(n);
}

/** 0.557 → "56%"; what is more than all is all. */
export function percent(share: number): string {
  return number(Math.min(1, Math.max(0, share)), { style: "percent" });
}

/** What is told one after the other: "a, b". */
export function list(parts: string[]): string {
  return parts.filter((part) => part !== "").join(t("app.comma"));
}

/** A genre in the language of now; one that only the catalogue knows, as it says. */
export function genre(name: string): string {
  return said(`codes.genre.${name}`, name);
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

/** Season 2, episode 3 → "S2 E3". */
export function episodeCode(season: number, episode: number): string {
  return t("app.episode", { season: String(season), episode: String(episode) });
}
