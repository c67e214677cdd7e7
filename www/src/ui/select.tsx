// One of several, by the browser's own list: it fits every screen and every reader.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icons.tsx";
import "./shapes.ts";
import "./field.css";

export interface ChoiceProps {
  id?: string | undefined;
  /** Its name, where no label stands beside it. */
  name?: string;
  value: string;
  /** Value and words of each. */
  options: [string, string][];
  /** Id of what says more about it. */
  describedBy?: string | undefined;
  disabled?: boolean | undefined;
  change: (value: string) => void;
}

/** The list alone, for who has a label of his own. */
export function Choice(props: ChoiceProps): JSX.Element {
  return (
    <span class="select">
      <select
        id={props.id}
        value={props.value}
        disabled={props.disabled}
        aria-label={props.name}
        aria-describedby={props.describedBy}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="open" />
    </span>
  );
}

export interface SelectProps
  extends Pick<ChoiceProps, "value" | "options" | "disabled" | "change"> {
  label: string;
  hint?: string;
}

export function Select({ label, hint, ...choice }: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Choice id={id} describedBy={hint ? `${id}-hint` : undefined} {...choice} />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
