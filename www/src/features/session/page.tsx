// Signing in.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { auth } from "../../api/index.ts";
import { loadArea, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Mark } from "../../ui/icons.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";

/** The fields and the button; `children` stand above them. */
export function SignInForm({ children }: { children?: ComponentChildren }): JSX.Element {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    form.current?.querySelector("input")?.focus();
  }, []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await auth.signIn(login, password);
    } catch (error) {
      setProblem((error as Error).message);
      form.current?.querySelector<HTMLInputElement>("input[type=password]")?.select();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} class="card-form" onSubmit={submit}>
      {children}
      <Field
        label={t("app.signin.login")}
        name="login"
        autocomplete="username"
        required
        value={login}
        onInput={setLogin}
      />
      <Field
        label={t("app.password")}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onInput={setPassword}
      />
      <Button kind="main" type="submit" disabled={busy}>
        {t("app.signin.title")}
      </Button>
      {problem && <Problem>{problem}</Problem>}
    </form>
  );
}

/** Comes after what one is here for. */
function LaterFoot(): JSX.Element | null {
  const [Part, setPart] = useState<(() => JSX.Element | null) | null>(null);
  useEffect(() => {
    Promise.all([import("./foot.tsx"), loadArea("door")]).then(
      ([m]) => setPart(() => m.Foot),
      () => undefined, // the browser's language is a good one
    );
  }, []);
  return Part && <Part />;
}

export function SignIn(): JSX.Element {
  usePageName(t("app.signin.title"));
  return (
    <main class="page narrow door">
      <SignInForm>
        <p class="brand">
          <Mark />
          Miauflix
        </p>
        <h1>{t("app.signin.title")}</h1>
      </SignInForm>
      <div class="foot">
        <LaterFoot />
      </div>
    </main>
  );
}
