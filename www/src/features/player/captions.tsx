// Subtitles, drawn by the app and not by the browser, so that they stand above
// the controls while these show and look the same everywhere.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

type Place = "top" | "middle" | "bottom";

/** Where a cue stands: its line is a share of the height, or counted from the
 * top, or from the bottom when it is negative. */
export function placeOf(cue: Pick<VTTCue, "line" | "snapToLines">): Place {
  if (cue.line === "auto" || cue.line < 0) return "bottom";
  if (cue.snapToLines) return cue.line < 5 ? "top" : "bottom";
  return cue.line < 34 ? "top" : cue.line < 67 ? "middle" : "bottom";
}

/** The cues of a track that are on now. */
function useActiveCues(video: HTMLVideoElement | null, chosen: number): VTTCue[] {
  const [cues, setCues] = useState<VTTCue[]>([]);
  useEffect(() => {
    const track = chosen === -1 ? undefined : video?.textTracks[chosen];
    if (track === undefined) {
      setCues([]);
      return;
    }
    const read = (): void => setCues(Array.from(track.activeCues ?? []) as VTTCue[]);
    read();
    track.addEventListener("cuechange", read);
    return () => track.removeEventListener("cuechange", read);
  }, [video, chosen]);
  return cues;
}

function Line({ cue }: { cue: VTTCue }): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => box.current?.replaceChildren(cue.getCueAsHTML()), [cue]);
  return (
    <p>
      <span ref={box} dir="auto" />
    </p>
  );
}

export function Captions(props: { video: HTMLVideoElement | null; track: number }): JSX.Element {
  const cues = useActiveCues(props.video, props.track);
  return (
    <>
      {(["top", "middle", "bottom"] as const).map((place) => (
        <div key={place} class="captions" data-place={place}>
          {cues.map((cue, i) => placeOf(cue) === place && <Line key={i} cue={cue} />)}
        </div>
      ))}
    </>
  );
}
