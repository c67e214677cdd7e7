// A window over the page. The browser's own: it keeps the focus inside, makes the
// page inert, and gives the focus back to what had it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../lib/messages.ts";
import { IconButton } from "./button.tsx";
import "./dialog.css";

export function Dialog(props: {
  label: string;
  open: boolean;
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
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
    <dialog ref={ref} aria-label={props.label} onClose={props.onClose}>
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
