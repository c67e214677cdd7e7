// Subtitles, drawn by the app and not by the browser, so that they stand above
// the controls while these show and look the same everywhere.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../lib/messages.ts";
import type { Look } from "./look.tsx";
import { textTrack } from "./subtitles.ts";

/** In percent of the picture: the top, and from where to where a line may reach. */
export interface Spot {
  top: number;
  from: number;
  width: number;
  side: "left" | "center" | "right" | "start" | "end";
}

type Placed = Pick<VTTCue, "line" | "snapToLines" | "position" | "align">;

const LOW = 85; // what begins there is where subtitles usually are

/** How far down a cue begins; counted lines are taken for the top or the foot. */
function topOf({ line, snapToLines }: Placed): number {
  if (line === "auto" || line < 0) return LOW;
  if (snapToLines) return line < 5 ? 0 : LOW;
  return Math.min(line, LOW);
}

/** Where a cue stands: with the others on top or at the foot, or on a spot of its own. */
export function placeOf(cue: Placed): "top" | "bottom" | Spot {
  const top = topOf(cue);
  const isCentred = cue.align === "center" && (cue.position === "auto" || cue.position === 50);
  if (isCentred && top === 0) return "top";
  if (isCentred && top === LOW) return "bottom";
  const isLeft = cue.align === "left" || cue.align === "start";
  const isRight = cue.align === "right" || cue.align === "end";
  const usual = isLeft ? 5 : isRight ? 95 : 50;
  const at = cue.position === "auto" ? usual : cue.position;
  if (isLeft) return { top, from: at, width: 100 - at, side: cue.align };
  if (isRight) return { top, from: 0, width: at, side: cue.align };
  const half = Math.min(at, 100 - at);
  return { top, from: at - half, width: 2 * half, side: "center" };
}

/** The cues of a track that are on now. */
function useActiveCues(video: HTMLVideoElement | null, chosen: number): VTTCue[] {
  const [cues, setCues] = useState<VTTCue[]>([]);
  useEffect(() => {
    const track = chosen === -1 ? undefined : textTrack(video, chosen);
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
      <span ref={box} class="caption" dir="auto" />
    </p>
  );
}

function OnSpot({ spot, children }: { spot: Spot; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const { top, from, width, side } = spot;
  useLayoutEffect(() => {
    const style = box.current?.style;
    if (style === undefined) return;
    style.top = `${top}%`;
    style.left = `${from}%`;
    style.width = `${width}%`;
  }, [top, from, width]);
  return (
    <div ref={box} class="captions-spot" dir="auto" data-side={side}>
      {children}
    </div>
  );
}

export interface CaptionsProps {
  video: HTMLVideoElement | null;
  track: number;
  look: Look;
  /** A line is shown also when nobody speaks. */
  hasSample: boolean;
}

export function Captions(props: CaptionsProps): JSX.Element {
  const cues = useActiveCues(props.video, props.track);
  const placed = cues.map((cue, i) => ({ key: i, place: placeOf(cue), line: <Line cue={cue} /> }));
  const { subtitlesSize, subtitlesColour, subtitlesEdge } = props.look;
  return (
    <div
      class="captions-all"
      data-size={subtitlesSize}
      data-colour={subtitlesColour}
      data-edge={subtitlesEdge}
    >
      {placed.map(
        ({ key, place, line }) =>
          typeof place !== "string" && (
            <OnSpot key={key} spot={place}>
              {line}
            </OnSpot>
          ),
      )}
      {(["top", "bottom"] as const).map((where) => (
        <div key={where} class="captions" data-place={where}>
          {placed.map(({ place, line }) => place === where && line)}
          {where === "bottom" && props.hasSample && cues.length === 0 && (
            <p>
              <span class="caption" dir="auto">
                {t("player.look.sample")}
              </span>
            </p>
          )}
        </div>
      ))}
    </div>
  );
}
