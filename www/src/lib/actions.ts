// Everything that keys, remote controls and game pads do: one table, which the
// handling of keys and the help (help.ts) both read. No other place compares key names.
//
// Names of keys are those of KeyboardEvent.key (w3.org/TR/uievents-key). Browsers
// of TV sets name many keys otherwise or not at all; their keyCodes are:
// - Samsung (Tizen), developer.samsung.com/smarttv, "Remote Control": 10009 Back,
//   10252 PlayPause, 10232 and 10233 previous and next track, 10221 Caption,
//   457 Info, 415 Play, 19 Pause, 413 Stop, 412 Rewind, 417 FastForward;
// - LG (webOS), webostv.developer.lge.com, "Back Button", "Magic Remote": 461 Back,
//   the media keys as above;
// - HbbTV sets (Philips, Panasonic, Sony …), the VK_ constants of ETSI TS 102 796
//   and CEA-2014: VK_BACK 461, VK_PLAY_PAUSE 402, VK_PREV 424, VK_NEXT 425,
//   VK_SUBTITLE 460, VK_COLORED_KEY_0 403, _2 405 and _3 406 (red, yellow and blue,
//   on the two above as well), VK_0 to VK_9 48 to 57, VK_MENU 462, the media keys as above;
// - Android TV and Fire TV name their keys (GoBack, MediaPlayPause …); where they
//   give a code alone it is the one that Chromium has on desktops: 166 BrowserBack,
//   176 and 177 next and previous track, 178 Stop, 179 PlayPause.
// Buttons of game pads are the standard mapping of w3.org/TR/gamepad.

export type Direction = "left" | "right" | "up" | "down";

export type Action =
  | Direction
  | "select"
  | "press"
  | "back"
  | "help"
  | "who"
  | "pick"
  | "undo"
  | "first"
  | "last"
  | "remove"
  | "menu"
  | "toggle"
  | "play"
  | "pause"
  | "back10"
  | "forward10"
  | "louder"
  | "quieter"
  | "mute"
  | "full"
  | "captions"
  | "share"
  | "slower"
  | "faster"
  | "stats"
  | "pip"
  | "restart"
  | "later"
  | "next";

/** Where a row holds: on every screen, on what has the focus, within a row or
 * grid, over the picture, where one says who is watching. */
export type Place = "everywhere" | "control" | "list" | "player" | "people";

export interface Row {
  action: Action;
  place: Place;
  /** What it does, in words: the key of a message in the area "keys". Rows of the same
   * words are one line of the help. */
  help: string;
  keys: string[];
  codes?: number[];
  /** … and the keys of this action, while they are held. */
  held?: Action;
  /** Buttons of a game pad. */
  buttons?: number[];
}

const on = (
  place: Place,
  action: Action,
  keys: string[],
  more?: Partial<Row>,
  help: string = action,
): Row => ({ place, action, help, keys, ...more });

