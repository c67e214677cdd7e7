// What opens a profile: its PIN, on keys that arrows lead along, or the password of
// the account.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Proof } from "../../api/profiles.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import "../../ui/shapes.ts";

const LEAST = 4;
const MOST = 8;

interface AskedProps {
  busy: boolean;
  prove: (proof: Proof) => void;
}

function Keypad({ busy, prove }: AskedProps): JSX.Element {
  const [pin, setPin] = useState("");
  // Who types on real keys ends with Enter, whatever has the focus.
  const isTyping = useRef(false);
  const add = (digit: string): void => setPin((old) => (old + digit).slice(0, MOST));
  const erase = (): void => setPin((old) => old.slice(0, -1));
  const isReady = pin.length >= LEAST && !busy;
  const finish = (): void => {
    if (!isReady) return;
    setPin("");
    prove({ pin });
  };
  const typed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (/^\d$/.test(event.key)) add(event.key);
    else if (event.key === "Backspace" && pin !== "") erase();
    else if (event.key === "Enter" && isTyping.current) finish();
    else {
      isTyping.current = false;
      return;
    }
    isTyping.current = true;
    event.preventDefault();
    event.stopPropagation();
  };
  const key = (digit: string): JSX.Element => (
    <button
      key={digit}
      type="button"
      class="key"
      data-first={digit === "5" || undefined}
      onClick={() => add(digit)}
    >
      {digit}
    </button>
  );
  return (
    <fieldset class="keypad" aria-label={t("profiles.pin")} onKeyDown={typed}>
      <p class="keypad-pin" aria-hidden="true">
        {"•".repeat(pin.length)}
      </p>
      <Live>{t("profiles.pin.typed", { count: pin.length })}</Live>
      <div class="keypad-keys" dir="ltr">
        {[..."123456789"].map(key)}
        <button
          type="button"
          class="key"
          aria-label={t("profiles.pin.erase")}
          title={t("profiles.pin.erase")}
          onClick={erase}
        >
          <Icon name="erase" />
        </button>
        {key("0")}
        <button
          type="button"
          class="key main"
          aria-label={t("profiles.pin.done")}
          title={t("profiles.pin.done")}
          // Arrows lead to it all the same.
          aria-disabled={!isReady}
          onClick={finish}
        >
          <Icon name="check" />
        </button>
      </div>
    </fieldset>
  );
}

function Password({ busy, prove }: AskedProps): JSX.Element {
  const [password, setPassword] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    prove({ password });
  };
  return (
    <form class="proof" onSubmit={submit}>
      <Field
        label={t("profiles.password")}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onInput={setPassword}
      />
      <Button kind="main" type="submit" disabled={busy}>
        {t("app.continue")}
      </Button>
    </form>
  );
}

export interface ProofProps {
  /** Whose it is. */
  name: string;
  hasPin: boolean;
  open: boolean;
  onClose: () => void;
  /** Throws what was wrong with it. */
  prove: (proof: Proof) => Promise<void>;
}

function Ask({ hasPin, prove }: ProofProps): JSX.Element {
  const [isPin, setPin] = useState(hasPin);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const give = async (proof: Proof): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await prove(proof);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const Asked = isPin ? Keypad : Password;
  return (
    <div class="proof">
      {problem !== null && <Problem>{problem}</Problem>}
      <Asked busy={busy} prove={(proof) => void give(proof)} />
      {hasPin && (
        <Button kind="quiet" onClick={() => setPin(!isPin)}>
          {t(isPin ? "profiles.pin.password" : "profiles.pin.use")}
        </Button>
      )}
    </div>
  );
}

/** Asks in a window over the page. */
export function ProofDialog(props: ProofProps): JSX.Element {
  const label = t(props.hasPin ? "profiles.pin.of" : "profiles.password.for", {
    name: props.name,
  });
  return (
    <Dialog label={label} open={props.open} onClose={props.onClose}>
      <Ask {...props} />
    </Dialog>
  );
}
