// The scan, a folder, and the files with what became of them.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  type FilePage,
  type Folder,
  type LibraryFile,
  library,
  type Scan,
} from "../../api/index.ts";
import { bytes, length } from "../../lib/format.ts";
import { Bar } from "../../ui/bar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import "../../ui/panel.css";
import { pagePath } from "../title/state.ts";
import { folderText, scanText } from "./state.ts";

/** Keeps its height, running or not, so that nothing below it moves. */
export function ScanLine({ scan }: { scan: Scan | null }): JSX.Element {
  const running = scan?.state === "running";
  return (
    <div class="scan">
      <p class="scan-text">
        {running && scan !== null ? scanText(scan) : "Changes in the folders are seen at once."}
        {running && scan?.current && <span class="hint">{scan.current}</span>}
      </p>
      {running && scan !== null && scan.found > 0 && (
        <Bar fraction={scan.done / scan.found} label="Scan" />
      )}
      <Live>{running ? "Scanning" : "No scan is running"}</Live>
    </div>
  );
}

export function FolderRow({
  folder,
  removed,
}: {
  folder: Folder;
  removed: () => void;
}): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const remove = (): void => {
    library.remove(folder.id).then(removed, (error: Error) => setProblem(error.message));
  };
  return (
    <li class="folder panel">
      <Icon name={folder.state === "ok" ? "folder" : "warn"} />
      <div class="folder-text">
        <p class="path">{folder.path}</p>
        <p class="hint">{folderText(folder)}</p>
        {folder.reason && <p class="problem">{folder.reason}</p>}
      </div>
      <IconButton icon="trash" label={`Remove ${folder.path}`} onClick={() => setAsking(true)} />
      <Dialog label="Remove this folder?" open={asking} onClose={() => setAsking(false)}>
        <p>
          Its films disappear from Miauflix. The files in <code>{folder.path}</code> stay where they
          are.
        </p>
        {problem !== null && <Problem>{problem}</Problem>}
        <div class="actions">
          <Button kind="main" icon="trash" onClick={remove}>
            Remove
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            Keep it
          </Button>
        </div>
      </Dialog>
    </li>
  );
}

const STATES: [LibraryFile["state"] | "", string][] = [
  ["", "All"],
  ["refused", "Refused"],
  ["ready", "Playable"],
  ["pending", "Waiting"],
  ["missing", "Gone"],
];

const WORDS = {
  ready: "Playable",
  refused: "Refused",
  pending: "Waiting",
  missing: "Gone",
} as const;

function FileRow({ file }: { file: LibraryFile }): JSX.Element {
  const facts = [
    bytes(file.size),
    length(file.duration),
    [file.videoCodec, file.audioCodec].filter(Boolean).join(" + "),
  ];
  return (
    <li class="file panel">
      <p class="path">{file.path}</p>
      <p class="hint">
        <span class={`file-state ${file.state}`}>{WORDS[file.state]}</span>
        {facts.filter(Boolean).map((fact) => `  ·  ${fact}`)}
        {file.titleId !== null && (
          <>
            {"  ·  "}
            <Link to={pagePath(file.titleId)}>{file.titleName}</Link>
          </>
        )}
      </p>
      {file.reason && <p class="problem">{file.reason.message}</p>}
    </li>
  );
}

/** The files, newly asked for whenever `stamp` changes. */
export function Files({ stamp }: { stamp: string }): JSX.Element {
  const [state, setState] = useState<LibraryFile["state"] | "">("");
  const [page, setPage] = useState<FilePage | null>(null);
  const [error, setError] = useState<Error | null>(null);
  // `stamp` says when the files have changed
  useEffect(() => {
    let wanted = true;
    library.files(state || undefined).then(
      (answer) => wanted && setPage(answer),
      (problem: Error) => wanted && setError(problem),
    );
    return () => {
      wanted = false;
    };
  }, [state, stamp]);
  const more = (): void => {
    if (page?.cursor == null) return;
    library
      .files(state || undefined, page.cursor)
      .then((next) => setPage({ ...next, items: [...page.items, ...next.items] }), setError);
  };
  return (
    <section class="files" aria-label="Files">
      <h2>Files{page !== null && ` (${page.total})`}</h2>
      <Tabs
        label="Which files"
        tabs={STATES.map(([value, label]) => ({ value, label }))}
        value={state}
        choose={setState}
      >
        {error !== null && <Problem>{error.message}</Problem>}
        {page?.items.length === 0 && <p class="hint">None.</p>}
        <ul>
          {page?.items.map((file) => (
            <FileRow key={file.id} file={file} />
          ))}
        </ul>
        {page?.cursor != null && <Button onClick={more}>Show more</Button>}
      </Tabs>
    </section>
  );
}
