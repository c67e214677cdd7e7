// Changing one's own password.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { entry } from "../../api/people.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Live, Problem } from "../../ui/notice.tsx";

export function Password({ email }: { email: string }): JSX.Element {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isChanged, setChanged] = useState(false);
  const change = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    setChanged(false);
    try {
      await entry.setPassword(current, next);
      setCurrent("");
      setNext("");
      setChanged(true);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const said = isChanged ? t("account.password.changed") : "";
  return (
    <form class="card-form" onSubmit={change}>
      <h2>{t("account.password")}</h2>
      {problem !== null && <Problem>{problem}</Problem>}
      {/* Who keeps passwords for the reader wants to know whose this is. */}
      <input type="hidden" name="username" autocomplete="username" value={email} />
      <Field
        label={t("account.password.current")}
        name="current"
        type="password"
        autocomplete="current-password"
        required
        value={current}
        onInput={setCurrent}
      />
      <Field
        label={t("account.password.new")}
        name="next"
        type="password"
        autocomplete="new-password"
        hint={t("account.password.hint")}
        minLength={8}
        required
        value={next}
        onInput={setNext}
      />
      <div class="actions">
        <Button type="submit">{t("account.password.change")}</Button>
        {isChanged && <span class="hint">{said}</span>}
        <Live>{said}</Live>
      </div>
    </form>
  );
}
