// How loud it was the last time, on this device.

const VOLUME = "miauflix.volume";
const MUTED = "miauflix.muted";

/** Makes an element as loud as the last one was. */
export function recallVolume(video: HTMLMediaElement): void {
  try {
    const kept = Number(localStorage.getItem(VOLUME) ?? 1);
    video.volume = kept >= 0 && kept <= 1 ? kept : 1;
    video.muted = localStorage.getItem(MUTED) === "1";
  } catch {
    // storage is switched off
  }
}

export function keepVolume({ volume, muted }: HTMLMediaElement): void {
  try {
    localStorage.setItem(VOLUME, String(volume));
    localStorage.setItem(MUTED, muted ? "1" : "0");
  } catch {
    // as above
  }
}
