// What happened, told at the foot of the screen, with a way to take it back. All
// of them are in one live region, which has to be there before its text is.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../lib/messages.ts";
import { Icon } from "./icons.tsx";
import "./toast.css";

export interface ToastOptions {
  text: string;
  /** Takes back what is told: a button is shown for it, and its key works. */
  undo?: () => void;
  /** It failed. */
  isProblem?: boolean;
  /** Something to do about it, offered until it is done. */
  act?: { label: string; run: () => void };
}

export interface Toast extends ToastOptions {
  id: number;
}

const TOASTS_MAX = 3;
/** Long enough to be read, and to reach the button with a remote control. */
const SHOWN_MS = 6_000;
const UNDO_MS = 12_000;

/** The toasts that are shown, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);

let last = 0;

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Shows a toast for a while. Returns what takes it away before its time. */
export function toast(options: ToastOptions): () => void {
  last += 1;
  const id = last;
  const all = [...toasts.value, { ...options, id }];
  // What is offered until it is done gives way to nothing.
  const passing = all.filter((one) => one.act === undefined).slice(-TOASTS_MAX);
  toasts.value = all.filter((one) => one.act !== undefined || passing.includes(one));
  return () => drop(id);
}

const undoable = (): Toast | undefined =>
  [...toasts.value].reverse().find((one) => one.undo !== undefined);

export const canUndo = (): boolean => undoable() !== undefined;

/** Takes back what the newest toast tells; false when none can be. */
export function undoLast(): boolean {
  const newest = undoable();
  if (newest !== undefined) undo(newest);
  return newest !== undefined;
}

function undo(one: Toast): void {
  drop(one.id);
  one.undo?.();
}

function Shown({ one }: { one: Toast }): JSX.Element {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld || one.act !== undefined) return;
    const timer = setTimeout(() => drop(one.id), one.undo ? UNDO_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, one]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return (
    <p
      class={`toast${one.isProblem ? " problem" : ""}${one.act ? " offer" : ""}`}
      data-frame
      onFocusCapture={hold}
      onBlurCapture={release}
      onPointerEnter={hold}
      onPointerLeave={release}
    >
      <Icon name={one.isProblem ? "warn" : "check"} />
      <span>{one.text}</span>
      {one.act && (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            drop(one.id);
            one.act?.run();
          }}
        >
          {one.act.label}
        </button>
      )}
      {one.undo && (
        <button type="button" class="button quiet" onClick={() => undo(one)}>
          {t("app.undo")}
        </button>
      )}
    </p>
  );
}

/** The one place where toasts are shown. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((one) => (
        <Shown key={one.id} one={one} />
      ))}
    </div>
  );
}
