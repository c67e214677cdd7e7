// The passkeys of this person: adding one of this device, naming and removing them.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLoad } from "../../api/load.ts";
import {
  hasPasskeys,
  isHere,
  isNamed,
  type Passkey,
  passkeys,
  wasLeft,
} from "../../api/passkeys.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";
import { NeedsHttps } from "./https.tsx";

/** What went wrong, in words that help. */
function told(error: unknown): string {
  if (wasLeft(error)) return t("account.passkeys.left");
  return isHere(error) ? t("account.passkeys.known") : (error as Error).message;
}

function Change(props: { passkey: Passkey; done: (what: string | null) => void }): JSX.Element {
  const { id, name: known } = props.passkey;
  const [name, setName] = useState(known);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (what: () => Promise<unknown>, said: string): Promise<void> => {
    setProblem(null);
    try {
      await what();
      props.done(said);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const save = (event: Event): void => {
    event.preventDefault();
    void run(() => passkeys.rename(id, name.trim()), t("app.saved"));
  };
  return (
    <form class="card-form" onSubmit={save}>
      {problem !== null && <Problem>{problem}</Problem>}
      <Field
        label={t("account.passkeys.name")}
        name="passkeyName"
        required
        value={name}
        onInput={setName}
      />
      <div class="actions" data-rail>
        <Button kind="main" type="submit">
          {t("app.save")}
        </Button>
        <Button
          icon="trash"
          onClick={() => void run(() => passkeys.remove(id), t("account.passkeys.removed"))}
        >
          {t("account.passkeys.remove")}
        </Button>
      </div>
      <p class="hint">{t("account.passkeys.remove.hint")}</p>
    </form>
  );
}

function Row({ passkey, change }: { passkey: Passkey; change: () => void }): JSX.Element {
  const { name, host, createdAt, lastUsedAt } = passkey;
  return (
    <li>
      <div>
        <bdi>{name}</bdi>
        <p class="hint">
          {lastUsedAt === null
            ? t("account.passkeys.made", { time: moment(createdAt), host })
            : t("account.passkeys.used", { time: moment(lastUsedAt), host })}
        </p>
      </div>
      <Button onClick={change}>
        {t("account.passkeys.change")}
        <span class="visually-hidden"> {name}</span>
      </Button>
    </li>
  );
}

export function Passkeys(): JSX.Element {
  const { data, error, reload } = useLoad("passkeys", passkeys.list);
  const [problem, setProblem] = useState<string | null>(null);
  const [open, setOpen] = useState<Passkey | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isGone = useRef(false);
  // After the window has given the focus back to a row that goes.
  useEffect(() => {
    if (isGone.current) heading.current?.focus();
    isGone.current = false;
  }, [open]);
  const add = async (): Promise<void> => {
    setProblem(null);
    try {
      const { name } = await passkeys.add();
      say(t("account.passkeys.added", { name }));
      reload();
    } catch (failure) {
      setProblem(told(failure));
    }
  };
  const done = (said: string | null): void => {
    isGone.current = said === t("account.passkeys.removed");
    setOpen(null);
    if (said === null) return;
    say(said);
    reload();
  };
  const shown = problem ?? (data === null && error !== null ? error.message : null);
  return (
    <section class="account-part" aria-labelledby="passkeys" aria-busy={data === null}>
      <h2 id="passkeys" ref={heading} tabIndex={-1}>
        {t("account.passkeys")}
      </h2>
      <p class="hint">{t("account.passkeys.hint")}</p>
      {shown !== null && <Problem>{shown}</Problem>}
      {data !== null && data.length > 0 && (
        <ul>
          {data.map((passkey) => (
            <Row key={passkey.id} passkey={passkey} change={() => setOpen(passkey)} />
          ))}
        </ul>
      )}
      {hasPasskeys() && (
        <Button icon="plus" onClick={() => void add()}>
          {t("account.passkeys.add")}
        </Button>
      )}
      <NeedsHttps>{t("account.passkey")}</NeedsHttps>
      {isSecureContext && !isNamed() && <p class="hint">{t("account.passkeys.address")}</p>}
      <Dialog
        label={t("account.passkeys.change.title")}
        open={open !== null}
        onClose={() => done(null)}
      >
        {open && <Change passkey={open} done={done} />}
      </Dialog>
    </section>
  );
}
