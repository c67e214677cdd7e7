// Handing the film to a player outside the browser, which decodes anything.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { What } from "../../api/index.ts";
import { source } from "../../api/source.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { copyFrom } from "../../ui/copy.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/notice.tsx";
import { fileName, playlist } from "./state.ts";

interface Target {
  url: string;
  title: string;
}

function useTarget(what: What): { target: Target | null; problem: string | null } {
  const [target, setTarget] = useState<Target | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // made once, when the dialog opens
  useEffect(() => {
    source
      .start(what)
      .then((answer) =>
        setTarget({ url: new URL(answer.url, document.baseURI).toString(), title: answer.title }),
      )
      .catch((error: Error) => setProblem(error.message));
  }, []);
  return { target, problem };
}

/** An address of the playlist itself, for the download link. */
function usePlaylist(target: Target | null): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (target === null) return;
    const blob = new Blob([playlist(target.title, target.url)], { type: "audio/x-mpegurl" });
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [target]);
  return url;
}

function Addresses({ what }: { what: What }): JSX.Element {
  const { target, problem } = useTarget(what);
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = usePlaylist(target);
  const copy = async (): Promise<void> => {
    await copyFrom(field.current);
    setCopied(true);
  };
  if (problem !== null) return <Problem>{problem}</Problem>;
  return (
    <div class="external">
      <p>{t("title.external.text")}</p>
      <label for="external-url">{t("title.external.address")}</label>
      <div class="external-line">
        <input class="input" id="external-url" ref={field} readOnly value={target?.url ?? ""} />
        <Button icon="copy" onClick={() => void copy()} disabled={target === null}>
          {t(copied ? "title.external.copied" : "title.external.copy")}
        </Button>
      </div>
      <p class="hint">
        {t("title.external.how", { code: (inner) => <code dir="ltr">{inner}</code> })}
      </p>
      <p class="external-line">
        <a class="button main" href={list} download={target && fileName(target.title)}>
          {t("title.external.playlist")}
        </a>
        <a class="button plain" href={target ? `vlc://${target.url}` : undefined}>
          {t("title.external.vlc")}
        </a>
      </p>
    </div>
  );
}

export function External(props: { what: What; label?: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="external" onClick={() => setOpen(true)}>
        {props.label ?? t("title.external.open")}
      </Button>
      <Dialog label={t("title.external")} open={open} onClose={() => setOpen(false)}>
        <Addresses what={props.what} />
      </Dialog>
    </>
  );
}
