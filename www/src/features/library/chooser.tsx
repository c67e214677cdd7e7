// Choosing a folder of the server, which says what it cannot read and why.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Folder, library } from "../../api/index.ts";
import { useLoad } from "../../lib/load.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Problem } from "../../ui/notice.tsx";

interface ChooserProps {
  onChosen: (folder: Folder) => void;
  /** There is something else that comes first. */
  isSecond?: boolean;
}

function Entries(props: { path: string | undefined; open: (path: string) => void }): JSX.Element {
  const { data, error } = useLoad(props.path ?? "", () => library.browse(props.path));
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (data !== null) list.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [data]);
  if (error !== null) return <Problem>{error.message}</Problem>;
  if (data === null) return <div class="folder-list" aria-busy="true" />;
  const { parent } = data;
  return (
    <>
      {data.reason && <Problem>{data.reason}</Problem>}
      <ul class="folder-list" ref={list} data-rail>
        {parent !== null && (
          <li>
            <button type="button" onClick={() => props.open(parent)}>
              <Icon name="up" />
              <span>One folder up</span>
            </button>
          </li>
        )}
        {data.entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              aria-disabled={!entry.readable}
              onClick={() => entry.readable && props.open(entry.path)}
            >
              <Icon name={entry.readable ? "folder" : "warn"} />
              <span>
                {entry.name}
                {entry.reason && <span class="hint">{entry.reason}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="hint">
        {data.entries.length === 0 && data.readable && "No folders inside. "}
        {data.truncated && "Only the first thousand are shown; type the path instead. "}
        {data.videos > 0 && `${data.videos} video files directly in here.`}
      </p>
    </>
  );
}

const isWhole = (path: string): boolean => path.startsWith("/");

/** What to do next, and so why the button may be grey. */
function hintFor(typed: string): string {
  if (typed === "") return "Choose above or type its path.";
  return isWhole(typed)
    ? "This folder and all below it will be read."
    : "A path begins with “/”, as in /srv/films.";
}

function Choosing({ onChosen }: ChooserProps): JSX.Element {
  const [path, setPath] = useState<string>();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const type = (to: string): void => {
    setTyped(to);
    setProblem(null);
  };
  const open = (to: string): void => {
    setPath(to);
    type(to);
  };
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      onChosen(await library.add(typed));
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="chooser" onSubmit={add}>
      <Entries path={path} open={open} />
      <Field
        label="Folder on the server"
        name="path"
        value={typed}
        onInput={type}
        hint={hintFor(typed)}
        problem={problem ?? undefined}
      />
      <Button kind="main" type="submit" icon="plus" disabled={busy || !isWhole(typed)}>
        Add this folder
      </Button>
    </form>
  );
}

/** A button that opens the chooser. */
export function FolderChooser({ onChosen, isSecond }: ChooserProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={isSecond ? "plain" : "main"} icon="plus" onClick={() => setOpen(true)}>
        Add a folder
      </Button>
      <Dialog label="Choose a folder" open={open} onClose={() => setOpen(false)}>
        <Choosing
          onChosen={(folder) => {
            setOpen(false);
            onChosen(folder);
          }}
        />
      </Dialog>
    </>
  );
}
