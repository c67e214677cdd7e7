// A code that is handed over: read out, sent as a link, or held before a camera.
import type { JSX } from "preact";
import { moment } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { QrCode } from "../../ui/qr.tsx";
import type { Handed } from "./page.tsx";

export function CodeWindow(props: { handed: Handed | null; close: () => void }): JSX.Element {
  const { handed } = props;
  return (
    <Dialog label={t("people.code")} open={handed !== null} onClose={props.close}>
      {handed !== null && (
        <div class="code-window">
          <p>{handed.what}</p>
          <p class="code" dir="ltr">
            {handed.code.code}
          </p>
          <QrCode text={handed.code.link} />
          <p class="code-link" dir="ltr">
            {handed.code.link}
          </p>
          <p class="hint">{t("people.code.until", { until: moment(handed.code.expiresAt) })}</p>
        </div>
      )}
    </Dialog>
  );
}
