// A line to write in, with its name, a hint, and what is wrong with it.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

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
  /** Where a window begins that it stands in. */
  isFirst?: boolean;
  onInput?: (value: string) => void;
}

export function Field(props: FieldProps): JSX.Element {
  const id = useId();
  const note = props.problem ?? props.hint;
  const kind = props.problem ? "problem" : "hint";
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
        data-first={props.isFirst || undefined}
        autocomplete={props.autocomplete as "email"}
        aria-invalid={props.problem ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
      />
      {note && (
        // A problem comes as a new element: only then is it told.
        <p key={kind} id={`${id}-note`} class={kind} role={props.problem ? "alert" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
