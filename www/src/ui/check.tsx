// Yes or no: a box to tick, for what is agreed to or sent with a form; a switch, for
// what is on or off.
import type { ComponentChildren, JSX } from "preact";
import "./check.css";

interface CheckProps {
  checked: boolean;
  disabled?: boolean;
  change: (checked: boolean) => void;
  children: ComponentChildren;
}

function Box(props: CheckProps & { isSwitch: boolean }): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        role={props.isSwitch ? "switch" : undefined}
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
      <span>{props.children}</span>
    </label>
  );
}

export function Check(props: CheckProps): JSX.Element {
  return <Box {...props} isSwitch={false} />;
}

export function Switch(props: CheckProps): JSX.Element {
  return <Box {...props} isSwitch />;
}
