// Keys for programs and passwords for players: making one, which is shown once, and
// ending it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiKey, type KeyWish, keys, type NewKey } from "../../api/keys.ts";
import { useLoad } from "../../api/load.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { copyFrom } from "../../ui/copy.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { KeyList, Revoke } from "./key-list.tsx";

const DAYS = [30, 90, 365];
const FIRST: KeyWish = { name: "", kind: "key", scope: "read" };

function Make({ made }: { made: (key: NewKey) => void }): JSX.Element {
  const [wish, setWish] = useState(FIRST);
  const [problem, setProblem] = useState<string | null>(null);
  const put = (part: Partial<KeyWish>): void => setWish((old) => ({ ...old, ...part }));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    try {
      made(await keys.make({ ...wish, name: wish.name.trim() }));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const until = (value: string): void => {
    const { days: _, ...rest } = wish;
    setWish(value === "" ? rest : { ...rest, days: Number(value) });
  };
  return (
    <form class="card-form" onSubmit={save}>
      {problem !== null && <Problem>{problem}</Problem>}
      <Field
        label={t("apikeys.name")}
        name="keyName"
        isFirst
        required
        value={wish.name}
        onInput={(name) => put({ name })}
      />
      <Select
        label={t("apikeys.kind")}
        value={wish.kind}
        options={[
          ["key", t("apikeys.kind.key")],
          ["password", t("apikeys.kind.password")],
        ]}
        change={(kind) => put({ kind: kind as KeyWish["kind"] })}
      />
      <Select
        label={t("apikeys.scope")}
        value={wish.scope}
        options={[
          ["play", t("apikeys.scope.play")],
          ["read", t("apikeys.scope.read")],
          ["full", t("apikeys.scope.full")],
        ]}
        hint={t("apikeys.scope.hint")}
        change={(scope) => put({ scope: scope as KeyWish["scope"] })}
      />
      <Select
        label={t("apikeys.days")}
        value={String(wish.days ?? "")}
        options={[
          ["", t("apikeys.days.never")],
          ...DAYS.map((days): [string, string] => [
            String(days),
            t("apikeys.days.count", { days }),
          ]),
        ]}
        change={until}
      />
      <div class="actions" data-rail>
        <Button kind="main" type="submit">
          {t("apikeys.make")}
        </Button>
      </div>
    </form>
  );
}

function Secret({ of, done }: { of: NewKey; done: () => void }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // What had the focus went with the form.
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const copy = async (): Promise<void> => {
    await copyFrom(field.current);
    setCopied(true);
    say(t("apikeys.copied"));
  };
  const code = (inner: ComponentChildren): JSX.Element => <code dir="ltr">{inner}</code>;
  return (
    <div class="card-form">
      <p>{t("apikeys.once")}</p>
      <div class="field">
        <label for="key-secret">{t("apikeys.secret")}</label>
        <input
          class="key-secret"
          id="key-secret"
          ref={field}
          dir="ltr"
          readOnly
          value={of.secret}
        />
      </div>
      <p class="hint">
        {of.kind === "key" ? t("apikeys.use.key", { code }) : t("apikeys.use.password")}
      </p>
      <div class="actions" data-rail>
        <Button kind="main" icon="copy" onClick={() => void copy()}>
          {t(copied ? "apikeys.copied" : "apikeys.copy")}
        </Button>
        <Button onClick={done}>{t("apikeys.done")}</Button>
      </div>
    </div>
  );
}

/** The window that is open: one is made, was made, or is about to end. */
type Shown = { is: "make" } | { is: "made"; key: NewKey } | { is: "ask"; key: ApiKey } | null;

function titleOf(shown: Shown): string {
  if (shown?.is === "ask") return t("apikeys.revoke.title");
  if (shown?.is !== "made") return t("apikeys.add");
  return t(shown.key.kind === "key" ? "apikeys.new" : "apikeys.new.password");
}

export function Keys(): JSX.Element {
  const { data, error, reload } = useLoad("keys", keys.list);
  const [shown, setShown] = useState<Shown>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isGone = useRef(false);
  // After the window has given the focus back to a row that goes.
  useEffect(() => {
    if (isGone.current) heading.current?.focus();
    isGone.current = false;
  }, [shown]);
  const close = (): void => setShown(null);
  const made = (key: NewKey): void => {
    setShown({ is: "made", key });
    reload();
  };
  const ended = (): void => {
    isGone.current = true;
    close();
    reload();
  };
  return (
    <section class="account-part" aria-labelledby="keys" aria-busy={data === null}>
      <h2 id="keys" ref={heading} tabIndex={-1}>
        {t("apikeys.title")}
      </h2>
      <p class="hint">{t("apikeys.hint")}</p>
      {data === null && error !== null && <Problem>{error.message}</Problem>}
      {data !== null && <KeyList list={data} ask={(key) => setShown({ is: "ask", key })} />}
      <Button icon="plus" onClick={() => setShown({ is: "make" })}>
        {t("apikeys.add")}
      </Button>
      <Dialog label={titleOf(shown)} open={shown !== null} onClose={close}>
        {shown?.is === "make" && <Make made={made} />}
        {shown?.is === "made" && <Secret of={shown.key} done={close} />}
        {shown?.is === "ask" && (
          <Revoke apiKey={shown.key} end={keys.end} done={ended} close={close} />
        )}
      </Dialog>
    </section>
  );
}
