// Settings as the form edits them.
import type { Setting } from "../../api/index.ts";
import { number } from "../../lib/format.ts";
import { named, said, t } from "../../lib/messages.ts";

export type Changes = Record<string, Setting["value"]>;

export interface Area {
  name: string;
  title: string;
  settings: Setting[];
}

/** The rows by the word before the dot, in the order in which they come. */
export function areas(settings: Setting[]): Area[] {
  const found: Area[] = [];
  for (const setting of settings) {
    const name = setting.name.split(".")[0] ?? "";
    let area = found.find((a) => a.name === name);
    if (area === undefined) {
      area = { name, title: named(`settings.area.${name}`, name), settings: [] };
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
const SCALES = {
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
} as const;

/** A value as people read it, never rounded: 900 seconds → "15 min". */
export function shown(setting: Setting, value: Setting["value"]): string {
  const { unit, zero } = setting;
  if (typeof value === "boolean") return t(value ? "settings.on" : "settings.off");
  if (typeof value !== "number" || unit === null) return String(value ?? "");
  if (value === 0 && zero !== null) return said(`codes.setting.${setting.name}.zero`, zero);
  if (unit === "percent") return number(value / 100, { style: "percent" });
  const scales = unit === "seconds" ? SCALES.seconds : SCALES.bytes;
  const [size, name] = scales.find(([size]) => value !== 0 && value % size === 0) ?? [1, "s"];
  const key = value === 0 && unit !== "seconds" ? "B" : name;
  const text = t(`settings.shown.${key}`, { n: value / size });
  return unit === "bytes per second" ? t("app.unit.rate", { size: text }) : text;
}

const unitName = (unit: NonNullable<Setting["unit"]>): string =>
  unit === "percent"
    ? "%"
    : t(unit === "bytes per second" ? "settings.unit.rate" : `settings.unit.${unit}`);

/** What stands beside the field: its unit, and the number as people read it
 * where that says more. */
export function besides(setting: Setting, value: Setting["value"]): string[] {
  if (setting.unit === null) return [];
  const unit = unitName(setting.unit);
  if (typeof value !== "number" || Number.isNaN(value)) return [unit];
  const text = shown(setting, value);
  return text.startsWith(number(value)) ? [unit] : [unit, `= ${text}`];
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
