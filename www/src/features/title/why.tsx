// For administrators: why a title played from where it did the last time, and
// what was passed over.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { house } from "../../api/admin.ts";
import { isAdmin, type SourceChoice, type What } from "../../api/index.ts";
import { moment } from "../../lib/format.ts";
import { language, said, t } from "../../lib/messages.ts";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";

type Source = SourceChoice["sources"][number];

/** "HD, a file of the library". */
export function nameOf({ quality, kind, downloadId }: Source): string {
  if (kind === "file") return t("title.why.file", { quality });
  if (downloadId === null) return t("title.why.torrent", { quality });
  return t("title.why.download", { quality, id: String(downloadId) });
}

/** What is said of one beside its name; old notes name only the problem. */
export function saidOf({ chosen, sentence, problem }: Source): string {
  // What has no code is known in English alone.
  const told = problem === null && language() !== "en" ? "" : (sentence ?? problem ?? "");
  const why = problem === null ? told : said(`codes.error.${problem}`, told);
  if (!chosen) return why === "" ? t("title.why.passed") : t("title.why.passed.because", { why });
  return why === "" ? t("title.why.plays") : t("title.why.plays.although", { why });
}

function Sources({ sources }: { sources: Source[] }): JSX.Element {
  return (
    <ul aria-label={t("title.why.sources")}>
      {sources.map((source) => (
        <li key={source.sourceId}>
          <span>
            {source.downloadId === null ? (
              nameOf(source)
            ) : (
              <Link to="/downloads">{nameOf(source)}</Link>
            )}
          </span>
          <span>{saidOf(source)}</span>
        </li>
      ))}
    </ul>
  );
}

function Told({ choice, code }: { choice: SourceChoice | null; code: string }): JSX.Element {
  if (choice === null)
    return <p>{code === "" ? t("title.why.never") : t("title.why.never.code", { code })}</p>;
  const { chosenAt, sources, wish } = choice;
  const time = () => <time dateTime={chosenAt}>{moment(chosenAt)}</time>;
  const chosen = sources.find((source) => source.chosen);
  return (
    <>
      <p>
        {language() === "en" || chosen === undefined
          ? choice.sentence
          : t("title.why.chosen", { source: nameOf(chosen) })}
      </p>
      <Sources sources={sources} />
      <p class="hint">
        {code === "" ? t("title.why.when", { time }) : t("title.why.when.code", { code, time })}
        {wish !== "auto" && ` ${t("title.why.wish", { quality: wish })}`}
      </p>
    </>
  );
}

/** `code`: of the episode that Play would start, in words. */
export function Why({ what, code = "" }: { what: What; code?: string }): JSX.Element | null {
  const id = useId();
  const [choice, setChoice] = useState<SourceChoice | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  // On a phone it opens below what is seen.
  useEffect(() => {
    if (open) body.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  // Asked each time: it may have been played meanwhile.
  const toggle = async (): Promise<void> => {
    if (open) return setOpen(false);
    setProblem(null);
    try {
      setChoice((await house.choice(what)).choice);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setOpen(true);
  };
  if (!isAdmin.value) return null;
  return (
    <div class="why">
      <button
        type="button"
        class="button quiet"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => void toggle()}
      >
        {t("title.why")}
      </button>
      <div id={id} ref={body} class="why-body" hidden={!open}>
        {open &&
          (problem === null ? <Told choice={choice} code={code} /> : <Problem>{problem}</Problem>)}
      </div>
    </div>
  );
}
