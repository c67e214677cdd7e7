// The scan, a folder, and the files with what became of them.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { library } from "../../api/admin.ts";
import type { FilePage, Folder, LibraryFile, Scan } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { bytes, length } from "../../lib/format.ts";
import { said, t } from "../../lib/messages.ts";
import { type Paged, pager } from "../../lib/pages.ts";
import { Bar } from "../../ui/bar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Link } from "../../ui/link.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { later } from "../../ui/optimistic.ts";
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
        {running && scan !== null ? scanText(scan) : t("library.scan.idle")}
        {running && scan?.current && <span class="hint">{scan.current}</span>}
      </p>
      {running && scan !== null && scan.found > 0 && (
        <Bar fraction={scan.done / scan.found} label={t("library.scan")} />
      )}
      <Live>{t(running ? "library.scan.runs" : "library.scan.none")}</Live>
    </div>
  );
}

export function FolderRow({
  folder,
  removed,
}: {
  folder: Folder;
  removed: () => void;
}): JSX.Element | null {
  const [isGone, setGone] = useState(false);
  const { id, path } = folder;
  const remove = (): void =>
    later({
      show: () => {
        setGone(true);
        return () => setGone(false);
      },
      send: (isLast) => library.remove(id, isLast),
      done: removed,
      failed: t("library.remove.failed", { path }),
      said: t("library.removed", { path }),
    });
  if (isGone) return null;
  return (
    <li class="folder panel">
      <Icon name={folder.state === "ok" ? "folder" : "warn"} />
      <div class="folder-text">
        <p class="path">{folder.path}</p>
        <p class="hint">{folderText(folder)}</p>
        {folder.reason && (
          <p class="problem">{said(`library.folder.${folder.state}`, folder.reason)}</p>
        )}
      </div>
      <IconButton icon="trash" label={t("library.remove", { path })} onClick={remove} />
    </li>
  );
}

type State = LibraryFile["state"] | "";

const STATES: State[] = ["", "refused", "ready", "pending", "missing"];

const stateName = (state: State): string => t(`library.state.${state === "" ? "all" : state}`);

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
        <span class={`file-state ${file.state}`}>{stateName(file.state)}</span>
        {facts.filter(Boolean).map((fact) => `  ·  ${fact}`)}
        {file.titleId !== null && (
          <>
            {"  ·  "}
            <Link to={pagePath(file.titleId)}>{file.titleName}</Link>
          </>
        )}
      </p>
      {file.reason && (
        <p class="problem">{said(`codes.refused.${file.reason.code}`, file.reason.message)}</p>
      )}
    </li>
  );
}

/** Its slug is the state of all that it lists. */
type FileList = FilePage & Paged;

const load = (state: string, cursor?: string): Promise<FilePage> =>
  library.files((state as State) || undefined, cursor);

const nextOf = pager<FileList>(load);

/** The files, newly asked for whenever `stamp` changes. */
export function Files({ stamp }: { stamp: string }): JSX.Element {
  const [state, setState] = useState<State>("");
  const first = useLoad(`${state} ${stamp}`, () => load(state));
  const [page, setPage] = useState<FileList | null>(null);
  const [failed, setFailed] = useState<{ page: FileList; error: Error } | null>(null);
  useEffect(() => {
    if (first.data !== null) setPage({ ...first.data, slug: state });
  }, [first.data]);
  const more = (): void => {
    if (page === null) return;
    setFailed(null);
    nextOf(page).then(
      (change) => setPage((now) => now && change(now)),
      (error: Error) => setFailed({ page, error }),
    );
  };
  // What went wrong with a page that is not shown any more is nobody's concern.
  const error = first.error ?? (failed?.page === page ? failed?.error : null);
  return (
    <section class="files" aria-label={t("library.files")}>
      <h2>{page === null ? t("library.files") : t("library.files.n", { n: page.total })}</h2>
      <Tabs
        label={t("library.files.which")}
        tabs={STATES.map((value) => ({ value, label: stateName(value) }))}
        value={state}
        choose={setState}
      >
        {error && <Problem>{error.message}</Problem>}
        {page?.items.length === 0 && <p class="hint">{t("library.files.none")}</p>}
        <ul>
          {page?.items.map((file) => (
            <FileRow key={file.id} file={file} />
          ))}
        </ul>
        {page?.cursor != null && <Button onClick={more}>{t("library.files.more")}</Button>}
      </Tabs>
    </section>
  );
}
