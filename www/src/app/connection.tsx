// How it stands with the server, in one quiet line over the page that moves
// nothing. It is there before its words are, so that they are said aloud too.
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reachable } from "../api/client.ts";
import { t } from "../lib/messages.ts";
import { isOnline } from "../lib/online.ts";
import { Icon } from "../ui/icons.tsx";
import "./connection.css";

const BACK_MS = 4000;

/** What is wrong, in words; null when all is well. */
const trouble = computed((): string | null => {
  if (!isOnline.value) return t("app.connection.offline");
  if (!reachable.value) return t("app.connection.away");
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

export function ConnectionLine(): JSX.Element {
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
    </div>
  );
}
