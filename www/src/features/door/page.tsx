// The doors for who has no session: making an account by an invitation, and setting a
// new password by a code. The code stands behind '#' in the address, which a browser
// tells nobody.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { auth, setup } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { entry } from "../../api/people.ts";
import { language, t } from "../../lib/messages.ts";
import { href } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Mark } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Live, Notice, Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import "../../ui/panel.css";

type Typed = Record<"code" | "name" | "email" | "password", string>;

function codeOfAddress(): string {
  const code = location.hash.slice(1);
  // It is used once; nothing of it stays in the history of this browser.
  if (code !== "") history.replaceState(history.state, "", location.pathname);
  return code;
}

/** What is typed, and sending it. */
function useEntry(send: (typed: Typed) => Promise<void>) {
  const [typed, setTyped] = useState<Typed>(() => ({
    code: codeOfAddress(),
    name: "",
    email: "",
    password: "",
  }));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const inputs = [...(form.current?.querySelectorAll("input") ?? [])];
    inputs.find((input) => input.value === "")?.focus();
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await send(typed);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const put = (name: keyof Typed) => (value: string) =>
    setTyped((old) => ({ ...old, [name]: value }));
  return { typed, put, problem, busy, form, submit };
}

function Code(props: { value: string; required: boolean; put: (value: string) => void }) {
  return (
    <Field
      label={t("door.code")}
      name="code"
      autocomplete="one-time-code"
      hint={t("door.code.hint")}
      required={props.required}
      value={props.value}
      onInput={props.put}
    />
  );
}

function Password(props: { label: string; value: string; put: (value: string) => void }) {
  return (
    <Field
      label={props.label}
      name="password"
      type="password"
      autocomplete="new-password"
      hint={t("door.password.hint")}
      minLength={8}
      required
      value={props.value}
      onInput={props.put}
    />
  );
}

function Head({ children }: { children: string }): JSX.Element {
  return (
    <>
      <p class="brand">
        <Mark />
        Miauflix
      </p>
      <h1>{children}</h1>
    </>
  );
}

export function Join(): JSX.Element {
  // Where everybody may come, the code can stay away.
  const known = useLoad("setup", setup.state);
  const isOpen = known.data?.signup === "open";
  usePageName(t("door.join"));
  const { typed, put, problem, busy, form, submit } = useEntry(async (all) => {
    const { code, name, email, password } = all;
    const invited = code.trim() === "" ? {} : { code };
    await entry.signUp({ name, email, password, ...invited });
    // who joins in a language goes on in it
    await auth.update({ language: language() }).catch(() => undefined);
    // The page begins anew as theirs.
    location.replace(href("/"));
  });
  return (
    <form ref={form} class="card-form" onSubmit={submit}>
      <Head>{t("door.join")}</Head>
      <p>{t("door.join.text")}</p>
      <Code value={typed.code} required={!isOpen} put={put("code")} />
      <Field
        label={t("door.name")}
        name="name"
        autocomplete="name"
        required
        value={typed.name}
        onInput={put("name")}
      />
      <Field
        label={t("door.email")}
        name="email"
        type="email"
        autocomplete="username"
        required
        value={typed.email}
        onInput={put("email")}
      />
      <Password label={t("app.password")} value={typed.password} put={put("password")} />
      <Button kind="main" type="submit" disabled={busy}>
        {t("door.join")}
      </Button>
      {problem && <Problem>{problem}</Problem>}
    </form>
  );
}

export function Reset(): JSX.Element {
  usePageName(t("door.reset"));
  const [isDone, setDone] = useState(false);
  const { typed, put, problem, busy, form, submit } = useEntry(async ({ code, password }) => {
    await entry.useReset(code, password);
    setDone(true);
  });
  if (isDone)
    return (
      <div class="card-form">
        <Head>{t("door.reset")}</Head>
        <Notice>{t("door.reset.done")}</Notice>
        <Live>{t("door.reset.done")}</Live>
        <p>
          <Link to="/">{t("app.signin.title")}</Link>
        </p>
      </div>
    );
  return (
    <form ref={form} class="card-form" onSubmit={submit}>
      <Head>{t("door.reset")}</Head>
      <p>{t("door.reset.text")}</p>
      <Code value={typed.code} required put={put("code")} />
      <Password label={t("door.password.new")} value={typed.password} put={put("password")} />
      <Button kind="main" type="submit" disabled={busy}>
        {t("door.reset")}
      </Button>
      {problem && <Problem>{problem}</Problem>}
    </form>
  );
}

export function Door(props: { params: string[] }): JSX.Element {
  return <main class="page narrow door">{props.params[0] === "join" ? <Join /> : <Reset />}</main>;
}
