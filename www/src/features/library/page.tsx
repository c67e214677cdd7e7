// The household's folders: add, remove, watch the scan, see what was refused.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { library } from "../../api/admin.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { FolderChooser } from "./chooser.tsx";
import { Files, FolderRow, ScanLine } from "./parts.tsx";
import { useLibrary } from "./state.ts";
import "./style.css";

export function Library(_: { params: string[] }): JSX.Element {
  const { folders, scan, error, reload, setScan } = useLibrary();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    document.title = t("app.page", { name: t("app.nav.library") });
    scrollTo({ top: 0, behavior: "instant" });
  }, []);
  const rescan = (): void => {
    setProblem(null);
    library.scan().then(setScan, (failed: Error) => setProblem(failed.message));
  };
  const stamp = `${scan?.finishedAt} ${folders?.map((f) => `${f.id} ${f.files}`).join()}`;
  return (
    <section class="page" aria-busy={folders === null && error === null}>
      <h1>{t("app.nav.library")}</h1>
      {error !== null && <Problem>{error.message}</Problem>}
      {problem !== null && <Problem>{problem}</Problem>}
      <div class="actions" data-rail>
        <FolderChooser onChosen={reload} />
        <Button icon="refresh" onClick={rescan} disabled={scan?.state === "running"}>
          {t("library.scan.now")}
        </Button>
      </div>
      <ScanLine scan={scan} />
      {folders?.length === 0 && <Notice>{t("library.empty")}</Notice>}
      <ul class="folders">
        {folders?.map((folder) => (
          <FolderRow key={folder.id} folder={folder} removed={reload} />
        ))}
      </ul>
      {folders !== null && folders.length > 0 && <Files stamp={stamp} />}
    </section>
  );
}
