// How it stands with the server, in one quiet line over the page that moves
// nothing. It is there before its words are, so that they are said aloud too.
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reachable } from "../api/client.ts";
import { live } from "../api/events.ts";
import { isEnded } from "../api/session.ts";
import { t } from "../lib/messages.ts";
import { isOnline } from "../lib/online.ts";
import { Icon } from "../ui/icons.tsx";
import "./connection.css";

const BACK_MS = 4000;

/** What is wrong, in words; null when all is well. */
const trouble = computed((): string | null => {
  if (!isOnline.value) return t("app.connection.offline");
  if (!reachable.value) return t("app.connection.away");
  if (live.value === "lost" && !isEnded.value) return t("app.connection.silent");
  return null;
});

/** For a while after it has ended: it is well again. */
function useReturn(isWell: boolean): boolean {
  const wasWell = useRef(isWell);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    const isNew = isWell && !wasWell.current;
    wasWell.current = isWell;
    setBack(isNew);
    if (!isNew) return;
    const timer = setTimeout(() => setBack(false), BACK_MS);
    return () => clearTimeout(timer);
  }, [isWell]);
  return isBack;
}

interface LineProps {
  /** Opens the door again; null while there is no need. */
  signIn: (() => void) | null;
}

export function ConnectionLine({ signIn }: LineProps): JSX.Element {
  const text = trouble.value;
  const isBack = useReturn(text === null);
  return (
    <div class="connection" data-frame>
      <p role="status">
        {text !== null && (
          <span class="connection-line">
            <Icon name="warn" />
            {text}
          </span>
        )}
        {text === null && isBack && (
          <span class="connection-line">
            <Icon name="check" />
            {t("app.connection.back")}
          </span>
        )}
      </p>
      {signIn !== null && (
        <button type="button" class="connection-line" onClick={signIn}>
          <Icon name="person" />
          {t("app.connection.ended")}
        </button>
      )}
    </div>
  );
}
