// The first visit, in three short steps: who runs this, where the films are,
// what may be contacted outside.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { house } from "../../api/admin.ts";
import { ApiError } from "../../api/client.ts";
import { auth } from "../../api/index.ts";
import { type BareKey, language, said, t } from "../../lib/messages.ts";
import { go } from "../../lib/router.ts";
import { Button } from "../../ui/button.tsx";
import { Check } from "../../ui/check.tsx";
import { useDraft } from "../../ui/draft.ts";
import { Field } from "../../ui/field.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { agree, ConsentText } from "../downloads/consent.tsx";
import { addOpenFilms } from "../downloads/films.tsx";
import { FolderChooser } from "../library/chooser.tsx";
import { FolderRow, ScanLine } from "../library/parts.tsx";
import { useLibrary } from "../library/state.ts";
import { Tongue } from "../session/tongue.tsx";
import "../library/style.css";
import "../../ui/panel.css";
import "../../ui/shapes.ts";
import "./style.css";
import { Mark } from "../../ui/icons.tsx";

const STEPS: BareKey[] = ["setup.step.person", "setup.step.films", "setup.step.outside"];
const TITLES: BareKey[] = ["setup.person.title", "setup.films.title", "setup.outside.title"];

/** What the server says of each field that it refuses. */
function fieldsOf(failed: Error | null): { name: string; problem: string }[] {
  const fields = failed instanceof ApiError ? failed.body.fields : null;
  return Array.isArray(fields) ? fields : [];
}

/** What the server says of one field; without a code it says it in English. */
function fieldProblem(failed: Error | null, name: string): string | undefined {
  const problem = fieldsOf(failed).find((f) => f.name === name)?.problem;
  return problem === undefined ? undefined : said("codes.field", problem);
}

const BLANK = { displayName: "", email: "", password: "", code: "" };

