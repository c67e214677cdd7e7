// A place within a page where nothing is yet, and what to do about it.
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icons.tsx";
import "./empty.css";

export function Empty(props: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      <p>
        <strong>{props.title}</strong>
      </p>
      {props.children}
    </div>
  );
}
