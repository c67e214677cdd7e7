// Openings and credits of what plays, as they are known and as they are marked while
// it plays. The panel to mark them comes when it is wanted.
import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Me, Play } from "../../api/index.ts";
import type { Running } from "./running.ts";
import { creditsAt, type Segment } from "./skip.ts";

type Panel = typeof import("./mark.tsx").MarkPanel;

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
  const [isOpen, setOpen] = useState(false);
  const [Shown, setShown] = useState<ComponentType<Parameters<Panel>[0]> | null>(null);
  const toggle = useCallback(() => setOpen((is) => !is), []);
  useEffect(() => setSegments(answer.segments), [answer]);
  useEffect(() => {
    if (!isOpen) return;
    import("./mark.tsx").then(
      (m) => setShown(() => m.MarkPanel),
      () => setOpen(false),
    );
  }, [isOpen]);
  const mayMark = me.profile.maturityLimit === null;
  return {
    segments,
    credits: creditsAt(segments),
    toggle: mayMark ? toggle : null,
    isOpen,
    panel:
      isOpen && Shown !== null && running !== null ? (
        <Shown
          answer={answer}
          playback={running.playback}
          known={segments}
          changed={setSegments}
          shut={toggle}
        />
      ) : null,
  };
}
