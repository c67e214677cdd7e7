// All that is held on the person, to take away; and leaving for good.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { sessionId, setSession } from "../../api/client.ts";
import { leave, takeAll } from "../../api/leaving.ts";
import { t } from "../../lib/messages.ts";
import { href } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { forgetDrafts } from "../../ui/draft.ts";
import { Field } from "../../ui/field.tsx";
import { sendAll } from "../../ui/optimistic.ts";

interface AskedProps {
  name: string;
  text: string;
  yes: string;
  no: string;
  icon: "down" | "trash";
  act: (password: string) => Promise<void>;
  close: () => void;
}

/** Does something for whoever knows the password. */
function Asked(props: AskedProps): JSX.Element {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | undefined>();
  const [isSent, setSent] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    setSent(true);
    try {
      await props.act(password);
    } catch (error) {
      setSent(false);
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="card-form" onSubmit={send}>
      <p>{props.text}</p>
      <Field
        label={t("account.leave.password")}
        name={props.name}
        type="password"
        required
        isFirst
        autocomplete="current-password"
        value={password}
        {...(problem !== undefined && { problem })}
        onInput={setPassword}
      />
      <div class="actions" data-rail>
        <Button kind="main" icon={props.icon} type="submit" disabled={isSent}>
          {props.yes}
        </Button>
        <Button kind="quiet" onClick={props.close}>
          {props.no}
        </Button>
      </div>
    </form>
  );
}

async function goForGood(password: string): Promise<void> {
  await sendAll();
  await leave(password, sessionId.value);
  forgetDrafts();
  setSession(null);
  location.replace(href("/"));
}

async function download(password: string): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await takeAll(password));
  link.download = "miauflix.zip";
  link.click();
}

export function Leaving(): JSX.Element {
  const [asked, setAsked] = useState<"export" | "leave" | null>(null);
  const close = (): void => setAsked(null);
  return (
    <section class="account-part">
      <h2>{t("account.data")}</h2>
      <p class="hint">{t("account.data.text")}</p>
      <div class="actions" data-rail>
        <Button onClick={() => setAsked("export")}>{t("account.export")}</Button>
        <Button icon="trash" onClick={() => setAsked("leave")}>
          {t("account.leave")}
        </Button>
      </div>
      <Dialog label={t("account.data")} open={asked === "export"} onClose={close}>
        <Asked
          name="taking"
          text={t("account.export.text")}
          yes={t("account.export.yes")}
          no={t("app.close")}
          icon="down"
          act={(password) => download(password).then(close)}
          close={close}
        />
      </Dialog>
      <Dialog label={t("account.leave.title")} open={asked === "leave"} onClose={close}>
        <Asked
          name="leaving"
          text={t("account.leave.text")}
          yes={t("account.leave.yes")}
          no={t("account.leave.no")}
          icon="trash"
          act={goForGood}
          close={close}
        />
      </Dialog>
    </section>
  );
}
