// Small things that every screen is made of. They know nothing of films.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { href } from "../app/router.ts";
import type { Dwell } from "../lib/intent.ts";
import { Icon, type IconName } from "./icons.tsx";
import { Part } from "./part.tsx";
import "./bar.css";
import "./button.css";
import "./dialog.css";
import "./field.css";
import "./notice.css";
import "./page.css";
import "./skeleton.css";

interface ButtonProps {
  children: ComponentChildren;
  icon?: IconName;
  kind?: "main" | "plain" | "quiet";
  type?: "button" | "submit";
  disabled?: boolean;
  onClick?: () => void;
  autoFocus?: boolean;
}

export function Button(props: ButtonProps): JSX.Element {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.autoFocus) ref.current?.focus({ preventScroll: true });
  }, [props.autoFocus]);
  return (
    <button
      ref={ref}
      type={props.type ?? "button"}
      class={`button ${props.kind ?? "plain"}`}
      disabled={props.disabled}
      data-first={props.autoFocus || undefined}
      onClick={props.onClick}
    >
      {props.icon && <Icon name={props.icon} />}
      <span>{props.children}</span>
    </button>
  );
}

export function IconButton(props: {
  icon: IconName;
  label: string;
  pressed?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function Link(props: {
  to: string;
  class?: string;
  current?: boolean;
  /** What happens while somebody stays on it. */
  dwell?: Dwell;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <a
      href={href(props.to)}
      class={props.class}
      aria-current={props.current ? "page" : undefined}
      {...props.dwell}
    >
      {props.children}
    </a>
  );
}

interface FieldProps {
  label: string;
  name: string;
  type?: string;
  value?: string;
  hint?: string;
  problem?: string;
  required?: boolean;
  autocomplete?: string;
  minLength?: number;
  onInput?: (value: string) => void;
}

export function Field(props: FieldProps): JSX.Element {
  const id = useId();
  const note = props.problem ?? props.hint;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        name={props.name}
        type={(props.type ?? "text") as "text"}
        value={props.value}
        required={props.required}
        minLength={props.minLength}
        autocomplete={props.autocomplete as "email"}
        aria-invalid={props.problem ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
      />
      {note && (
        <p id={`${id}-note`} class={props.problem ? "problem" : "hint"}>
          {note}
        </p>
      )}
    </div>
  );
}

export function Problem({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <p class="notice problem" role="alert">
      <Icon name="warn" />
      <span>{children}</span>
    </p>
  );
}

export function Notice({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="notice">{children}</div>;
}

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
            <IconButton icon="close" label="Close" onClick={() => ref.current?.close()} />
          </header>
          {props.children}
        </>
      )}
    </dialog>
  );
}

/** What is said aloud to screen readers. */
export function Live({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {children}
    </div>
  );
}

/** 0.557 → 56. */
export function percentOf(fraction: number): number {
  return Math.round(Math.min(1, Math.max(0, fraction)) * 100);
}

/** A part of a whole. Without a label it is only drawn: then words beside it
 * say the same. */
export function Bar({ fraction, label }: { fraction: number; label?: string }): JSX.Element {
  const percent = percentOf(fraction);
  if (label === undefined)
    return (
      <div class="bar" aria-hidden="true">
        <Part to={percent / 100} />
      </div>
    );
  return (
    <div class="bar" role="progressbar" aria-label={label} aria-valuenow={percent}>
      <Part to={percent / 100} />
    </div>
  );
}

/** A page that is on its way. */
export function Loading({ frame = "page" }: { frame?: string }): JSX.Element {
  return (
    <div class={frame} aria-busy="true">
      <h1 class="visually-hidden">Loading</h1>
    </div>
  );
}
