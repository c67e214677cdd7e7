// All that is held on the person, to take away; and leaving for good.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { sessionId, setSession } from "../../api/client.ts";
import { exportAddress, leave } from "../../api/leaving.ts";
import { t } from "../../lib/messages.ts";
import { href } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { forgetDrafts } from "../../ui/draft.ts";
import { Field } from "../../ui/field.tsx";
import { sendAll } from "../../ui/optimistic.ts";

function Leave({ close }: { close: () => void }): JSX.Element {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | undefined>();
  const [isSent, setSent] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    setSent(true);
    try {
      await sendAll();
      await leave(password, sessionId.value);
    } catch (error) {
      setSent(false);
      setProblem((error as Error).message);
      return;
    }
    forgetDrafts();
    setSession(null);
    location.replace(href("/"));
  };
  return (
    <form class="prose" onSubmit={send}>
      <p>{t("account.leave.text")}</p>
      <Field
        label={t("account.leave.password")}
        name="leaving"
        type="password"
        required
        autocomplete="current-password"
        value={password}
        {...(problem !== undefined && { problem })}
        onInput={setPassword}
      />
      <div class="actions" data-rail>
        <Button kind="main" icon="trash" type="submit" disabled={isSent}>
          {t("account.leave.yes")}
        </Button>
        <Button kind="quiet" onClick={close}>
          {t("account.leave.no")}
        </Button>
      </div>
    </form>
  );
}

export function Leaving(): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <section class="account-part">
      <h2>{t("account.data")}</h2>
      <p class="hint">{t("account.data.text")}</p>
      <div class="actions" data-rail>
        <a class="button plain" href={exportAddress(sessionId.value)} download="miauflix.zip">
          <span>{t("account.export")}</span>
        </a>
        <Button icon="trash" onClick={() => setOpen(true)}>
          {t("account.leave")}
        </Button>
      </div>
      <Dialog label={t("account.leave.title")} open={isOpen} onClose={close}>
        <Leave close={close} />
      </Dialog>
    </section>
  );
}