function Administrator(props: { codeNeeded: boolean; done: () => void }): JSX.Element {
  const [typed, setTyped] = useDraft<typeof BLANK>("setup");
  const [blank] = useState(() => ({
    ...BLANK,
    code: new URLSearchParams(location.search).get("code") ?? "",
  }));
  const form = typed ?? blank;
  const [failed, setFailed] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const put = (name: keyof typeof form) => (value: string) =>
    setTyped((old) => ({ ...(old ?? blank), [name]: value }));
  const problemOf = (name: string): string | undefined => fieldProblem(failed, name);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailed(null);
    const { displayName, email, password, code } = form;
    try {
      await house.found({
        email,
        password,
        ...(displayName === "" ? {} : { displayName }),
        ...(code === "" ? {} : { code: code.trim() }),
      });
      await auth.signIn(email, password);
      setTyped(null);
      // who sets it up in a language goes on in it
      await auth.update({ language: language() }).catch(() => undefined);
      props.done();
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  const isFieldless = fieldsOf(failed).length === 0;
  return (
    <form onSubmit={submit}>
      <h1>{t("setup.person.title")}</h1>
      <p class="hint">{t("setup.person.text")}</p>
      {props.codeNeeded && (
        <Field
          label={t("setup.person.code")}
          name="code"
          value={form.code}
          onInput={put("code")}
          required
          hint={t("setup.person.code.hint")}
          problem={problemOf("code")}
        />
      )}
      <Field
        label={t("setup.person.name")}
        name="displayName"
        autocomplete="name"
        value={form.displayName}
        onInput={put("displayName")}
        problem={problemOf("displayName")}
      />
      <Field
        label={t("setup.person.email")}
        name="email"
        type="email"
        autocomplete="username"
        required
        value={form.email}
        onInput={put("email")}
        hint={t("setup.person.email.hint")}
        problem={problemOf("email")}
      />
      <Field
        label={t("app.password")}
        name="password"
        type="password"
        autocomplete="new-password"
        required
        minLength={8}
        value={form.password}
        onInput={put("password")}
        hint={t("setup.person.password.hint")}
        problem={problemOf("password")}
      />
      <Button kind="main" type="submit" disabled={busy}>
        {t("setup.next")}
      </Button>
      {failed !== null && isFieldless && <Problem>{failed.message}</Problem>}
    </form>
  );
}

function Films({ done }: { done: () => void }): JSX.Element {
  const { folders, scan, error, reload } = useLibrary();
  const some = folders !== null && folders.length > 0;
  return (
    <div class="setup-step">
      <h1>{t("setup.films.title")}</h1>
      <p class="hint">{t("setup.films.text")}</p>
      <div class="actions">
        <FolderChooser onChosen={reload} isSecond={some} />
        <Button kind={some ? "main" : "quiet"} onClick={done}>
          {t(some ? "setup.next" : "setup.later")}
        </Button>
      </div>
      {error !== null && <Problem>{error.message}</Problem>}
      <ul class="folders">
        {folders?.map((folder) => (
          <FolderRow key={folder.id} folder={folder} removed={reload} />
        ))}
      </ul>
      {some && <ScanLine scan={scan} />}
    </div>
  );
}

const AS_SHOWN = { torrents: false, films: true };

function Outside({ done }: { done: () => Promise<void> }): JSX.Element {
  const [chosen, setChosen] = useDraft<typeof AS_SHOWN>("setup.outside");
  const { torrents, films } = chosen ?? AS_SHOWN;
  const [problem, setProblem] = useState<string | null>(null);
  const go = (): void => {
    setProblem(null);
    const ready = torrents ? agree() : Promise.resolve();
    const filled = ready.then(() => (torrents && films ? addOpenFilms() : 0));
    filled
      .then(() => setChosen(null))
      .then(done)
      .catch((error: Error) => setProblem(error.message));
  };
  return (
    <div class="setup-step">
      <h1>{t("setup.outside.title")}</h1>
      <Notice>
        <p>{t("setup.outside.text", { b: (inner) => <strong>{inner}</strong> })}</p>
      </Notice>
      <fieldset class="consent panel">
        <legend>{t("setup.outside.torrents")}</legend>
        <ConsentText />
        <Check checked={torrents} change={(value) => setChosen({ torrents: value, films })}>
          {t("setup.outside.agree")}
        </Check>
        {torrents && (
          <Check checked={films} change={(value) => setChosen({ torrents, films: value })}>
            {t("setup.outside.films")}
          </Check>
        )}
        <p class="hint">{t("setup.outside.hint")}</p>
      </fieldset>
      {problem !== null && <Problem>{problem}</Problem>}
      <div class="actions">
        <Button kind="main" onClick={go} autoFocus>
          {t("setup.outside.done")}
        </Button>
      </div>
    </div>
  );
}

/** Said to who comes back to steps that were left; they may be left for good. */
function LeftOff({ end }: { end: () => Promise<void> }): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const later = (): void => {
    setProblem(null);
    end().catch((error: Error) => setProblem(error.message));
  };
  return (
    <div class="notice left-off">
      <p>{t("setup.left", { b: (inner) => <strong>{inner}</strong> })}</p>
      <Button kind="plain" onClick={later}>
        {t("setup.left.later")}
      </Button>
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  );
}

export interface SetupProps {
  codeNeeded: boolean;
  /** The administrator is there already: go on with the second step. */
  isResumed: boolean;
  onFinish: () => void;
}

export function Setup(props: SetupProps): JSX.Element {
  const [step, setStep] = useState(props.isResumed ? 1 : 0);
  const page = useRef<HTMLElement>(null);
  usePageName(t(TITLES[step] ?? "setup.person.title"));
  // each step begins at its head, with the focus in its first field
  useEffect(() => {
    const first = page.current?.querySelector<HTMLElement>("input, .actions .button");
    first?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  }, [step]);
  const finish = async (): Promise<void> => {
    await house.endSteps();
    go("/", true);
    props.onFinish();
  };
  return (
    <main class="page narrow setup" ref={page}>
      <div class="card-form">
        <p class="brand">
          <Mark />
          Miauflix
        </p>
        {props.isResumed && <LeftOff end={finish} />}
        <ol class="steps" aria-label={t("setup.steps")}>
          {STEPS.map((name, place) => (
            <li key={name} aria-current={place === step ? "step" : undefined}>
              {t("setup.step", { n: place + 1, name: t(name) })}
            </li>
          ))}
        </ol>
        {step === 0 && <Administrator codeNeeded={props.codeNeeded} done={() => setStep(1)} />}
        {step === 1 && <Films done={() => setStep(2)} />}
        {step === 2 && <Outside done={finish} />}
      </div>
      {step === 0 && (
        <div class="tongue">
          <Tongue />
        </div>
      )}
    </main>
  );
}
