// What keys do here, and the buttons of a game pad while one is connected.
import type { JSX } from "preact";
import { helpLines } from "../lib/help.ts";
import { t } from "../lib/messages.ts";
import { Dialog } from "./dialog.tsx";
import { isHelpShown } from "./help.tsx";
import "./help.css";

export function HelpList({ inPlayer }: { inPlayer: boolean }): JSX.Element {
  const isShown = isHelpShown.value;
  const lines = inPlayer
    ? helpLines("player", "control", "everywhere")
    : helpLines("everywhere", "control", "list");
  const hasPad = isShown && navigator.getGamepads?.().some((pad) => pad?.connected);
  return (
    <Dialog
      label={t("keys.title")}
      open={isShown}
      onClose={() => {
        isHelpShown.value = false;
      }}
    >
      <table class="key-help">
        <thead class="visually-hidden">
          <tr>
            <th>{t("keys.head.key")}</th>
            <th>{t("keys.head.does")}</th>
            {hasPad && <th>{t("keys.head.pad")}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.help}>
              <td>
                <kbd>{line.keys}</kbd>
              </td>
              <td>{line.help}</td>
              {hasPad && <td>{line.pad && <kbd>{line.pad}</kbd>}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
