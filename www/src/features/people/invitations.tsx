// Codes with which people make their own accounts.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useLoad } from "../../api/load.ts";
import { people, type Role } from "../../api/people.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import type { Handed } from "./page.tsx";

const roles = (): [Role, string][] => [
  ["user", t("people.role.user")],
  ["admin", t("people.role.admin")],
];

export function Invitations({ hand }: { hand: (handed: Handed) => void }): JSX.Element {
  const { data, error, reload } = useLoad("invitations", people.invitations);
  const [role, setRole] = useState<Role>("user");
  const [problem, setProblem] = useState<string | null>(null);
  const told = (wrong: Error): void => setProblem(wrong.message);
  const invite = (): void => {
    setProblem(null);
    people.invite(role).then((code) => {
      hand({ code, what: t("people.invite.text") });
      reload();
    }, told);
  };
  const takeBack = (id: string): void => {
    setProblem(null);
    people.uninvite(id).then(reload, told);
  };
  const list = data?.invitations ?? [];
  return (
    <section class="invitations" aria-labelledby="invitations">
      <h2 id="invitations">{t("people.invitations")}</h2>
      <p class="hint">{t("people.invitations.text")}</p>
      {(problem ?? error?.message) && <Problem>{problem ?? error?.message}</Problem>}
      <div class="invite" data-rail>
        <Select
          label={t("people.invite.role")}
          value={role}
          options={roles()}
          change={(value) => setRole(value as Role)}
        />
        <Button kind="main" onClick={invite}>
          {t("people.invite")}
        </Button>
      </div>
      <ul class="people-list">
        {list.map((one) => {
          const until = moment(one.expiresAt);
          const words = t(one.role === "admin" ? "people.invited.admin" : "people.invited", {
            until,
          });
          return (
            <li key={one.id} class="person panel" data-rail>
              <p class="person-text">{words}</p>
              <IconButton
                icon="trash"
                label={t("people.uninvite", { until })}
                onClick={() => takeBack(one.id)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
