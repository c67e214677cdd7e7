// The keys of the player: one table that the keyboard, the remote control and
// the help (?) all read.

export type Action =
  | "toggle"
  | "back10"
  | "forward10"
  | "louder"
  | "quieter"
  | "mute"
  | "full"
  | "captions"
  | "next"
  | "share"
  | "leave"
  | "help";

interface Row {
  action: Action;
  keys: string[];
  help: string;
}

export const KEYS: Row[] = [
  { action: "toggle", keys: [" ", "k", "MediaPlayPause", "Play", "Pause"], help: "Play or pause" },
  { action: "back10", keys: ["ArrowLeft", "j", "MediaRewind"], help: "Back 10 seconds" },
  { action: "forward10", keys: ["ArrowRight", "l", "MediaFastForward"], help: "On 10 seconds" },
  { action: "louder", keys: ["ArrowUp"], help: "Louder" },
  { action: "quieter", keys: ["ArrowDown"], help: "Quieter" },
  { action: "mute", keys: ["m"], help: "Sound off or on" },
  { action: "full", keys: ["f"], help: "Full screen" },
  { action: "captions", keys: ["c"], help: "Subtitles off or on" },
  { action: "share", keys: "0123456789".split(""), help: "To 0 % … 90 %" },
  { action: "next", keys: ["n", "MediaTrackNext"], help: "Next episode" },
  { action: "leave", keys: ["Escape", "Backspace", "GoBack", "BrowserBack"], help: "Back" },
  { action: "help", keys: ["?"], help: "This help" },
];

const NAMES: Record<string, string> = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** Keys as the help shows them; those of remote controls explain themselves. */
export function keyNames(row: Row): string {
  if (row.action === "share") return "0 … 9";
  return row.keys
    .filter((key) => !/^(Media|Play|Pause|Go|Browser)/.test(key))
    .map((key) => NAMES[key] ?? key)
    .join(", ");
}

export function actionOf(key: string): Action | null {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  return KEYS.find((row) => row.keys.includes(wanted))?.action ?? null;
}
