// Signing in by a phone that is signed in already: a code to scan or to type there.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/notice.tsx";
import { QrCode } from "../../ui/qr.tsx";
import { type Waiting, waitForPhone } from "./waiting.ts";
import "../link/style.css";
import "./style.css";

export function Phone(props: { open: boolean; close: () => void }): JSX.Element {
  const [state, setState] = useState<Waiting>({ is: "coming" });
  const [round, setRound] = useState(0);
  useEffect(() => (props.open ? waitForPhone(setState) : undefined), [props.open, round]);
  return (
    <Dialog label={t("door.phone")} open={props.open} onClose={props.close}>
      <div class="phone" aria-busy={state.is === "coming"}>
        {state.is === "shown" && (
          <>
            <p>{t("link.scan", { address: state.code.verificationUri })}</p>
            <QrCode text={state.code.verificationUriComplete} />
            <p class="user-code" role="status">
              <span class="visually-hidden">{t("link.code")} </span>
              <bdi>{state.code.userCode}</bdi>
            </p>
            <p class="hint">{t("link.wait")}</p>
          </>
        )}
        {state.is === "failed" && <Problem>{state.problem}</Problem>}
        {state.is === "refused" && (
          <>
            <Problem>{state.problem ?? t("link.refused")}</Problem>
            <Button kind="main" autoFocus onClick={() => setRound(round + 1)}>
              {t("link.again")}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
