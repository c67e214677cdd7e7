// For administrators: why a title played from where it did the last time, and
// what was passed over.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { catalogue, isAdmin, type SourceChoice, type What } from "../../api/index.ts";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/notice.tsx";

type Source = SourceChoice["sources"][number];

/** "HD, a file of the library". */
export function nameOf({ quality, kind, downloadId }: Source): string {
  if (kind === "file") return `${quality}, a file of the library`;
  return downloadId === null ? `${quality}, a torrent` : `${quality}, download ${downloadId}`;
}

/** What is said of one beside its name; old notes name only the problem. */
export function saidOf({ chosen, sentence, problem }: Source): string {
  const said = sentence ?? problem ?? "";
  if (!chosen) return said === "" ? "Passed over." : `Passed over: ${said}`;
  return said === "" ? "It plays." : `It plays, although: ${said}`;
}

function Sources({ sources }: { sources: Source[] }): JSX.Element {
  return (
    <ul aria-label="Sources">
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
    return (
      <p>{code || "It"} was not played yet. What plays is chosen when somebody presses Play.</p>
    );
  const at = new Date(choice.chosenAt);
  return (
    <>
      <p>{choice.sentence}</p>
      <Sources sources={choice.sources} />
      <p class="hint">
        Chosen{code && ` for ${code}`}{" "}
        <time dateTime={choice.chosenAt}>
          {at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}
        </time>
        {choice.wish !== "auto" && `, ${choice.wish} was asked for`}.
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
      setChoice((await catalogue.choice(what)).choice);
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
        Why this source
      </button>
      <div id={id} ref={body} class="why-body" hidden={!open}>
        {open &&
          (problem === null ? <Told choice={choice} code={code} /> : <Problem>{problem}</Problem>)}
      </div>
    </div>
  );
}
