// The tracks of subtitles, and what draws and sets them, loaded when it is wanted.
import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Me, Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import type { CaptionsProps } from "./captions.tsx";
import type { Delay } from "./delay.ts";
import type { Look } from "./look.tsx";
import { trackId } from "./subtitles.ts";

const AGAIN_MS = 5000;

type LookPanel = ComponentType<{
  me: Me;
  look: Look;
  setLook: (look: Look) => void;
  delay: Delay;
  shut: () => void;
}>;

/** How subtitles look; what sets it comes when it is wanted. */
export function useLook(me: Me, delay: Delay, leave: () => void) {
  const [look, setLook] = useState<Look>(me.preferences);
  const [isOpen, setOpen] = useState(false);
  const [Panel, setPanel] = useState<LookPanel | null>(null);
  const open = useCallback(() => {
    setOpen(true);
    import("./look.tsx").then(
      (m) => setPanel(() => m.LookPanel),
      () => setOpen(false),
    );
  }, []);
  const shut = (): void => {
    setOpen(false);
    leave();
  };
  const shown = isOpen && Panel !== null && <Panel {...{ me, look, setLook, delay, shut }} />;
  return { look, open, isOpen, shown };
}

type OnlinePanel = typeof import("./online.tsx").OnlinePanel;

/** The film with the subtitles that were fetched since it began, and what finds more,
 * which comes when it is wanted. */
export function useOnline(answer: Play) {
  const [got, setGot] = useState<{ of: Play; told: Play; place: number } | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [Panel, setPanel] = useState<OnlinePanel | null>(null);
  const open = useCallback(() => {
    setOpen(true);
    import("./online.tsx").then(
      (m) => setPanel(() => m.OnlinePanel),
      () => setOpen(false),
    );
  }, []);
  const fetched = (subtitles: Play["subtitles"], place: number): void =>
    setGot({ of: answer, told: { ...answer, subtitles }, place });
  const isOurs = got?.of === answer;
  return {
    told: isOurs ? got.told : answer,
    place: isOurs ? got.place : -1,
    Panel: isOpen ? Panel : null,
    isOpen,
    open,
    fetched,
    shut: () => setOpen(false),
  };
}

/** What draws subtitles comes when there are any. */
export function Captions(props: CaptionsProps): JSX.Element | null {
  const [Drawn, setDrawn] = useState<ComponentType<CaptionsProps> | null>(null);
  const isWanted = props.track !== -1 || props.hasSample;
  useEffect(() => {
    if (isWanted && Drawn === null)
      import("./captions.tsx").then(
        (m) => setDrawn(() => m.Captions),
        () => undefined,
      );
  }, [isWanted, Drawn]);
  return Drawn && <Drawn {...props} />;
}

/** What is still being taken out of the film is asked for again. */
function askAgain(element: HTMLTrackElement): void {
  setTimeout(() => {
    const { src } = element;
    element.removeAttribute("src");
    if (element.isConnected) element.src = src;
  }, AGAIN_MS);
}

export function Tracks({ subtitles }: { subtitles: Play["subtitles"] }): JSX.Element {
  return (
    <>
      {subtitles.map(
        (track, place) =>
          track.url !== null && (
            <track
              key={track.index}
              id={trackId(place)}
              kind="subtitles"
              src={new URL(track.url, document.baseURI).toString()}
              srclang={track.language ?? undefined}
              label={track.title ?? track.language ?? t("player.captions")}
              onError={(event) => track.inner !== null && askAgain(event.currentTarget)}
            />
          ),
      )}
    </>
  );
}
