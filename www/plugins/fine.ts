// Names that came after Chromium 68 and may stand in the bundle for TV sets all the
// same, each for one of three reasons. plugins/since.ts finds what is not here.
import { readFileSync } from "node:fs";
import path from "node:path";

/** src/old/fill.ts puts it in. */
const FILLED = [
  ".DisplayNames .allSettled .any .at .exitFullscreen .findLast .findLastIndex .flat .flatMap",
  ".fromEntries .fullscreenElement .groupBy .hasOwn .matchAll .replaceAll .replaceChildren",
  ".requestFullscreen .requestSubmit .insetInlineStart .roundRect .toReversed .toSorted .trimEnd .trimStart .with",
  ".withResolvers AggregateError globalThis queueMicrotask",
];

/** Used only where it was found to be there. */
const LOOKED_FOR = [
  ".authenticatorAttachment .getAuthenticatorData .getPublicKey .getPublicKeyAlgorithm .getTransports",
  ".isConditionalMediationAvailable",
  ".finished .skipTransition .startViewTransition",
  ".audioTracks .exitPictureInPicture .getVideoPlaybackQuality .locks .mediaSession .metadata",
  ".moveBefore .pictureInPictureElement .pictureInPictureEnabled .playbackState",
  ".requestPictureInPicture .setActionHandler .setPositionState .showPicker .wakeLock",
  ".deref MediaMetadata WeakRef",
];

/** The app's own, of the same name as something that a browser has. */
const OWN = [
  ".build .bytes .dispose .drop .element .first .forget .format .hide .lost .pad .part .removed .run .seek",
  ".session .share .side .stats",
];

const words = (lines: string[]): string[] => lines.flatMap((line) => line.split(" "));

/** What the API's answers are made of. */
function fields(): string[] {
  const schema = readFileSync(path.join(import.meta.dirname, "../src/api/schema.d.ts"), "utf8");
  return [...schema.matchAll(/^\s+"?(\w+)"?\??:/gm)].map(([, name]) => `.${name}`);
}

/** What may stand there. The contract's types must have been made, which tests
 * that only read the configuration do not wait for. */
export function fine(): ReadonlySet<string> {
  return new Set([...words(FILLED), ...words(LOOKED_FOR), ...words(OWN), ...fields()]);
}
