// The library as it changes: folders and the scan, told live by the server.
import { type Dispatch, type StateUpdater, useCallback, useEffect, useState } from "preact/hooks";
import { library } from "../../api/admin.ts";
import { on } from "../../api/events.ts";
import type { Folder, LibraryEvent, Scan } from "../../api/index.ts";
import { useReturn } from "../../api/load.ts";
import { list } from "../../lib/format.ts";
import { t } from "../../lib/messages.ts";

export interface LibraryState {
  folders: Folder[] | null;
  scan: Scan | null;
  error: Error | null;
  reload: () => void;
  setScan: Dispatch<StateUpdater<Scan | null>>;
}

const SETTLE_MS = 700;

export function useLibrary(): LibraryState {
  const [folders, setFolders] = useState<Folder[] | null>(null);
  const [scan, setScan] = useState<Scan | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [asked, ask] = useState(0);
  const reload = useCallback(() => ask((n) => n + 1), []);
  // `asked` counts the requests for a reload
  useEffect(() => {
    let wanted = true;
    library.folders().then(
      (answer) => {
        if (!wanted) return;
        setFolders(answer.folders);
        setScan(answer.scan);
        setError(null);
      },
      (problem: Error) => wanted && setError(problem),
    );
    return () => {
      wanted = false;
    };
  }, [asked]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE_MS);
    };
    const end = on<LibraryEvent>("library", (event) => {
      if (event.scan !== null) setScan(event.scan);
      if (event.kind !== "scan" || event.scan?.state === "idle") soon();
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [reload]);
  useReturn(error, true, reload);
  return { folders, scan, error, reload, setScan };
}

/** "3 of 11 looked into, 1 refused". */
export function scanText(scan: Scan): string {
  const { done, found, refused } = scan;
  if (found === 0) return t("library.scan.begins");
  return refused > 0
    ? t("library.scan.refused", { done, found, refused })
    : t("library.scan.at", { done, found });
}

export function folderText(folder: Folder): string {
  return list([
    t("library.folder.files", { n: folder.files }),
    folder.refused > 0 ? t("library.folder.refused", { n: folder.refused }) : "",
  ]);
}
