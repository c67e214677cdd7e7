// Sharing a file of the library: a button on a title's page, for
// administrators, and the link to pass on.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { downloads, type What } from "../../api/index.ts";
import { Button, Dialog, Link, Problem } from "../../ui/parts.tsx";
import { Magnet } from "./detail.tsx";
import "./style.css";

/** Opens at once and shares when it is agreed to. */
export function Share(props: { what: What; name: string; close: () => void }): JSX.Element {
  const [id, setId] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const share = (): void => {
    setBusy(true);
    setProblem(null);
    downloads
      .share(props.what)
      .then(
        (made) => setId(made.id),
        (error: Error) => setProblem(error.message),
      )
      .finally(() => setBusy(false));
  };
  return (
    <Dialog label={`Share ${props.name}`} open onClose={props.close}>
      <div class="prose">
        {id === null ? (
          <>
            <p>
              Makes a torrent of the file and sends it to whoever has the link and asks. The file
              stays where it is. Share only what you may.
            </p>
            {problem !== null && <Problem>{problem}</Problem>}
            <div class="actions" data-rail>
              <Button kind="main" icon="share" disabled={busy} onClick={share} autoFocus>
                {busy ? "Reading the file …" : "Share it"}
              </Button>
              <Button kind="quiet" onClick={props.close}>
                Cancel
              </Button>
            </div>
          </>
        ) : (
          <>
            <p role="status">It is shared. Give this link to whom you like:</p>
            <Magnet id={id} />
            <p class="hint">
              Stop or limit it on the page <Link to="/downloads">Downloads</Link>.
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