export const ACTIONS: readonly Row[] = [
  on("everywhere", "left", ["ArrowLeft"], { codes: [37], buttons: [14] }, "go"),
  on("everywhere", "right", ["ArrowRight"], { codes: [39], buttons: [15] }, "go"),
  on("everywhere", "up", ["ArrowUp"], { codes: [38], buttons: [12] }, "go"),
  on("everywhere", "down", ["ArrowDown"], { codes: [40], buttons: [13] }, "go"),
  on("control", "select", ["Enter"], { codes: [13], buttons: [0] }, "open"),
  on("control", "press", [" "], {}, "open"),
  on("list", "first", ["Home"], { buttons: [4] }),
  on("list", "last", ["End"], { buttons: [5] }),
  on("list", "menu", ["ContextMenu"], { codes: [93, 462], held: "select", buttons: [9] }),
  on("list", "remove", ["Delete", "ColorF2Yellow"], { codes: [405], buttons: [3] }),
  on("player", "toggle", [" ", "k", "MediaPlayPause"], {
    codes: [10252, 402, 179],
    buttons: [9],
  }),
  on("player", "play", ["MediaPlay", "Play"], { codes: [415] }),
  on("player", "pause", ["MediaPause", "Pause", "MediaStop"], { codes: [19, 413, 178] }),
  on("player", "back10", ["ArrowLeft", "j", "MediaRewind"], {
    codes: [37, 412],
    buttons: [4],
  }),
  on("player", "forward10", ["ArrowRight", "l", "MediaFastForward"], {
    codes: [39, 417],
    buttons: [5],
  }),
  on("player", "louder", ["ArrowUp"], { codes: [38] }),
  on("player", "quieter", ["ArrowDown"], { codes: [40] }),
  on("player", "mute", ["m"]),
  on("player", "full", ["f"]),
  on("player", "captions", [..."cgh", "Subtitle"], {
    codes: [10221, 460],
    buttons: [3],
  }),
  on("player", "share", [..."0123456789"]),
  on("player", "slower", ["<"]),
  on("player", "faster", [">"]),
  on("player", "restart", ["r", "MediaTrackPrevious"], { codes: [10232, 424, 177] }),
  on("player", "next", ["n", "MediaTrackNext"], { codes: [10233, 425, 176] }),
  on("player", "later", ["PageUp", "PageDown"]),
  on("player", "pip", ["p"]),
  on("player", "stats", ["i", "Info"], { codes: [457], buttons: [2] }),
  on("everywhere", "back", ["Escape", "Backspace", "GoBack", "BrowserBack"], {
    codes: [10009, 461, 166],
    buttons: [1],
  }),
  on("everywhere", "undo", ["z", "ColorF0Red"], {
    codes: [403],
    buttons: [2],
  }),
  on("everywhere", "who", ["w", "ColorF3Blue"], { codes: [406] }),
  on("people", "pick", [..."123456789"], { codes: [49, 50, 51, 52, 53, 54, 55, 56, 57] }),
  on("everywhere", "help", ["?"], { buttons: [8] }),
];

/** What of an event tells which key it is and who gets it. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "keyCode" | "altKey" | "ctrlKey" | "metaKey" | "target"
>;

const UNTYPED = /^(checkbox|radio|range|button|submit|reset|file|color|image)$/;

/** Whether letters go into it. */
export function isTextField(at: unknown): at is HTMLInputElement | HTMLTextAreaElement {
  if (at instanceof HTMLInputElement) return !UNTYPED.test(at.type);
  return at instanceof HTMLTextAreaElement;
}

/** Keys with which one writes are no actions while one writes. */
const WRITING = /^(.|Backspace|Home|End)$/u;

/** The row of a key in one of these places, which are asked in this order. */
export function rowOf(
  { key, keyCode }: Pick<Pressed, "key" | "keyCode">,
  places: Place[],
): Row | null {
  const name = key.length === 1 ? key.toLowerCase() : key;
  for (const place of places) {
    const rows = ACTIONS.filter((row) => row.place === place);
    const row =
      rows.find(({ keys }) => keys.includes(name)) ??
      rows.find(({ codes }) => codes?.includes(keyCode));
    if (row !== undefined) return row;
  }
  return null;
}

/** What a key does in one of these places, which are asked in this order. */
export function actionOf(event: Pressed, ...places: Place[]): Action | null {
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (WRITING.test(event.key) && isTextField(event.target)) return null;
  return rowOf(event, places)?.action ?? null;
}

/** The key by which a button of a game pad is told to the page; null for none. A
 * letter where there is one, which no control keeps for itself. */
export function keyOfButton(button: number, places: Place[]): string | null {
  for (const place of places) {
    const row = ACTIONS.find((row) => row.place === place && row.buttons?.includes(button));
    if (row !== undefined) return row.keys.find((key) => /^\w$/.test(key)) ?? row.keys[0] ?? null;
  }
  return null;
}

export function directionOf(event: Pressed): Direction | null {
  const action = actionOf(event, "everywhere");
  return action === "left" || action === "right" || action === "up" || action === "down"
    ? action
    : null;
}
