// The library as it changes: folders and the scan, told live by the server.
import { useEffect, useState } from "preact/hooks";
import { on } from "../../api/events.ts";
import { type Folder, type LibraryEvent, library, type Scan } from "../../api/index.ts";

export interface LibraryState {
  folders: Folder[] | null;
  scan: Scan | null;
  error: Error | null;
  reload: () => void;
  setScan: (scan: Scan) => void;
}

const SETTLE_MS = 700;

export function useLibrary(): LibraryState {
  const [folders, setFolders] = useState<Folder[] | null>(null);
  const [scan, setScan] = useState<Scan | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [asked, ask] = useState(0);
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
      timer = setTimeout(() => ask((n) => n + 1), SETTLE_MS);
    };
    const ends = [
      on<LibraryEvent>("library", (event) => {
        if (event.scan !== null) setScan(event.scan);
        if (event.kind !== "scan" || event.scan?.state === "idle") soon();
      }),
      on("reset", soon),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, []);
  return { folders, scan, error, reload: () => ask((n) => n + 1), setScan };
}

/** "3 of 11 looked into, 1 refused". */
export function scanText(scan: Scan): string {
  if (scan.found === 0) return "Looking for films …";
  const refused = scan.refused > 0 ? `, ${scan.refused} refused` : "";
  return `${scan.done} of ${scan.found} looked into${refused}`;
}

export function folderText(folder: Folder): string {
  const files = folder.files === 1 ? "1 file" : `${folder.files} files`;
  return folder.refused > 0 ? `${files}, ${folder.refused} refused` : files;
}
