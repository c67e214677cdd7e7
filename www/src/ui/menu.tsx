// A button that opens a list of things to do or to choose from. Arrows stay in the
// list, Back and a press elsewhere close it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { actionOf } from "../lib/actions.ts";
import { Icon, type IconName } from "./icons.tsx";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** One of several of which one holds; without it, it is something to do. */
  chosen?: boolean;
  /** Without it, it is listed and cannot be chosen. */
  choose?: (() => void) | undefined;
}

interface MenuProps {
  icon: IconName;
  label: string;
  items: MenuItem[];
  note?: ComponentChildren;
  /** Opens above the button, as at the foot of a screen. */
  isAbove?: boolean;
  open: boolean;
  setOpen: (open: boolean) => void;
}

function Row({ item, done }: { item: MenuItem; done: () => void }): JSX.Element {
  const role =
    item.chosen === undefined
      ? ({ role: "menuitem" } as const)
      : ({ role: "menuitemradio", "aria-checked": item.chosen } as const);
  return (
    <button
      type="button"
      {...role}
      disabled={item.choose === undefined && !item.chosen}
      onClick={() => {
        done();
        item.choose?.();
      }}
    >
      <span class="menu-mark">
        {item.chosen ? <Icon name="check" /> : item.icon && <Icon name={item.icon} />}
      </span>
      {item.label}
    </button>
  );
}

export function Menu(props: MenuProps): JSX.Element {
  const whole = useRef<HTMLDivElement>(null);
  const { open, setOpen } = props;
  useEffect(() => {
    if (!open) return;
    const find = (what: string) => whole.current?.querySelector<HTMLElement>(what);
    (find('[aria-checked="true"]') ?? find('[role^="menuitem"]:not([disabled])'))?.focus();
    const away = (event: Event): void => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open, setOpen]);
  const shut = (): void => {
    setOpen(false);
    whole.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  const leave = (event: KeyboardEvent): void => {
    if (!open || actionOf(event, "everywhere") !== "back") return;
    event.preventDefault();
    shut();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the buttons inside
    <div class="menu" ref={whole} onKeyDown={leave}>
      <button
        type="button"
        class="icon-button"
        aria-label={props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={props.icon} />
      </button>
      {open && (
        <div class={`menu-list${props.isAbove ? " above" : ""}`}>
          <div role="menu" aria-label={props.label}>
            {props.items.map((item) => (
              <Row key={item.label} item={item} done={shut} />
            ))}
          </div>
          {props.note && <p class="hint">{props.note}</p>}
        </div>
      )}
    </div>
  );
}
