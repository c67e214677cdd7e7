// The tracks of subtitles, and what draws and sets them, loaded when it is wanted.
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Me, Play } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import type { CaptionsProps } from "./captions.tsx";
import type { Delay } from "./delay.ts";
import { useLater } from "./later.ts";
import type { Look } from "./look.tsx";
import { trackId } from "./subtitles.ts";

const AGAIN_MS = 5000;

const loadLook = () => import("./look.tsx");
const loadOnline = () => import("./online.tsx");

/** How subtitles look; what sets it comes when it is wanted. */
export function useLook(me: Me, delay: Delay, leave: () => void) {
  const [look, setLook] = useState<Look>(me.preferences);
  const { isOpen, open, shut, part } = useLater(loadLook);
  const done = (): void => {
    shut();
    leave();
  };
  const shown = part && <part.LookPanel {...{ me, look, setLook, delay }} shut={done} />;
  return { look, open, isOpen, shown };
}

/** The film with the subtitles that were fetched since it began, and what finds more. */
export function useOnline(answer: Play, me: Me) {
  const [got, setGot] = useState<{ of: Play; told: Play; place: number } | null>(null);
  const { isOpen, open, shut, part } = useLater(loadOnline);
  const fetched = (subtitles: Play["subtitles"], place: number): void =>
    setGot({ of: answer, told: { ...answer, subtitles }, place });
  const { told, place } = got?.of === answer ? got : { told: answer, place: -1 };
  const shown = part && (
    <part.OnlinePanel
      streamingKey={answer.streamingKey}
      wished={me.preferences.subtitlesLanguage}
      {...{ fetched, shut }}
    />
  );
  return { told, place, isOpen, open: answer.subtitlesOnline ? open : null, shown };
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
