// Torrents: added, followed, limited, removed; and the room that they take.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../lib/messages.ts";
import { Failure } from "../../ui/failure.tsx";
import { Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { AddBar, Nothing } from "./add.tsx";
import { OpenFilms } from "./films.tsx";
import { Room } from "./room.tsx";
import { DownloadRow } from "./row.tsx";
import { useDownloads } from "./state.ts";
import "../../ui/shapes.ts";
import "./style.css";

/** The use is asked for anew when so much more is here. */
const STEP = 64 * 1024 * 1024;

export function Downloads(_: { params: string[] }): JSX.Element {
  const { list, error, reload, put, wish, granted } = useDownloads();
  const hasFailed = list === null && error !== null;
  usePageName(hasFailed ? "" : t("app.nav.downloads"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  const stamp = (list ?? []).map((d) => `${d.id}:${Math.floor(d.done / STEP)}`).join();
  if (hasFailed) return <Failure error={error} retry={reload} />;
  return (
    <section class="page downloads" aria-busy={list === null}>
      <h1>{t("app.nav.downloads")}</h1>
      <AddBar added={reload} />
      {error !== null && <Problem>{error.message}</Problem>}
      {list === null && <div class="download skeleton" />}
      {list?.length === 0 && <Nothing />}
      <ul class="download-list" aria-label={t("downloads.all")}>
        {list?.map((download) => (
          <DownloadRow key={download.id} {...{ download, put, reload, wish, granted }} />
        ))}
      </ul>
      {list !== null && <OpenFilms added={reload} />}
      {list !== null && <Room stamp={stamp} changed={reload} />}
    </section>
  );
}
