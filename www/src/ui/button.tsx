// What is pressed: a button with words, and one that is a picture alone.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";
import "./button.css";

interface ButtonProps {
  children: ComponentChildren;
  icon?: IconName;
  kind?: "main" | "plain" | "quiet";
  type?: "button" | "submit";
  disabled?: boolean;
  onClick?: () => void;
  autoFocus?: boolean;
}

/** A disabled one keeps the focus, so that a remote control is not lost while
 * something is sent; Enter in a form's field presses its button as well. */
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
      aria-disabled={props.disabled || undefined}
      data-first={props.autoFocus || undefined}
      onClick={(event) => {
        if (props.disabled) event.preventDefault();
        else props.onClick?.();
      }}
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
