// Marking a film or an episode as watched, or as not watched after all.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Progress, What } from "../../api/index.ts";
import { type Place, places } from "../../api/places.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { optimistic } from "../../ui/optimistic.ts";

/** A place of which the server may not know yet. */
export type Known = Progress | null;

const SEEN: Place = { progress: 1, status: "completed" };

function shownAs(place: Place | null): Known {
  if (place === null) return null;
  return { position: 0, duration: null, updatedAt: "", ...place };
}

interface Watched {
  progress: Known;
  isSeen: boolean;
  toggle: () => void;
}

/** `server` is what the page was loaded with; `reload` loads it anew. */
export function useWatched(what: What, server: Known, reload: () => void): Watched {
  // What was wished stands for this answer of the server only: the next knows.
  const [wished, setWished] = useState<{ since: Known; is: Known } | null>(null);
  const now = useRef(server);
  now.current = server;
  const progress = wished !== null && wished.since === server ? wished.is : server;
  const isSeen = progress?.status === "completed";
  const set = (to: Place | null, from: Place | null, isUndo: boolean): void => {
    const show = (): (() => void) => {
      setWished({ since: now.current, is: shownAs(to) });
      return () => setWished(null);
    };
    void optimistic({
      key: `watched ${what.titleId} ${what.season} ${what.episode}`,
      show,
      send: () => (to === null ? places.forget(what) : places.set(what, to)),
      done: reload,
      failed: t("title.mark.failed"),
      said: isUndo ? undefined : t(to === null ? "title.mark.unseen" : "title.mark.seen"),
      undo: () => set(from, to, true),
    });
  };
  const toggle = (): void => {
    const { progress: part, status, position } = progress ?? { progress: 0, status: "paused" };
    const from = progress === null ? null : { progress: part, status, position };
    set(isSeen ? null : SEEN, from, false);
  };
  return { progress, isSeen, toggle };
}

/** For a film; its words say what pressing does. */
export function MarkButton({ isSeen, toggle }: Watched): JSX.Element {
  return (
    <Button icon={isSeen ? "close" : "check"} onClick={toggle}>
      {t(isSeen ? "title.mark.undo" : "title.mark")}
    </Button>
  );
}

/** Beside an episode. */
export function MarkIcon({ isSeen, toggle, code }: Watched & { code: string }): JSX.Element {
  return (
    <IconButton
      icon="check"
      label={t("title.mark.code", { code })}
      pressed={isSeen}
      onClick={toggle}
    />
  );
}
