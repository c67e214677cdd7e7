// Keys for programs and passwords for players: making one, shown once, and ending it.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiKey, type KeyWish, keys } from "../../api/keys.ts";
import { useLoad } from "../../api/load.ts";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { copyFrom } from "../../ui/copy.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Problem } from "../../ui/notice.tsx";
import { say } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";

const DAYS = [30, 90, 365];
const FIRST: KeyWish = { name: "", kind: "key", scope: "read" };

function Make({ made }: { made: (secret: string) => void }): JSX.Element {
  const [wish, setWish] = useState(FIRST);
  const [problem, setProblem] = useState<string | null>(null);
  const put = (part: Partial<KeyWish>): void => setWish((old) => ({ ...old, ...part }));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    try {
      made((await keys.make({ ...wish, name: wish.name.trim() })).secret);
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
        label={t("account.keys.name")}
        name="keyName"
        required
        value={wish.name}
        onInput={(name) => put({ name })}
      />
      <Select
        label={t("account.keys.kind")}
        value={wish.kind}
        options={[
          ["key", t("account.keys.kind.key")],
          ["password", t("account.keys.kind.password")],
        ]}
        change={(kind) => put({ kind: kind as KeyWish["kind"] })}
      />
      <Select
        label={t("account.keys.scope")}
        value={wish.scope}
        options={[
          ["read", t("account.keys.scope.read")],
          ["full", t("account.keys.scope.full")],
        ]}
        hint={t("account.keys.scope.hint")}
        change={(scope) => put({ scope: scope as KeyWish["scope"] })}
      />
      <Select
        label={t("account.keys.days")}
        value={String(wish.days ?? "")}
        options={[
          ["", t("account.keys.days.never")],
          ...DAYS.map((days): [string, string] => [
            String(days),
            t("account.keys.days.count", { days }),
          ]),
        ]}
        change={until}
      />
      <div class="actions" data-rail>
        <Button kind="main" type="submit">
          {t("account.keys.make")}
        </Button>
      </div>
    </form>
  );
}

function Secret({ secret, done }: { secret: string; done: () => void }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const copy = async (): Promise<void> => {
    await copyFrom(field.current);
    setCopied(true);
    say(t("account.keys.copied"));
  };
  return (
    <div class="card-form">
      <p>{t("account.keys.once")}</p>
      <div class="field">
        <label for="key-secret">{t("account.keys.secret")}</label>
        <input class="key-secret" id="key-secret" ref={field} dir="ltr" readOnly value={secret} />
      </div>
      <div class="actions" data-rail>
        <Button kind="main" icon="copy" onClick={() => void copy()}>
          {t(copied ? "account.keys.copied" : "account.keys.copy")}
        </Button>
        <Button onClick={done}>{t("account.keys.done")}</Button>
      </div>
    </div>
  );
}

function lastUse({ createdAt, expiresAt, lastUsedAt, lastAddress }: ApiKey): string {
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    return t("account.keys.ended", { time: moment(expiresAt) });
  if (lastUsedAt === null) return t("account.keys.unused", { time: moment(createdAt) });
  return t("account.keys.used", { time: moment(lastUsedAt), address: lastAddress ?? "" });
}

function Row({ apiKey, revoke }: { apiKey: ApiKey; revoke: () => void }): JSX.Element {
  const { name, kind, scope } = apiKey;
  return (
    <li>
      <div>
        <bdi>{name}</bdi>
        <p class="hint">
          {t(kind === "key" ? "account.keys.kind.key" : "account.keys.kind.password")}
          {" · "}
          {t(scope === "read" ? "account.keys.scope.read" : "account.keys.scope.full")}
        </p>
        <p class="hint">{lastUse(apiKey)}</p>
      </div>
      <Button onClick={revoke}>
        {t("account.keys.revoke")}
        <span class="visually-hidden"> {name}</span>
      </Button>
    </li>
  );
}

export function Keys(): JSX.Element {
  const { data, error, reload } = useLoad("keys", keys.list);
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const close = (): void => {
    setOpen(false);
    setSecret(null);
  };
  const made = (text: string): void => {
    setSecret(text);
    reload();
  };
  const revoke = async (id: string): Promise<void> => {
    setProblem(null);
    try {
      await keys.end(id);
      say(t("account.keys.revoked"));
      // What was pressed goes with its row.
      heading.current?.focus();
    } catch (failure) {
      setProblem((failure as Error).message);
    }
    reload();
  };
  const shown = problem ?? (data === null && error !== null ? error.message : null);
  return (
    <section class="account-part" aria-labelledby="keys" aria-busy={data === null}>
      <h2 id="keys" ref={heading} tabIndex={-1}>
        {t("account.keys")}
      </h2>
      <p class="hint">{t("account.keys.hint")}</p>
      {shown !== null && <Problem>{shown}</Problem>}
      {data !== null && data.length > 0 && (
        <ul>
          {data.map((apiKey) => (
            <Row key={apiKey.id} apiKey={apiKey} revoke={() => void revoke(apiKey.id)} />
          ))}
        </ul>
      )}
      <Button icon="plus" onClick={() => setOpen(true)}>
        {t("account.keys.add")}
      </Button>
      <Dialog
        label={t(secret === null ? "account.keys.add" : "account.keys.new")}
        open={isOpen}
        onClose={close}
      >
        {isOpen &&
          (secret === null ? <Make made={made} /> : <Secret {...{ secret }} done={close} />)}
      </Dialog>
    </section>
  );
}
