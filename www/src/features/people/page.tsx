// Who may sign in: roles, codes for a new password, invitations.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { auth } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { type OneTimeCode, type Person, people } from "../../api/people.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { CodeWindow } from "./code.tsx";
import { Invitations } from "./invitations.tsx";
import { KeysWindow } from "./keys.tsx";
import { PersonRow } from "./person.tsx";
import "../../ui/panel.css";
import "../../ui/shapes.ts";
import "./style.css";

/** What somebody is handed, and what it is for. */
export interface Handed {
  code: OneTimeCode;
  what: string;
}

export function People(_: { params: string[] }): JSX.Element {
  const first = useLoad("people", () => people.list());
  const me = useLoad("me", auth.me);
  const [more, setMore] = useState<Person[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [handed, setHanded] = useState<Handed | null>(null);
  const [keysOf, setKeysOf] = useState<Person | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const failed = first.data === null ? first.error : null;
  usePageName(failed === null ? t("people.title") : "");
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  useEffect(() => {
    setMore([]);
    setCursor(first.data?.cursor ?? null);
  }, [first.data]);
  const goOn = (): void => {
    if (cursor === null) return;
    setProblem(null);
    people.list(cursor).then(
      (page) => {
        setMore((old) => [...old, ...page.users]);
        setCursor(page.cursor);
      },
      (error: Error) => setProblem(error.message),
    );
  };
  if (failed !== null) return <Failure error={failed} retry={first.reload} />;
  // Together: a name that is there does not move when "you" is put beside it.
  const isKnown = first.data !== null && (me.data !== null || me.error !== null);
  const all = isKnown ? [...(first.data?.users ?? []), ...more] : [];
  return (
    <section class="page people" aria-busy={!isKnown}>
      <h1>{t("people.title")}</h1>
      <ul class="people-list">
        {all.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            isMe={person.id === me.data?.id}
            hand={setHanded}
            showKeys={() => setKeysOf(person)}
            changed={first.reload}
          />
        ))}
      </ul>
      {problem !== null && <Problem>{problem}</Problem>}
      {cursor !== null && <Button onClick={goOn}>{t("people.more")}</Button>}
      {isKnown && <Invitations hand={setHanded} />}
      <CodeWindow handed={handed} close={() => setHanded(null)} />
      {keysOf !== null && <KeysWindow of={keysOf} close={() => setKeysOf(null)} />}
    </section>
  );
}
