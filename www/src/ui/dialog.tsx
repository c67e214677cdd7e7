// A window over the page. The browser's own: it keeps the focus inside, makes the
// page inert, and gives the focus back to what had it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../lib/messages.ts";
import { IconButton } from "./button.tsx";
import "./dialog.css";

interface DialogProps {
  label: string;
  open: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

function Window(props: DialogProps & { class?: string }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (props.open && !dialog?.open) {
      dialog?.showModal();
      // Opening takes the focus to what comes first, which is to close it again.
      dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
    }
    if (!props.open && dialog?.open) dialog?.close();
  }, [props.open]);
  return (
    <dialog ref={ref} class={props.class} aria-label={props.label} onClose={props.onClose}>
      {props.open && (
        <>
          <header class="dialog-head">
            <h2>{props.label}</h2>
            <IconButton icon="close" label={t("app.close")} onClick={() => ref.current?.close()} />
          </header>
          {props.children}
        </>
      )}
    </dialog>
  );
}

/** In the middle of the screen. */
export function Dialog(props: DialogProps): JSX.Element {
  return <Window {...props} />;
}

/** At an edge: the foot of a phone, the end of a wide screen. */
export function Sheet(props: DialogProps): JSX.Element {
  return <Window {...props} class="sheet" />;
}
