// A place where nothing is yet, and what to do about it; and one where something
// should be that could not be had.
import type { ComponentChildren, JSX } from "preact";
import { t } from "../lib/messages.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { Problem } from "./notice.tsx";
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

export function Failed({ error, retry }: { error: Error; retry: () => void }): JSX.Element {
  return (
    <div class="failed">
      <Problem>{error.message}</Problem>
      <Button icon="refresh" onClick={retry}>
        {t("app.retry")}
      </Button>
    </div>
  );
}
