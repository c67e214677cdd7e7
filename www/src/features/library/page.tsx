// The household's folders: add, remove, watch the scan, see what was refused.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { library } from "../../api/admin.ts";
import type { Scan } from "../../api/index.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { optimistic } from "../../ui/optimistic.ts";
import { usePageName } from "../../ui/page.tsx";
import { FolderChooser } from "./chooser.tsx";
import { Files, FolderRow, ScanLine } from "./parts.tsx";
import { useLibrary } from "./state.ts";
import "../../ui/shapes.ts";
import "./style.css";

export function Library(_: { params: string[] }): JSX.Element {
  const { folders, scan, error, reload, setScan } = useLibrary();
  const hasFailed = folders === null && error !== null;
  usePageName(hasFailed ? "" : t("app.nav.library"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  const rescan = (): void => {
    if (scan === null) return;
    const begun: Scan = { ...scan, state: "running", done: 0, found: 0, refused: 0, current: null };
    void optimistic({
      key: "scan",
      show: () => {
        setScan(begun);
        return () => setScan((now) => (now === begun ? scan : now));
      },
      send: library.scan,
      done: setScan,
      failed: t("library.scan.failed"),
    });
  };
  if (hasFailed) return <Failure error={error} retry={reload} />;
  const stamp = `${scan?.finishedAt} ${folders?.map((f) => `${f.id} ${f.files}`).join()}`;
  return (
    <section class="page" aria-busy={folders === null}>
      <h1>{t("app.nav.library")}</h1>
      {error !== null && <Problem>{error.message}</Problem>}
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
