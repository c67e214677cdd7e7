// Somebody who may sign in, and what an administrator may do about it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Person, people, type Role } from "../../api/people.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Switch } from "../../ui/check.tsx";
import { later, optimistic } from "../../ui/optimistic.ts";
import { toast } from "../../ui/toast.tsx";
import type { Handed } from "./page.tsx";

interface PersonProps {
  person: Person;
  isMe: boolean;
  hand: (handed: Handed) => void;
  showKeys: () => void;
  changed: () => void;
}

export function PersonRow({
  person,
  isMe,
  hand,
  showKeys,
  changed,
}: PersonProps): JSX.Element | null {
  const [wished, setWished] = useState<Partial<Person>>({});
  const [isGone, setGone] = useState(false);
  const { id, email, displayName: name } = person;
  const now = { ...person, ...wished };
  const change = (part: { role?: Role; disabled?: boolean }): void =>
    void optimistic({
      key: `person ${id}`,
      show: () => {
        const before = wished;
        setWished({ ...wished, ...part });
        return () => setWished(before);
      },
      send: () => people.change(id, part),
      failed: t("people.change.failed", { name }),
    });
  const reset = (): void => {
    people.reset(id).then(
      (code) => hand({ code, what: t("people.reset.text", { name }) }),
      (error: Error) => toast({ text: error.message, isProblem: true }),
    );
  };
  const remove = (): void =>
    later({
      show: () => {
        setGone(true);
        return () => setGone(false);
      },
      send: (isLast) => people.remove(id, isLast),
      done: changed,
      failed: t("people.remove.failed", { name }),
      said: t("people.removed", { name }),
    });
  if (isGone) return null;
  return (
    <li class="person panel" data-rail>
      <div class="person-text">
        <p class="person-name">
          {name} {isMe && <span class="hint">{t("people.me")}</span>}
        </p>
        <p class="hint" dir="ltr">
          {email}
        </p>
      </div>
      <Switch
        checked={now.role === "admin"}
        change={(is) => change({ role: is ? "admin" : "user" })}
      >
        {t("people.role.admin")}
      </Switch>
      <Switch checked={!now.disabled} change={(may) => change({ disabled: !may })}>
        {t("people.may")}
      </Switch>
      <Button onClick={reset}>{t("people.reset")}</Button>
      <Button onClick={showKeys}>
        {t("people.keys")}
        <span class="visually-hidden"> {name}</span>
      </Button>
      <IconButton icon="trash" label={t("people.remove", { name })} onClick={remove} />
    </li>
  );
}
