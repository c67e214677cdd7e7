// Signing in a device by its code: which one asks, and yes or no.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Asking, link } from "../../api/link.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import "./style.css";

/** What came with the address, from a code that was scanned. */
const scanned = (): string => new URLSearchParams(location.search).get("code") ?? "";

/** The code as the device shows it, however it was typed. */
const asShown = (code: string): string =>
  code
    .toUpperCase()
    .replace(/[^A-Z]/g, "")
    .replace(/^.{4}/, "$&-");

type Step =
  | { is: "typing" }
  | { is: "asked"; device: Asking }
  | { is: "done"; isApproved: boolean };

function Question(props: {
  code: string;
  device: Asking;
  busy: boolean;
  answer: (yes: boolean) => void;
}): JSX.Element {
  const { device, address } = props.device;
  const letters = asShown(props.code);
  return (
    <div class="card-form">
      <h2>{t("link.asks", { device })}</h2>
      <p>
        {t("link.from", {
          address,
          letters,
          code: (inner) => <code class="user-code">{inner}</code>,
        })}
      </p>
      <div class="actions">
        <Button kind="main" autoFocus disabled={props.busy} onClick={() => props.answer(true)}>
          {t("link.yes")}
        </Button>
        <Button disabled={props.busy} onClick={() => props.answer(false)}>
          {t("link.no")}
        </Button>
      </div>
    </div>
  );
}

export function LinkPage(_: { params: string[] }): JSX.Element {
  const [code, setCode] = useState(scanned);
  const [step, setStep] = useState<Step>({ is: "typing" });
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  usePageName(t("link.page"));

  const attempt = async (run: () => Promise<Step>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setStep(await run());
    } catch (error) {
      setStep({ is: "typing" });
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const look = (): Promise<void> =>
    attempt(async () => ({ is: "asked", device: await link.show(code.trim()) }));
  const answer = (isApproved: boolean): Promise<void> =>
    attempt(async () => {
      await link.answer(code.trim(), isApproved);
      return { is: "done", isApproved };
    });

  useEffect(() => {
    if (code !== "") void look();
    else form.current?.querySelector("input")?.focus();
  }, []);

  return (
    <section class="page narrow" aria-busy={busy}>
      <h1>{t("link.page")}</h1>
      {step.is === "typing" && (
        <form
          ref={form}
          class="card-form"
          onSubmit={(event) => {
            event.preventDefault();
            void look();
          }}
        >
          <p>{t("link.page.text")}</p>
          <Field
            label={t("link.code")}
            name="code"
            autocomplete="off"
            required
            value={code}
            onInput={setCode}
          />
          <Button kind="main" type="submit" disabled={busy}>
            {t("link.look")}
          </Button>
        </form>
      )}
      {step.is === "asked" && (
        <Question code={code} device={step.device} busy={busy} answer={(yes) => void answer(yes)} />
      )}
      {step.is === "done" && (
        <div class="card-form">
          <Notice>
            <p role="status">{t(step.isApproved ? "link.done.yes" : "link.done.no")}</p>
          </Notice>
          <Button
            autoFocus
            onClick={() => {
              setCode("");
              setStep({ is: "typing" });
            }}
          >
            {t("link.other")}
          </Button>
        </div>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  );
}
