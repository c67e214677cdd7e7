// The picture in a small window of its own, over whatever else is looked at.
import { useCallback, useEffect, useState } from "preact/hooks";

export interface Pip {
  isOpen: boolean;
  toggle(): void;
}

/** Null where the browser has no such thing. */
export function usePip(video: HTMLVideoElement | null): Pip | null {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (video === null) return;
    const look = (): void => setOpen(document.pictureInPictureElement === video);
    const names = ["enterpictureinpicture", "leavepictureinpicture"] as const;
    for (const name of names) video.addEventListener(name, look);
    return () => {
      for (const name of names) video.removeEventListener(name, look);
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    };
  }, [video]);
  const toggle = useCallback(() => {
    const done =
      document.pictureInPictureElement === video
        ? document.exitPictureInPicture()
        : video?.requestPictureInPicture();
    // Refused before there is a picture.
    done?.catch(() => undefined);
  }, [video]);
  return video !== null && document.pictureInPictureEnabled ? { isOpen, toggle } : null;
}
