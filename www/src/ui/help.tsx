// The help, which comes when somebody asks for it.
import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadArea } from "../lib/messages.ts";

/** Whether the help is shown. */
export const isHelpShown = signal(false);

interface HelpProps {
  inPlayer: boolean;
}

export function Help(props: HelpProps): JSX.Element | null {
  const [List, setList] = useState<ComponentType<HelpProps> | null>(null);
  const isShown = isHelpShown.value;
  useEffect(() => {
    if (!isShown || List !== null) return;
    Promise.all([import("./help-list.tsx"), loadArea("keys")]).then(
      ([module]) => setList(() => module.HelpList),
      () => {
        isHelpShown.value = false;
      },
    );
  }, [isShown, List]);
  return List === null ? null : <List {...props} />;
}
