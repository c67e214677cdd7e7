// Sharing a file of the library: a button on a title's page, for
// administrators, and the link to pass on.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { on } from "../../api/events.ts";
import { type Download, type DownloadEvent, downloads, type What } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
import { Bar } from "../../ui/bar.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Magnet } from "./detail.tsx";
import { fraction, leftText, percent } from "./state.ts";
import "./style.css";

const LOOK_MS = 2000;

/** The download as it is told, and asked for now and then besides while it is read. */
function useDownload(id: number): { now: Download | null; problem: string | null } {
  const [now, setNow] = useState<Download | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isRead = now !== null && now.state !== "hashing";
  useEffect(() => {
    if (isRead) return;
    const ask = (): void => {
      downloads.show(id).then(
        (download) => {
          setNow(download);
          setProblem(null);
        },
        (error: Error) => setProblem(error.message),
      );
    };
    ask();
    const timer = setInterval(ask, LOOK_MS);
    const end = on<DownloadEvent>("download", (event) => {
      if ("state" in event && event.id === id) setNow(event);
    });
    return () => {
      clearInterval(timer);
      end();
    };
  }, [id, isRead]);
  return { now, problem };
}

/** How far the reading is; then the link. */
function Shared({ id }: { id: number }): JSX.Element {
  const { now, problem } = useDownload(id);
  if (problem !== null) return <Problem>{problem}</Problem>;
  if (now?.state === "failed") return <Problem>{now.sentence ?? "It cannot be shared."}</Problem>;
  if (now === null || now.state === "hashing") {
    const part = now === null ? 0 : fraction(now);
    const read = now?.size ? `${bytes(now.done)} of ${bytes(now.size)} read` : "";
    return (
      <>
        <p role="status">
          The file is read once, then it is shared; this window may be closed. {percent(part)} %
        </p>
        <Bar fraction={part} />
        <p class="hint">
          {[read, now?.eta ? leftText(now.eta) : "", now?.sentence ?? ""]
            .filter(Boolean)
            .join("  ·  ")}
        </p>
        <p class="hint">
          Take it back on the page <Link to="/downloads">Downloads</Link>.
        </p>
      </>
    );
  }
  return (
    <>
      <p role="status">It is shared. Give this link to whom you like:</p>
      <Magnet id={id} />
      <p class="hint">
        Stop or limit it on the page <Link to="/downloads">Downloads</Link>.
      </p>
    </>
  );
}

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
                Share it
              </Button>
              <Button kind="quiet" onClick={props.close}>
                Cancel
              </Button>
            </div>
          </>
        ) : (
          <Shared id={id} />
        )}
      </div>
    </Dialog>
  );
}
