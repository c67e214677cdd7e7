// The help: what keys and buttons do in a place, from the table of actions.
import { ACTIONS, keyOfButton, type Place, type Row, rowOf } from "./actions.ts";
import { type BareKey, t } from "./messages.ts";

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  ContextMenu: "☰",
};

/** Keys as the help shows them; those of remote controls explain themselves. */
function keyNames(row: Row): string[] {
  if (row.action === "share") return ["0 … 9"];
  if (row.action === "pick") return ["1 … 9"];
  const own = row.keys
    .filter((key) => !/^(Media|Play|Pause|Subtitle|Info|Color|Go|Browser)/.test(key))
    .map((key) => (key === " " ? t("keys.space") : (NAMES[key] ?? key)));
  const held = ACTIONS.filter(({ action }) => action === row.held).flatMap(keyNames);
  return [...held.map((key) => t("keys.held", { key })), ...own];
}

/** Names of a game pad's buttons, by their places in the standard mapping. */
const PAD = "A B X Y LB RB LT RT View Menu LS RS ↑ ↓ ← →".split(" ");

/** The buttons by their lines: each is told to the page as a key. */
function padNames(places: Place[]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [button, name] of PAD.entries()) {
    const key = keyOfButton(button, places);
    const help = key === null ? undefined : rowOf({ key, keyCode: 0 }, places)?.help;
    if (help !== undefined) lines.set(help, [...(lines.get(help) ?? []), name]);
  }
  return lines;
}

export interface Line {
  help: string;
  keys: string;
  /** Buttons of a game pad. */
  pad: string;
}

/** What holds in these places, as the help shows it: of two rows with the same
 * key only that of the earlier place, and nothing that only remotes have. */
export function helpLines(...places: Place[]): Line[] {
  const lines = new Map<string, string[]>();
  const taken = new Map<string, Place>();
  for (const place of places)
    for (const row of ACTIONS)
      if (row.place === place)
        for (const key of keyNames(row)) taken.set(key, taken.get(key) ?? place);
  for (const row of ACTIONS) {
    const names = keyNames(row).filter((key) => taken.get(key) === row.place);
    if (names.length > 0) lines.set(row.help, [...(lines.get(row.help) ?? []), ...names]);
  }
  const pad = padNames(places);
  return [...lines].map(([help, keys]) => ({
    help: t(`keys.${help}` as BareKey),
    keys: keys.join(", "),
    pad: (pad.get(help) ?? []).join(", "),
  }));
}
