// Sharing a file of the library: a button on a title's page, for
// administrators, and the link to pass on.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import { on } from "../../api/events.ts";
import type { Download, DownloadEvent, What } from "../../api/index.ts";
import { bytes, percent as percentText } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Bar } from "../../ui/bar.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Magnet } from "./detail.tsx";
import { fraction, leftText, percent, whyText } from "./state.ts";
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

const link = (inner: ComponentChildren) => <Link to="/downloads">{inner}</Link>;

/** How far the reading is; then the link. */
function Shared({ id }: { id: number }): JSX.Element {
  const { now, problem } = useDownload(id);
  if (problem !== null) return <Problem>{problem}</Problem>;
  if (now?.state === "failed")
    return <Problem>{whyText(now) ?? t("downloads.share.failed")}</Problem>;
  if (now === null || now.state === "hashing") {
    const part = now === null ? 0 : fraction(now);
    const read = now?.size
      ? t("downloads.share.read", { done: bytes(now.done), size: bytes(now.size) })
      : "";
    return (
      <>
        <p role="status">
          {t("downloads.share.reading", { percent: percentText(percent(part) / 100) })}
        </p>
        <Bar fraction={part} />
        <p class="hint">
          {[read, now?.eta ? leftText(now.eta) : "", (now && whyText(now)) ?? ""]
            .filter(Boolean)
            .join("  ·  ")}
        </p>
        <p class="hint">{t("downloads.share.back", { link })}</p>
      </>
    );
  }
  return (
    <>
      <p role="status">{t("downloads.share.done")}</p>
      <Magnet id={id} />
      <p class="hint">{t("downloads.share.stop", { link })}</p>
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
    <Dialog label={t("downloads.share.title", { name: props.name })} open onClose={props.close}>
      <div class="prose">
        {id === null ? (
          <>
            <p>{t("downloads.share.text")}</p>
            {problem !== null && <Problem>{problem}</Problem>}
            <div class="actions" data-rail>
              <Button kind="main" icon="share" disabled={busy} onClick={share} autoFocus>
                {t("downloads.share.yes")}
              </Button>
              <Button kind="quiet" onClick={props.close}>
                {t("downloads.cancel")}
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
