// One download: how far it is, what it does, and what one may do with it.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import type { Download } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Ring } from "../../ui/ring.tsx";
import "../../ui/panel.css";
import { pagePath } from "../title/state.ts";
import { Detail } from "./detail.tsx";
import { asks } from "./files.tsx";
import { facts, fraction, givenText, mood, needsHelp, stateText, whyText } from "./state.ts";

function Removing(props: {
  download: Download;
  open: boolean;
  close: () => void;
  removed: () => void;
}): JSX.Element {
  const { download } = props;
  const { title } = download;
  const b = (inner: ComponentChildren) => <strong>{inner}</strong>;
  const [problem, setProblem] = useState<string | null>(null);
  const remove = (erase: boolean) => () => {
    setProblem(null);
    downloads.remove(download.id, erase).then(props.removed, (e: Error) => setProblem(e.message));
  };
  return (
    <Dialog
      label={t(download.isOwnFile ? "downloads.remove.title.own" : "downloads.remove.title")}
      open={props.open}
      onClose={props.close}
    >
      <div class="prose">
        <p>
          {download.isOwnFile
            ? t("downloads.remove.text.own", { title, b })
            : t("downloads.remove.text", { title, b, size: bytes(download.done) })}
        </p>
        {problem !== null && <Problem>{problem}</Problem>}
        <div class="actions" data-rail>
          <Button kind="main" icon="trash" onClick={remove(!download.isOwnFile)} autoFocus>
            {t(download.isOwnFile ? "downloads.remove.own" : "downloads.remove.erase")}
          </Button>
          {!download.isOwnFile && (
            <Button onClick={remove(false)}>{t("downloads.remove.keep")}</Button>
          )}
          <Button kind="quiet" onClick={props.close}>
            {t("downloads.cancel")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What is wrong, or calmly why nothing moves. */
function Why({ text, bad }: { text: string; bad: boolean }): JSX.Element {
  if (!bad) return <p class="hint download-why">{text}</p>;
  return (
    <p class="problem download-problem">
      <Icon name="warn" />
      <span>{text}</span>
    </p>
  );
}

interface RowProps {
  download: Download;
  put: (download: Download) => void;
  reload: () => void;
}

export function DownloadRow({ download, put, reload }: RowProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, title, titleId, isPinned, givenUp } = download;
  const why = whyText(download);
  const paused = download.state === "paused";
  const change = (body: { paused?: boolean; pinned?: boolean }): void => {
    setProblem(null);
    downloads.change(id, body).then(put, (error: Error) => setProblem(error.message));
  };
  return (
    <li class="download panel" data-rail>
      <Ring
        fraction={download.size === null ? null : fraction(download)}
        label={t("downloads.progress", { title })}
        mood={mood(download)}
      />
      <div class="download-text">
        <h2>{titleId === null ? title : <Link to={pagePath(titleId)}>{title}</Link>}</h2>
        <p class="download-state">{stateText(download)}</p>
        <p class="hint download-facts">
          {facts(download).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
        {problem !== null && <Why text={problem} bad />}
        {problem === null && why !== null && <Why text={why} bad={needsHelp(download)} />}
        {problem === null && givenUp !== null && <Why text={givenText(givenUp)} bad={false} />}
        {asks(download) && <Button onClick={() => setShown(true)}>{t("downloads.choose")}</Button>}
      </div>
      <div class="download-buttons">
        <IconButton
          icon={paused ? "play" : "pause"}
          label={t(paused ? "downloads.resume" : "downloads.pause", { title })}
          onClick={() => change({ paused: !paused })}
        />
        {!download.isOwnFile && (
          <IconButton
            icon="pin"
            label={t("downloads.keep", { title })}
            pressed={isPinned}
            onClick={() => change({ pinned: !isPinned })}
          />
        )}
        <IconButton
          icon="tune"
          label={t("downloads.details", { title })}
          onClick={() => setShown(true)}
        />
        <IconButton
          icon="trash"
          label={t("downloads.remove", { title })}
          onClick={() => setAsking(true)}
        />
      </div>
      <Removing download={download} open={asking} close={() => setAsking(false)} removed={reload} />
      <Dialog label={title} open={shown} onClose={() => setShown(false)}>
        <Detail download={download} put={put} />
      </Dialog>
    </li>
  );
}
