// Choosing a folder of the server, which says what it cannot read and why.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { library } from "../../api/admin.ts";
import type { Folder } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { said, t } from "../../lib/messages.ts";
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
      {data.reason && <Problem>{said("library.folder.unreadable", data.reason)}</Problem>}
      <ul class="folder-list" ref={list} data-rail>
        {parent !== null && (
          <li>
            <button type="button" onClick={() => props.open(parent)}>
              <Icon name="up" />
              <span>{t("library.chooser.up")}</span>
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
                {entry.reason && (
                  <span class="hint">{said("library.folder.unreadable", entry.reason)}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="hint">
        {data.entries.length === 0 && data.readable && `${t("library.chooser.none")} `}
        {data.truncated && `${t("library.chooser.cut")} `}
        {data.videos > 0 && t("library.chooser.videos", { n: data.videos })}
      </p>
    </>
  );
}

const isWhole = (path: string): boolean => path.startsWith("/");

/** What to do next, and so why the button may be grey. */
function hintFor(typed: string): string {
  if (typed === "") return t("library.chooser.hint");
  return t(isWhole(typed) ? "library.chooser.hint.whole" : "library.chooser.hint.slash");
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
        label={t("library.chooser.path")}
        name="path"
        value={typed}
        onInput={type}
        hint={hintFor(typed)}
        problem={problem ?? undefined}
      />
      <Button kind="main" type="submit" icon="plus" disabled={busy || !isWhole(typed)}>
        {t("library.chooser.this")}
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
        {t("library.chooser.add")}
      </Button>
      <Dialog label={t("library.chooser")} open={open} onClose={() => setOpen(false)}>
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
