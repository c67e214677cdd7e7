// A button that opens a list of things to do or to choose from, in groups. Arrows
// stay in the list; Back and a press elsewhere close it, and Tab goes on from its
// button.
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { actionOf } from "../lib/actions.ts";
import { Icon, type IconName } from "./icons.tsx";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Of what can be chosen: whether it is. */
  chosen?: boolean;
  /** Without it, it is listed and cannot be chosen. */
  choose?: (() => void) | undefined;
  /** Has the focus when a window opens. */
  isFirst?: boolean;
}

export interface MenuGroup {
  title?: string;
  /** Things to do; one of them holds; each is on or off by itself. */
  kind: "menuitem" | "menuitemradio" | "menuitemcheckbox";
  items: MenuItem[];
  note?: string | undefined;
}

interface MenuProps {
  icon: IconName;
  label: string;
  /** Asked while it is open; null while they are on their way. */
  groups: (() => MenuGroup[]) | null;
  /** Opens above the button, as at the foot of a screen. */
  isAbove?: boolean;
  open: boolean;
  setOpen: (open: boolean) => void;
}

interface RowProps {
  kind: MenuGroup["kind"];
  item: MenuItem;
  done: () => void;
}

function Row({ kind, item, done }: RowProps): JSX.Element {
  const { chosen = false, choose } = item;
  const press = (): void => {
    if (choose === undefined && !chosen) return;
    done();
    choose?.();
  };
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: those without a state are given none
    <button
      type="button"
      role={kind}
      tabIndex={-1}
      aria-checked={kind === "menuitem" ? undefined : chosen}
      aria-disabled={(choose === undefined && !chosen) || undefined}
      data-first={item.isFirst}
      onClick={press}
    >
      <span class="menu-mark">
        {chosen ? <Icon name="check" /> : item.icon && <Icon name={item.icon} />}
      </span>
      {item.label}
    </button>
  );
}

function Group({ group, done }: { group: MenuGroup; done: () => void }): JSX.Element {
  const { title, kind, items, note } = group;
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of a menu is no set of fields
    <div role="group" aria-label={title} aria-describedby={note && id}>
      {title && (
        <p class="menu-title" aria-hidden="true">
          {title}
        </p>
      )}
      {items.map((item) => (
        <Row key={item.label} kind={kind} item={item} done={done} />
      ))}
      {note && (
        <p class="hint" id={id}>
          {note}
        </p>
      )}
    </div>
  );
}

interface ListProps {
  class?: string;
  label: string;
  groups: MenuGroup[];
  /** Is told before what was chosen is done. */
  done: () => void;
}

/** The list itself, which a window may hold as well. */
export function MenuList(props: ListProps): JSX.Element {
  return (
    <div class={`menu-list ${props.class}`} role="menu" aria-label={props.label}>
      {props.groups.map((group, place) => (
        <Group key={place} group={group} done={props.done} />
      ))}
    </div>
  );
}

/** While it is open: the focus goes in, and a press elsewhere closes it. */
function useOpened(
  whole: { current: HTMLElement | null },
  isOpen: boolean,
  setOpen: (open: boolean) => void,
): void {
  // `setOpen` may be another one with each rendering, which must not take the focus back.
  useEffect(() => {
    if (!isOpen) return;
    const find = (what: string) => whole.current?.querySelector<HTMLElement>(what);
    const first = find('[aria-checked="true"]') ?? find('[role^="menuitem"]:not([aria-disabled])');
    (first ?? find('[role^="menuitem"]'))?.focus();
    const away = (event: Event): void => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [whole, isOpen]);
}

export function Menu(props: MenuProps): JSX.Element {
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { label, groups, open, setOpen } = props;
  const isOpen = open && groups !== null;
  useOpened(whole, isOpen, setOpen);
  const shut = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const press = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    // Tab has its way, from the button on.
    if (event.key === "Tab") shut();
    if (actionOf(event, "everywhere") !== "back") return;
    event.preventDefault();
    shut();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the buttons inside
    <div class="menu" ref={whole} onKeyDown={press}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!open)}
      >
        <Icon name={props.icon} />
      </button>
      {isOpen && (
        <MenuList
          class={props.isAbove ? "above" : ""}
          label={label}
          groups={groups()}
          done={shut}
        />
      )}
    </div>
  );
}
