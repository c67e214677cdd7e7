// Settings as the form edits them.
import type { Setting } from "../../api/index.ts";
import { number } from "../../lib/format.ts";
import { named, said, t } from "../../lib/messages.ts";

export type Changes = Record<string, Setting["value"]>;

export interface Area {
  name: string;
  title: string;
  /** What it is about, in a sentence. */
  text: string;
  settings: Setting[];
}

/** The rows by the word before the dot, in the order in which they come. */
export function areas(settings: Setting[]): Area[] {
  const found: Area[] = [];
  for (const setting of settings) {
    const name = setting.name.split(".")[0] ?? "";
    let area = found.find((a) => a.name === name);
    if (area === undefined) {
      const title = named(`settings.area.${name}`, name);
      area = { name, title, text: named(`settings.about.${name}`, ""), settings: [] };
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
  { name: "watching", areas: ["stream", "library", "transcode", "thumbnails", "opensubtitles"] },
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

/** How many of the base unit, and its name. */
export type Scale = readonly [size: number, name: UnitName];
type UnitName = "B" | "kB" | "KiB" | "MB" | "MiB" | "GB" | "GiB" | "TB" | "TiB" | Time;
type Time = "s" | "min" | "h" | "days";

const ONE: Scale = [1, "B"];

/** The units of numbers, the largest first; of two of a kind that with powers of two. */
const SCALES: Record<"seconds" | "bytes", readonly Scale[]> = {
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
    ONE,
  ],
};

function known({ unit }: Setting): readonly Scale[] {
  if (unit === "seconds") return SCALES.seconds;
  return unit === "bytes" || unit === "bytes per second" ? SCALES.bytes : [];
}

const dividing = (setting: Setting, value: Setting["value"]): Scale | undefined =>
  typeof value === "number" && value !== 0
    ? known(setting).find(([size]) => value % size === 0)
    : undefined;

/** The largest unit in which a value has no fraction; that of the default for one
 * that is nothing. */
export function scaleOf(setting: Setting, value: Setting["value"]): Scale {
  const wanted = setting.unit === "bytes" ? "GB" : "MB";
  const usual = known(setting).find(([, name]) => name === wanted || name === "min");
  return dividing(setting, value) ?? dividing(setting, setting.default) ?? usual ?? ONE;
}

/** The units that are offered: those of ten in which the setting's largest value is
 * at least one, and the one it has. */
export function scalesOf(setting: Setting, own: Scale): readonly Scale[] {
  const most = setting.max ?? Number.POSITIVE_INFINITY;
  const isOffered = ([size, name]: Scale): boolean =>
    size <= most && name !== "B" && !name.endsWith("iB");
  const found = known(setting).filter((one) => one[1] === own[1] || isOffered(one));
  return found.length === 0 ? [own] : found;
}

/** The unit beside a field; a count has none. */
export function unitName({ unit }: Setting, [, name]: Scale): string {
  if (unit === null) return "";
  if (unit === "percent") return "%";
  const text = t(`settings.unit.${name}`);
  return unit === "bytes per second" ? t("app.unit.rate", { size: text }) : text;
}

/** A value as people read it, never rounded: 900 seconds → "15 min". */
export function shown(setting: Setting, value: Setting["value"]): string {
  const { unit, zero } = setting;
  if (typeof value === "boolean") return t(value ? "settings.on" : "settings.off");
  if (setting.type === "choice") return said(`codes.choice.${value}`, String(value));
  if (typeof value !== "number" || unit === null) return String(value ?? "");
  if (value === 0 && zero !== null) return said(`codes.setting.${setting.name}.zero`, zero);
  if (unit === "percent") return number(value / 100, { style: "percent" });
  const [size, name] = dividing(setting, value) ?? [1, unit === "seconds" ? "s" : "B"];
  const text = t(`settings.shown.${name}`, { n: value / size });
  return unit === "bytes per second" ? t("app.unit.rate", { size: text }) : text;
}

/** What is needed before the database is open: the environment or the file alone
 * decide it, and the server refuses it from anywhere else. */
export const AT_START = [
  ...["state.dir", "http.port", "http.bind", "http.webserver", "http.publicUrl"],
  ...["http.basePath", "tls.port", "tls.certificate", "tls.key"],
];

/** What the environment or the file decides cannot be changed here. */
export function isFixed({ name, source }: Setting): boolean {
  return source === "environment" || source === "file" || AT_START.includes(name);
}

/** What is for somebody who knows the inside. What is new is for everybody. */
const ADVANCED = [
  ...["http.webserver", "http.basePath", "http.hosts", "http.trustedProxies"],
  ...["auth.accessTtl", "auth.refreshTtl", "auth.bodyTokens"],
  ...["stream.keyTtl", "stream.keyMax", "library.maxFiles", "library.probes"],
  ...["net.listen", "net.connections", "net.dht", "net.lsd", "net.utp", "net.trackers"],
  ...["net.torrentTrackers", "net.saveInterval", "net.metadataLimit", "net.peerLimit"],
  ...["net.stallLimit", "opensubtitles.url"],
];

export const isAdvanced = ({ name }: Setting): boolean => ADVANCED.includes(name);

/** A field's text as a value of the setting's type; "" goes back to the default. */
export function fromText(setting: Setting, text: string): Setting["value"] {
  if (setting.type === "integer") return text.trim() === "" ? null : Number(text);
  return text;
}
