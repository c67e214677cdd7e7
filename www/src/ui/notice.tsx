// What is told within a page: a remark, a problem, and what only screen readers say.
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icons.tsx";
import "./notice.css";

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

/** What is said aloud to screen readers. */
export function Live({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {children}
    </div>
  );
}
