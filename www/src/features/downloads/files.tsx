// The files of a download: which one plays, and what a person is asked when
// their names do not tell.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { downloads } from "../../api/admin.ts";
import type { Download, DownloadDetail } from "../../api/index.ts";
import { bytes, episodeCode, list } from "../../lib/format.ts";
import { said, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { unsaved } from "../../ui/draft.ts";
import { Live, Problem } from "../../ui/notice.tsx";
import { optimistic } from "../../ui/optimistic.ts";

interface FilesProps {
  download: Download;
  files: DownloadDetail["fileList"];
  put: (download: Download) => void;
}

const VIDEO =
  /\.(mkv|mp4|m4v|mov|webm|avi|m?2?ts|mpe?g|wmv|asf|flv|f4v|ogv|ogm|3gp|divx|vob|mk3d|m2v|tp|trp)$/i;

/** Whether it waits for a person to say what plays. */
export function asks(download: Download): boolean {
  return download.choice?.code === "unsure";
}

/** "1x02", "S01E02", "2": an episode, of the first season where none is named. */
export function readEpisode(text: string): { season: number; episode: number } | null {
  const found = /^\s*(?:s?(\d{1,4})\s*[xe]\s*)?e?(\d{1,4})\s*$/i.exec(text);
  if (!found) return null;
  return { season: Number(found[1] ?? 1), episode: Number(found[2]) };
}

/** Of a file of two episodes both. */
export function episodeText(episodes: DownloadDetail["fileList"][number]["episodes"]): string {
  if (episodes === null || episodes.length === 0) return t("downloads.files.unknown");
  return list(episodes.map(({ season, episode }) => episodeCode(season, episode)));
}

interface EpisodeChoice {
  fileIndex: number;
  season: number;
  episode: number;
}

/** What was written beside the files. Throws when one of it cannot be. */
function readEpisodes(files: FilesProps["files"], said: Record<number, string>): EpisodeChoice[] {
  const seen = new Set<string>();
  return files.flatMap(({ index, path }) => {
    const text = said[index] ?? "";
    if (text.trim() === "") return [];
    const found = readEpisode(text);
    if (found === null) throw new Error(t("downloads.files.bad", { text, path }));
    const name = `${found.season}x${found.episode}`;
    if (seen.has(name)) throw new Error(t("downloads.files.twice", { name, path }));
    seen.add(name);
    return [{ fileIndex: index, ...found }];
  });
}

function Film({ download, files, put }: FilesProps): JSX.Element {
  const name = useId();
  // What was chosen is shown at once, until it is read back or cannot be saved. What
  // was read before it was saved says nothing.
  const [chosen, setChosen] = useState<number | null>(null);
  const isRead = files.some((file) => file.index === chosen && file.chosen);
  useEffect(() => {
    if (isRead) setChosen(null);
  }, [isRead]);
  const choose = (fileIndex: number): void => {
    void optimistic({
      key: `file of ${download.id}`,
      show: () => {
        setChosen(fileIndex);
        return () => setChosen(chosen);
      },
      send: () => downloads.change(download.id, { fileIndex }),
      done: put,
      failed: t("downloads.files.failed", { title: download.title }),
    });
  };
  return (
    <fieldset class="file-choice">
      <legend>{t(asks(download) ? "downloads.files.film.ask" : "downloads.files.film")}</legend>
      {files.map((file) => (
        <label key={file.index}>
          <input
            type="radio"
            name={name}
            checked={chosen === null ? file.chosen : chosen === file.index}
            onChange={() => choose(file.index)}
          />
          <span class="path">{file.path}</span>
          <span class="hint">{bytes(file.size)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** `isAsked`: somebody has just said that these are episodes, and goes on here. */
function Episodes(props: FilesProps & { isAsked: boolean }): JSX.Element {
  const { download, files, put, isAsked } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isAsked) form.current?.querySelector("input")?.focus();
  }, []);
  const [said, setSaid] = useState<Record<number, string>>({});
  const [done, setDone] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    setDone("");
    try {
      for (const choice of readEpisodes(files, said))
        put(await downloads.change(download.id, choice));
      setSaid((now) => unsaved(said)(now) ?? {});
      setDone(t("app.saved"));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form ref={form} onSubmit={(event) => void save(event)}>
      <fieldset class="file-choice">
        <legend>
          {t(asks(download) ? "downloads.files.episodes.ask" : "downloads.files.episodes")}
        </legend>
        {files.map((file) => (
          <label key={file.index}>
            <input
              class="input episode-no"
              placeholder="1x02"
              aria-label={t("downloads.files.episode", { path: file.path })}
              value={said[file.index] ?? ""}
              onInput={({ currentTarget: { value } }) =>
                setSaid((now) => ({ ...now, [file.index]: value }))
              }
            />
            <span class="path">{file.path}</span>
            <span class="hint">
              {episodeText(file.episodes)} · {bytes(file.size)}
            </span>
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <Button type="submit">{t("downloads.files.episodes.save")}</Button>
        <span class="hint">{done}</span>
      </div>
      {problem !== null && <Problem>{problem}</Problem>}
      <Live>{done}</Live>
    </form>
  );
}

export function Files({ download, files, put }: FilesProps): JSX.Element | null {
  const isKnown = download.titleId?.startsWith("show-") ?? false;
  const [isShow, setShow] = useState(isKnown);
  const videos = files.filter((file) => VIDEO.test(file.path));
  const { choice } = download;
  if (download.isOwnFile || (videos.length < 2 && !asks(download))) return null;
  const ask = { download, put, files: videos.length > 0 ? videos : files };
  return (
    <>
      {choice !== null && (
        <p class="hint file-why">{said(`downloads.choice.${choice.code}`, choice.sentence)}</p>
      )}
      {isShow ? <Episodes {...ask} isAsked={!isKnown} /> : <Film {...ask} />}
      {asks(download) && !isShow && videos.length > 1 && (
        <div class="actions">
          <Button kind="quiet" onClick={() => setShow(true)}>
            {t("downloads.files.episodes.are")}
          </Button>
        </div>
      )}
    </>
  );
}
