// One download: how far it is, what it does, and what one may do with it.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { type DownloadChange, downloads } from "../../api/admin.ts";
import type { Download } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { later, optimistic } from "../../ui/optimistic.ts";
import { Ring } from "../../ui/ring.tsx";
import "../../ui/panel.css";
import { pagePath } from "../title/state.ts";
import { Detail } from "./detail.tsx";
import { asks } from "./files.tsx";
import {
  type DownloadsState,
  facts,
  fraction,
  givenText,
  isWhole,
  mood,
  needsHelp,
  stateText,
  whyText,
} from "./state.ts";

function Removing(props: {
  download: Download;
  open: boolean;
  close: () => void;
  remove: (erase: boolean) => void;
}): JSX.Element {
  const { download, remove } = props;
  const { title } = download;
  const b = (inner: ComponentChildren) => <strong>{inner}</strong>;
  return (
    <Dialog label={t("downloads.remove.title")} open={props.open} onClose={props.close}>
      <div class="prose">
        <p>{t("downloads.remove.text", { title, b, size: bytes(download.done) })}</p>
        <div class="actions" data-rail>
          <Button kind="main" icon="trash" onClick={() => remove(true)} autoFocus>
            {t("downloads.remove.erase")}
          </Button>
          <Button onClick={() => remove(false)}>{t("downloads.remove.keep")}</Button>
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
  wish: DownloadsState["wish"];
  granted: DownloadsState["granted"];
}

/** What may be done with it by one press; each is shown before the server knows. */
function useDeeds({ download, reload, wish, granted }: RowProps) {
  const { id, title, state, isPinned } = download;
  const change = (part: Partial<Download>, body: DownloadChange, failed: string): void => {
    void optimistic({
      key: `download ${id} ${Object.keys(body)}`,
      show: () => wish(id, part),
      send: () => downloads.change(id, body),
      done: (answer) => granted(part, answer),
      failed,
    });
  };
  const resumed = isWhole(download) ? "seeding" : "downloading";
  return {
    pause: () =>
      state === "paused"
        ? change({ state: resumed }, { paused: false }, t("downloads.resume.failed", { title }))
        : change({ state: "paused" }, { paused: true }, t("downloads.pause.failed", { title })),
    pin: () =>
      change({ isPinned: !isPinned }, { pinned: !isPinned }, t("downloads.keep.failed", { title })),
    check: () =>
      change({ state: "checking" }, { recheck: true }, t("downloads.check.failed", { title })),
    remove: (erase: boolean) =>
      later({
        show: () => wish(id, null),
        send: (isLast) => downloads.remove(id, erase, isLast),
        done: reload,
        failed: t("downloads.remove.failed", { title }),
        said: t(download.isOwnFile ? "downloads.removed.own" : "downloads.removed", { title }),
      }),
  };
}

export function DownloadRow(props: RowProps): JSX.Element {
  const { download, put } = props;
  const { pause, pin, check, remove } = useDeeds(props);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState(false);
  const { title, titleId, isPinned, givenUp } = download;
  const why = whyText(download);
  const paused = download.state === "paused";
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
        {why !== null && <Why text={why} bad={needsHelp(download)} />}
        {givenUp !== null && <Why text={givenText(givenUp)} bad={false} />}
        {asks(download) && <Button onClick={() => setShown(true)}>{t("downloads.choose")}</Button>}
      </div>
      <div class="download-buttons">
        <IconButton
          icon={paused ? "play" : "pause"}
          label={t(paused ? "downloads.resume" : "downloads.pause", { title })}
          onClick={pause}
        />
        {!download.isOwnFile && (
          <IconButton
            icon="pin"
            label={t("downloads.keep", { title })}
            pressed={isPinned}
            onClick={pin}
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
          onClick={() => (download.isOwnFile ? remove(false) : setAsking(true))}
        />
      </div>
      <Removing download={download} open={asking} close={() => setAsking(false)} remove={remove} />
      <Dialog label={title} open={shown} onClose={() => setShown(false)}>
        <Detail download={download} put={put} check={check} />
      </Dialog>
    </li>
  );
}
