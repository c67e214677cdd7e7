// Adding torrents: a magnet typed, pasted or dropped, a .torrent chosen or
// dropped anywhere on the page.
import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { downloads, type NewDownload } from "../../api/admin.ts";
import { ApiError } from "../../api/client.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Live } from "../../ui/notice.tsx";
import { Consent } from "./consent.tsx";
import { magnetsIn } from "./state.ts";

const FILE_MAX = 700_000;

async function fromFile(file: File): Promise<NewDownload> {
  if (!file.name.toLowerCase().endsWith(".torrent"))
    throw new Error(t("downloads.add.notorrent", { name: file.name }));
  if (file.size === 0) throw new Error(t("downloads.add.empty", { name: file.name }));
  if (file.size > FILE_MAX) throw new Error(t("downloads.add.large", { name: file.name }));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { torrent: btoa(text) };
}

interface Adder {
  /** `done` is told when all of it is added. */
  add: (wanted: () => Promise<NewDownload[]>, done?: () => void) => void;
  busy: boolean;
  problem: string | null;
  said: string;
  /** What is to be agreed to first; null when nothing is. */
  consent: JSX.Element | null;
}

/** Adds one after the other; asks for consent when the server wants it. */
export function useAdder(added: () => void): Adder {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const [held, setHeld] = useState<{ items: NewDownload[]; done?: () => void } | null>(null);
  const send = useCallback(
    async (items: NewDownload[], done?: () => void): Promise<void> => {
      let known = 0;
      for (const [place, item] of items.entries()) {
        try {
          if ((await downloads.add(item)).known) known += 1;
        } catch (error) {
          if (!(error instanceof ApiError) || error.code !== "consent_needed") throw error;
          setHeld({ items: items.slice(place), done });
          if (place > 0) added();
          return;
        }
      }
      setSaid(t(known === items.length ? "downloads.add.known" : "downloads.add.added"));
      done?.();
      added();
    },
    [added],
  );
  const add = useCallback(
    (wanted: () => Promise<NewDownload[]>, done?: () => void) => {
      setBusy(true);
      setHeld(null);
      setProblem(null);
      setSaid("");
      wanted()
        .then((items) => send(items, done))
        .catch((error: Error) => setProblem(error.message))
        .finally(() => setBusy(false));
    },
    [send],
  );
  const consent = held && (
    <div class="add-consent">
      <p>{t("downloads.add.consent")}</p>
      <Consent onAgreed={() => add(async () => held.items, held.done)} />
    </div>
  );
  return { add, busy, problem, said, consent };
}

/** Whatever is dropped or pasted on the page; true while something hovers. */
function useDrop(add: Adder["add"]): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const take = (data: DataTransfer | null, event: Event): void => {
      const files = [...(data?.files ?? [])];
      const magnets = magnetsIn(data?.getData("text/uri-list") || data?.getData("text") || "");
      if (files.length === 0 && magnets.length === 0) return;
      event.preventDefault();
      add(async () => [
        ...magnets.map((magnet) => ({ magnet })),
        ...(await Promise.all(files.map(fromFile))),
      ]);
    };
    const dragged = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const dropped = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer, event);
    };
    const pasted = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLInputElement) return;
      take(event.clipboardData, event);
    };
    addEventListener("dragover", dragged);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    addEventListener("paste", pasted);
    return () => {
      removeEventListener("dragover", dragged);
      removeEventListener("dragleave", left);
      removeEventListener("drop", dropped);
      removeEventListener("paste", pasted);
    };
  }, [add]);
  return over;
}

export function AddBar({ added }: { added: () => void }): JSX.Element {
  const adder = useAdder(added);
  const over = useDrop(adder.add);
  const [text, setText] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    // The button keeps the focus meanwhile, which a disabled one would lose.
    if (adder.busy) return;
    const magnets = magnetsIn(text);
    adder.add(
      async () => {
        if (magnets.length === 0) throw new Error(t("downloads.add.nomagnet"));
        return magnets.map((magnet) => ({ magnet }));
      },
      // What was typed meanwhile is another one.
      () => setText((now) => (now === text ? "" : now)),
    );
  };
  const chosen = (): void => {
    const files = [...(file.current?.files ?? [])];
    if (file.current) file.current.value = "";
    if (files.length > 0) adder.add(() => Promise.all(files.map(fromFile)));
  };
  return (
    <form class="add-bar" onSubmit={submit}>
      <Field
        label={t("downloads.add.magnet")}
        name="magnet"
        value={text}
        autocomplete="off"
        onInput={setText}
        hint={t("downloads.add.hint")}
        problem={adder.problem ?? undefined}
      />
      <div class="add-buttons" data-rail>
        <Button kind="main" type="submit" icon="plus" disabled={text.trim() === ""}>
          {t("downloads.add")}
        </Button>
        <Button icon="folder" disabled={adder.busy} onClick={() => file.current?.click()}>
          {t("downloads.add.choose")}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".torrent,application/x-bittorrent"
          multiple
          hidden
          onChange={chosen}
        />
      </div>
      <Live>{adder.said}</Live>
      {adder.consent}
      {over && (
        <div class="drop-here" aria-hidden="true">
          <Icon name="down" />
          <p>{t("downloads.add.drop")}</p>
        </div>
      )}
    </form>
  );
}

/** For a page without downloads: what could be here. */
export function Nothing(): JSX.Element {
  return (
    <Empty icon="down" title={t("downloads.nothing")}>
      <p class="hint">{t("downloads.nothing.hint")}</p>
    </Empty>
  );
}
