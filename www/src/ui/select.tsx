// One of several, by the browser's own list: it fits every screen and every reader.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

export interface SelectProps {
  label: string;
  value: string;
  /** Value and words of each. */
  options: [string, string][];
  hint?: string;
  disabled?: boolean;
  change: (value: string) => void;
}

export function Select(props: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {props.hint && (
        <p id={`${id}-hint`} class="hint">
          {props.hint}
        </p>
      )}
    </div>
  );
}
