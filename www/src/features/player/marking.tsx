// Openings and credits of what plays, as they are known and as they are marked while
// it plays. The panel to mark them comes when it is wanted.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Me, Play } from "../../api/index.ts";
import { useLater } from "./later.ts";
import type { Running } from "./running.ts";
import { creditsAt, type Segment } from "./skip.ts";

const loadMark = () => import("./mark.tsx");

export interface Marking {
  segments: Segment[];
  /** When the credits begin; null when nobody knows. */
  credits: number | null;
  /** Opens and closes the panel; null for who may not mark. */
  toggle: (() => void) | null;
  isOpen: boolean;
  panel: JSX.Element | null;
}

/** Marks hold for everybody, so a profile with a limit makes none. */
export function useMarking(running: Running | null, answer: Play, me: Me): Marking {
  const [segments, setSegments] = useState(answer.segments);
  const { isOpen, toggle, part } = useLater(loadMark);
  useEffect(() => setSegments(answer.segments), [answer]);
  const mayMark = me.profile.maturityLimit === null;
  return {
    segments,
    credits: creditsAt(segments),
    toggle: mayMark ? toggle : null,
    isOpen,
    panel:
      part !== null && running !== null ? (
        <part.MarkPanel
          answer={answer}
          playback={running.playback}
          known={segments}
          changed={setSegments}
          shut={toggle}
        />
      ) : null,
  };
}
