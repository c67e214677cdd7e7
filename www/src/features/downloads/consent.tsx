// Asked once, before the first torrent: that playing one uploads too. Who has
// declined is not asked again while the window is open; a button stays.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { settings } from "../../api/index.ts";
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
      <p>
        Playing a torrent also uploads to others: while it plays, and for as long as it is kept,
        parts of it are sent to whoever asks. Your internet address is seen by them.
      </p>
      <p>
        Respect local law and licences: fetch and share only what you may. Upload speed and ratio
        are limited in the settings, where this can be taken back too.
      </p>
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
  const [open, setOpen] = useState(() => !hasDeclined());
  return (
    <>
      {!open && (
        <Button icon="down" onClick={() => setOpen(true)}>
          Allow torrents
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
    <Dialog label="Before the first torrent" open={props.open} onClose={props.onClose}>
      <div class="prose">
        <ConsentText />
        {problem !== null && <Problem>{problem}</Problem>}
        <div class="actions" data-rail>
          <Button kind="main" icon="check" onClick={yes} autoFocus>
            I agree
          </Button>
          <Button kind="quiet" onClick={props.onClose}>
            Own files only
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
