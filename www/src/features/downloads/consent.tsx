// Asked once, before the first torrent: that playing one uploads too. Who has
// declined is not asked again while the window is open; a button stays.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { settings } from "../../api/admin.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/notice.tsx";

/** Writes down that an administrator has agreed. */
export function agree(): Promise<unknown> {
  return settings.change([{ name: "net.consent", value: true }]);
}

export function ConsentText(): JSX.Element {
  return (
    <>
      <p>{t("downloads.consent.upload")}</p>
      <p>{t("downloads.consent.law")}</p>
    </>
  );
}

const DECLINED = "miauflix.ownFilesOnly";

function hasDeclined(): boolean {
  try {
    return sessionStorage.getItem(DECLINED) !== null;
  } catch {
    return false; // storage is switched off
  }
}

function noteDeclined(): void {
  try {
    sessionStorage.setItem(DECLINED, "1");
  } catch {
    // it is asked again, then
  }
}

/** For whatever the server has refused until somebody agrees. */
export function Consent({ onAgreed }: { onAgreed: () => void }): JSX.Element {
  const [isDeclined, setDeclined] = useState(hasDeclined);
  const [open, setOpen] = useState(!isDeclined);
  return (
    <>
      {isDeclined && (
        <Button icon="down" onClick={() => setOpen(true)}>
          {t("downloads.consent.allow")}
        </Button>
      )}
      <ConsentDialog
        open={open}
        onAgreed={() => {
          setOpen(false);
          onAgreed();
        }}
        onClose={() => {
          if (open) noteDeclined();
          setDeclined(true);
          setOpen(false);
        }}
      />
    </>
  );
}

function ConsentDialog(props: {
  open: boolean;
  onAgreed: () => void;
  onClose: () => void;
}): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const yes = (): void => {
    setProblem(null);
    agree().then(props.onAgreed, (error: Error) => setProblem(error.message));
  };
  return (
    <Dialog label={t("downloads.consent")} open={props.open} onClose={props.onClose}>
      <div class="prose">
        <ConsentText />
        {problem !== null && <Problem>{problem}</Problem>}
        <div class="actions" data-rail>
          <Button kind="main" icon="check" onClick={yes} autoFocus>
            {t("downloads.consent.yes")}
          </Button>
          <Button kind="quiet" onClick={props.onClose}>
            {t("downloads.consent.no")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
