// One download: how far it is, what it does, and what one may do with it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Download, downloads } from "../../api/index.ts";
import { bytes } from "../../lib/format.ts";
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
import { facts, fraction, mood, needsHelp, stateText } from "./state.ts";

function Removing(props: {
  download: Download;
  open: boolean;
  close: () => void;
  removed: () => void;
}): JSX.Element {
  const { download } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const remove = (erase: boolean) => () => {
    setProblem(null);
    downloads.remove(download.id, erase).then(props.removed, (e: Error) => setProblem(e.message));
  };
  return (
    <Dialog
      label={download.isOwnFile ? "Stop sharing?" : "Remove this download?"}
      open={props.open}
      onClose={props.close}
    >
      <div class="prose">
        <p>
          <strong>{download.title}</strong>{" "}
          {download.isOwnFile
            ? "is shared no more. The file in the library stays as it is."
            : `leaves the list, and nothing of it is shared any more. ${bytes(download.done)} of it are on the disk.`}
        </p>
        {problem !== null && <Problem>{problem}</Problem>}
        <div class="actions" data-rail>
          <Button kind="main" icon="trash" onClick={remove(!download.isOwnFile)} autoFocus>
            {download.isOwnFile ? "Stop sharing" : "Remove with its bytes"}
          </Button>
          {!download.isOwnFile && <Button onClick={remove(false)}>Remove, keep the bytes</Button>}
          <Button kind="quiet" onClick={props.close}>
            Cancel
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
  const { id, title, titleId, sentence, isPinned, givenUp } = download;
  const paused = download.state === "paused";
  const change = (body: { paused?: boolean; pinned?: boolean }): void => {
    setProblem(null);
    downloads.change(id, body).then(put, (error: Error) => setProblem(error.message));
  };
  return (
    <li class="download panel" data-rail>
      <Ring
        fraction={download.size === null ? null : fraction(download)}
        label={`Progress of ${title}`}
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
        {problem === null && sentence !== null && <Why text={sentence} bad={needsHelp(download)} />}
        {problem === null && givenUp !== null && <Why text={givenUp.sentence} bad={false} />}
        {asks(download) && <Button onClick={() => setShown(true)}>Say which file plays</Button>}
      </div>
      <div class="download-buttons">
        <IconButton
          icon={paused ? "play" : "pause"}
          label={`${paused ? "Resume" : "Pause"} ${title}`}
          onClick={() => change({ paused: !paused })}
        />
        {!download.isOwnFile && (
          <IconButton
            icon="pin"
            label={`Keep ${title}`}
            pressed={isPinned}
            onClick={() => change({ pinned: !isPinned })}
          />
        )}
        <IconButton icon="tune" label={`Details of ${title}`} onClick={() => setShown(true)} />
        <IconButton icon="trash" label={`Remove ${title}`} onClick={() => setAsking(true)} />
      </div>
      <Removing download={download} open={asking} close={() => setAsking(false)} removed={reload} />
      <Dialog label={title} open={shown} onClose={() => setShown(false)}>
        <Detail download={download} put={put} />
      </Dialog>
    </li>
  );
}
