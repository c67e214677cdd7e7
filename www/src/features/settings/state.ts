// Settings as the form edits them.
import type { Setting } from "../../api/index.ts";

export type Changes = Record<string, Setting["value"]>;

export interface Area {
  name: string;
  title: string;
  settings: Setting[];
}

const TITLES: Record<string, string> = {
  state: "Data",
  setup: "Set-up",
  http: "Web",
  tls: "Secure connection (https)",
  cors: "Other origins",
  handler: "Handlers",
  auth: "Sign-in",
  stream: "Streaming",
  library: "Library",
  net: "Torrents",
  films: "Open films",
  downloads: "Downloads",
  seed: "Sharing",
  storage: "Storage",
  backup: "Backups",
};

/** The rows by the word before the dot, in the order in which they come. */
export function areas(settings: Setting[]): Area[] {
  const found: Area[] = [];
  for (const setting of settings) {
    const name = setting.name.split(".")[0] ?? "";
    let area = found.find((a) => a.name === name);
    if (area === undefined) {
      area = { name, title: TITLES[name] ?? name, settings: [] };
      found.push(area);
    }
    area.settings.push(setting);
  }
  return found;
}

/** The parts of the page, with the areas in each; what is in none is the
 * server's own. */
const GROUPS: { name: Group; areas: string[] }[] = [
  { name: "access", areas: ["http", "tls", "cors"] },
  { name: "people", areas: ["auth", "setup"] },
  { name: "watching", areas: ["stream", "library"] },
  { name: "downloads", areas: ["net", "films", "downloads", "seed", "storage"] },
];

export type Group = "access" | "people" | "watching" | "downloads" | "server";

/** The areas by the part of the page on which they are. */
export function groups(settings: Setting[]): { name: Group; areas: Area[] }[] {
  const all = areas(settings);
  const known = GROUPS.flatMap((group) => group.areas);
  const of = (names: string[]): Area[] =>
    names.flatMap((name) => all.filter((area) => area.name === name));
  const rest = all.filter(({ name }) => !known.includes(name));
  return [
    ...GROUPS.map((group) => ({ name: group.name, areas: of(group.areas) })),
    { name: "server", areas: rest },
  ];
}

/** What stands behind a number; those of sizes are powers of two, then of ten. */
const SCALES: Record<string, [number, string][]> = {
  seconds: [
    [86400, "days"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ],
  bytes: [
    [2 ** 40, "TiB"],
    [1e12, "TB"],
    [2 ** 30, "GiB"],
    [1e9, "GB"],
    [2 ** 20, "MiB"],
    [1e6, "MB"],
    [1024, "KiB"],
    [1000, "kB"],
    [1, "B"],
  ],
  percent: [[1, "%"]],
};

/** A value as people read it, never rounded: 900 seconds → "15 min". */
export function shown(setting: Setting, value: Setting["value"]): string {
  if (typeof value !== "number" || setting.unit === null) return String(value ?? "");
  if (value === 0 && setting.zero !== null) return setting.zero;
  const scales = SCALES[setting.unit.replace(" per second", "")] ?? [];
  const fits = ([size]: [number, string]): boolean => value !== 0 && value % size === 0;
  const [size, name] = scales.find(fits) ?? scales.at(-1) ?? [1, setting.unit];
  const n = value / size;
  const unit = name === "days" && n === 1 ? "day" : name;
  return `${n} ${unit}${setting.unit.endsWith(" per second") ? "/s" : ""}`;
}

/** What stands beside the field: its unit, and the number as people read it
 * where that says more. */
export function besides(setting: Setting, value: Setting["value"]): string[] {
  if (setting.unit === null) return [];
  const unit = setting.unit === "percent" ? "%" : setting.unit;
  if (typeof value !== "number" || Number.isNaN(value)) return [unit];
  const text = shown(setting, value);
  return text.startsWith(`${value} `) ? [unit] : [unit, `= ${text}`];
}

/** What the environment or the file decides cannot be changed here. */
export function isFixed(setting: Setting): boolean {
  return setting.source === "environment" || setting.source === "file";
}

/** A field's text as a value of the setting's type; "" goes back to the default. */
export function fromText(setting: Setting, text: string): Setting["value"] {
  if (setting.type === "integer") return text.trim() === "" ? null : Number(text);
  return text;
}
