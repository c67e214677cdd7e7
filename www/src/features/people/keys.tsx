// The keys and app passwords of somebody, for administrators: which there are, and
// ending one.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiKey, keysOf } from "../../api/keys.ts";
import { useLoad } from "../../api/load.ts";
import type { Person } from "../../api/people.ts";
import { t } from "../../lib/messages.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/notice.tsx";
import { KeyList, Revoke } from "../account/key-list.tsx";

interface KeysProps {
  of: Person;
  close: () => void;
}

export function KeysWindow({ of: { id, displayName: name }, close }: KeysProps): JSX.Element {
  const keys = keysOf(id);
  const { data, error, reload } = useLoad(`keys of ${id}`, keys.list);
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const text = useRef<HTMLParagraphElement>(null);
  const wasAsked = useRef(false);
  // What had the focus went with the question.
  useEffect(() => {
    if (asked === null && wasAsked.current) text.current?.focus();
    wasAsked.current = asked !== null;
  }, [asked]);
  const ended = (): void => {
    setAsked(null);
    reload();
  };
  return (
    <Dialog
      label={asked === null ? t("apikeys.person", { name }) : t("apikeys.revoke.title")}
      open
      onClose={close}
    >
      {asked !== null ? (
        <Revoke apiKey={asked} end={keys.end} done={ended} close={() => setAsked(null)} />
      ) : (
        <div class="card-form" aria-busy={data === null}>
          <p class="hint" ref={text} tabIndex={-1}>
            {t(data?.length === 0 ? "apikeys.person.none" : "apikeys.person.hint", { name })}
          </p>
          {data === null && error !== null && <Problem>{error.message}</Problem>}
          {data !== null && <KeyList list={data} ask={setAsked} />}
        </div>
      )}
    </Dialog>
  );
}
