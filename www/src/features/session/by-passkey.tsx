// Signing in by a passkey, where the browser has them.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { hasPasskeys, passkeys, wasLeft } from "../../api/passkeys.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/notice.tsx";
import "../../ui/shapes.ts";

export function ByPasskey(): JSX.Element | null {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!hasPasskeys()) return null;
  const signIn = async (): Promise<void> => {
    setProblem(null);
    setBusy(true);
    try {
      await passkeys.signIn();
    } catch (error) {
      setProblem(wasLeft(error) ? t("door.passkey.left") : (error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="key" onClick={() => void signIn()} disabled={busy}>
        {t("door.passkey")}
      </Button>
      {problem !== null && <Problem>{problem}</Problem>}
    </>
  );
}
