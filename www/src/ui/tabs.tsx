// One of several parts of a page. Tab stops at the chosen one alone; arrows go
// along them, and Enter chooses.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import "./tabs.css";

interface TabsProps<T extends string | number> {
  /** What they are of: "Season". */
  label: string;
  tabs: { value: T; label: string }[];
  value: T;
  choose: (value: T) => void;
  /** What the chosen one shows. */
  children: ComponentChildren;
}

export function Tabs<T extends string | number>(props: TabsProps<T>): JSX.Element {
  const id = useId();
  const chosen = props.tabs.findIndex(({ value }) => value === props.value);
  return (
    <>
      <div class="tabs" role="tablist" aria-label={props.label} data-rail>
        {props.tabs.map(({ value, label }, place) => (
          <button
            key={value}
            id={`${id}-${place}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={place === chosen}
            aria-controls={place === chosen ? `${id}-panel` : undefined}
            tabIndex={place === Math.max(0, chosen) ? 0 : -1}
            onClick={() => props.choose(value)}
          >
            {label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${Math.max(0, chosen)}`}>
        {props.children}
      </div>
    </>
  );
}
