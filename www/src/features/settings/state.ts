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
  http: "Web",
  cors: "Other origins",
  handler: "Handlers",
  auth: "Sign-in",
  stream: "Streaming",
  library: "Library",
  net: "Torrents",
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

/** "auth.accessTtl" → "Access ttl". */
export function labelOf(setting: Setting): string {
  const word = setting.name.split(".").slice(1).join(" ") || setting.name;
  const spaced = word.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
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
