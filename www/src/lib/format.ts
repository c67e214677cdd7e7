// How times, sizes and names are written for people.

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
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < SHORT_S) {
    const rest = Math.round(seconds) % 60;
    return `${Math.floor(Math.round(seconds) / 60)} min${rest > 0 ? ` ${rest} s` : ""}`;
  }
  const minutes = Math.round(seconds / 60);
  const h = Math.floor(minutes / 60);
  return h > 0 ? `${h} h ${minutes % 60} min` : `${minutes} min`;
}

/** 1536 → "1.5 kB". */
export function bytes(n: number | null | undefined): string {
  if (n === null || n === undefined) return "";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = n;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** 1536 → "1.5 kB/s". */
export function rate(n: number): string {
  return `${bytes(n)}/s`;
}

/** "de" → "German"; "und" and nothing → "Unknown language". */
export function language(tag: string | null | undefined): string {
  if (!tag || tag === "und") return "Unknown language";
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Season 2, episode 3 → "S2 E3". */
export function episodeCode(season: number, episode: number): string {
  return `S${season} E${episode}`;
}

const CONTAINERS: Record<string, string> = {
  webm: "WebM",
  matroska: "Matroska",
  mpegts: "MPEG-TS",
  asf: "Windows Media",
  ogg: "Ogg",
  other: "unknown",
};

/** "matroska" → "Matroska", "mp4" → "MP4". */
export function container(name: string): string {
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
