// A download in detail: its pieces as a picture, limits, the file that plays,
// trackers, and the link to give to others.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import type { Download, DownloadDetail } from "../../api/index.ts";
import { type Loaded, useLoad } from "../../api/load.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Files } from "./files.tsx";
import { Pieces } from "./picture.tsx";
import { facts, givenText, needsHelp, stateText, swarmText, whyText } from "./state.ts";

const AGAIN_MS = 1000;

interface DetailProps {
  download: Download;
  put: (download: Download) => void;
}

/** The detail, asked for anew when the download has changed, once a second. */
function useDetail(download: Download): Loaded<DownloadDetail> {
  const loaded = useLoad(`download ${download.id}`, () => downloads.show(download.id));
  const { reload } = loaded;
  const stamp = `${download.done} ${download.admitted} ${download.state}`;
  const last = useRef({ stamp, at: performance.now() });
  // `stamp` says when there is something new
  useEffect(() => {
    if (stamp === last.current.stamp) return;
    const ask = (): void => {
      last.current = { stamp, at: performance.now() };
      reload();
    };
    const timer = setTimeout(ask, Math.max(0, last.current.at + AGAIN_MS - performance.now()));
    return () => clearTimeout(timer);
  }, [stamp, reload]);
  return loaded;
}

const KB = 1000;
const toText = (limit: number): string => (limit === 0 ? "" : String(Math.round(limit / KB)));

/** What stands in a field; nothing is 0. Throws for what is no such number. */
export function readLimit(text: string): number {
  const limit = Number(text.trim().replace(",", "."));
  if (limit >= 0 && limit <= 1e6) return limit;
  throw new Error(t("downloads.limit.bad", { text }));
}

function Limits({ download, put }: DetailProps): JSX.Element {
  const [down, setDown] = useState(toText(download.limit.down));
  const [up, setUp] = useState(toText(download.limit.up));
  const [ratio, setRatio] = useState(download.ratioLimit === 0 ? "" : String(download.ratioLimit));
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    setSaid("");
    try {
      const body = {
        downLimit: Math.round(readLimit(down) * KB),
        upLimit: Math.round(readLimit(up) * KB),
        ratioLimit: readLimit(ratio),
      };
      put(await downloads.change(download.id, body));
      setSaid(t("app.saved"));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="limits" onSubmit={(event) => void save(event)}>
      {!download.isOwnFile && (
        <Field label={t("downloads.limit.down")} name="down" value={down} onInput={setDown} />
      )}
      <Field label={t("downloads.limit.up")} name="up" value={up} onInput={setUp} />
      <Field label={t("downloads.limit.ratio")} name="ratio" value={ratio} onInput={setRatio} />
      <div class="actions">
        <Button type="submit">{t("app.save")}</Button>
        <span class="hint">{said === "" ? t("downloads.limit.hint") : said}</span>
      </div>
      {problem !== null && <Problem>{problem}</Problem>}
      <Live>{said}</Live>
    </form>
  );
}

function Trackers({ trackers }: { trackers: DownloadDetail["trackers"] }): JSX.Element | null {
  if (trackers.length === 0) return null;
  return (
    <ul class="trackers hint" aria-label={t("downloads.trackers")}>
      {trackers.map((tracker) => (
        <li key={tracker.host}>
          {tracker.text === null
            ? t(`downloads.tracker.${tracker.state}`, { host: tracker.host })
            : `${tracker.host}: ${tracker.text}`}
        </li>
      ))}
    </ul>
  );
}

/** The magnet link, to be copied or read. */
export function Magnet({ id }: { id: number }): JSX.Element {
  const [link, setLink] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const show = async (): Promise<void> => {
    try {
      const { magnet } = await downloads.export(id);
      setLink(magnet);
      await navigator.clipboard?.writeText(magnet);
      setSaid(t(navigator.clipboard ? "downloads.magnet.copied" : "downloads.magnet.here"));
    } catch (error) {
      setSaid((error as Error).message);
    }
  };
  return (
    <div class="magnet">
      <Button icon="copy" onClick={() => void show()}>
        {t("downloads.magnet.copy")}
      </Button>
      {link !== null && (
        <input class="input" aria-label={t("downloads.add.magnet")} readOnly value={link} />
      )}
      <span class="hint" role="status">
        {said}
      </span>
    </div>
  );
}

/** `check` has its bytes read again. */
export function Detail(props: DetailProps & { check: () => void }): JSX.Element {
  const { download, put, check } = props;
  const { data: detail, error } = useDetail(download);
  const why = whyText(download);
  return (
    <div class="detail">
      <p class="hint">{[stateText(download), ...facts(download)].join("  ·  ")}</p>
      {why !== null && (needsHelp(download) ? <Problem>{why}</Problem> : <p class="hint">{why}</p>)}
      {download.givenUp !== null && <p class="hint">{givenText(download.givenUp)}</p>}
      {error !== null && <Problem>{error.message}</Problem>}
      {detail === null ? <div class="pieces skeleton" /> : <Pieces pieces={detail.pieces} />}
      {detail?.knownSeeds != null && (
        <p class="hint">{swarmText(detail.knownSeeds, detail.knownPeers ?? 0)}</p>
      )}
      <div class="actions">
        <Magnet id={download.id} />
        {download.done > 0 && (
          <Button icon="check" onClick={check}>
            {t("downloads.check")}
          </Button>
        )}
      </div>
      <Limits download={download} put={put} />
      {detail !== null && <Files download={download} files={detail.fileList} put={put} />}
      {detail !== null && <Trackers trackers={detail.trackers} />}
    </div>
  );
}
